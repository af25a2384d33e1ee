//! Owns the arguments: names here are an interface that scripts rely on.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "qilian-server",
    version,
    about = "企联：区级服务器",
    propagate_version = true
)]
pub(super) struct Arguments {
    /// 数据目录
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// 在标准输出上给出一个 JSON 文档
    #[arg(long, global = true)]
    pub(super) json: bool,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// 运行服务
    Serve(Serve),
    /// 新建一个空的区和它的第一个管理员
    Init {
        /// 区的名称，如 澜州市示范区
        #[arg(long, value_name = "NAME")]
        district: String,
    },
    /// 发放一次性绑定码
    Code {
        /// 绑定给谁，如 BA0001
        #[arg(long, value_name = "ID")]
        user: String,
        /// 几分钟内有效
        #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..=1440))]
        minutes: u32,
    },
    /// 笔记本
    #[command(subcommand)]
    Device(DeviceCommand),
}

/// How to serve.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// 监听地址；端口 0 表示任取一个空闲端口
    #[arg(long, default_value = "127.0.0.1:8650", value_name = "ADDRESS")]
    pub(super) listen: SocketAddr,
    /// 证书链（PEM）
    #[arg(long, requires = "tls_key", value_name = "FILE")]
    pub(super) tls_cert: Option<PathBuf>,
    /// 证书私钥（PEM）
    #[arg(long, requires = "tls_cert", value_name = "FILE")]
    pub(super) tls_key: Option<PathBuf>,
}

/// What to do about devices.
#[derive(Debug, Subcommand)]
pub(super) enum DeviceCommand {
    /// 列出所有笔记本
    List,
}
