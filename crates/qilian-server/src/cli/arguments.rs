//! Owns the arguments: names here are an interface that scripts rely on.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand};

use crate::poke::MOST;
use crate::sync_health::DEFAULT_DAYS;

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
    /// PostgreSQL 数据库 postgres://用户:密码@主机:端口/数据库；不写则用数据目录里的 SQLite
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "QILIAN_DATABASE",
        hide_env_values = true
    )]
    pub(super) database: Option<DatabaseUrl>,
    #[command(flatten)]
    pub(super) objects: ObjectsAt,
    /// 在标准输出上给出一个 JSON 文档
    #[arg(long, global = true)]
    pub(super) json: bool,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// The address of a database, as it was given. It may hold a password: it is never shown.
#[derive(Clone)]
pub(super) struct DatabaseUrl(pub(super) String);

impl From<String> for DatabaseUrl {
    fn from(url: String) -> Self {
        Self(url)
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseUrl(…)")
    }
}

/// Where the bytes of files are, if not in the data directory. Keys and region come from the environment.
#[derive(Debug, Args)]
pub(super) struct ObjectsAt {
    /// 附件放在 S3 兼容的对象存储 s3://桶/前缀；不写则放在数据目录里。密钥用环境变量 AWS_ACCESS_KEY_ID、AWS_SECRET_ACCESS_KEY、AWS_REGION
    #[arg(long, global = true, value_name = "URL", env = "QILIAN_OBJECTS")]
    pub(super) objects: Option<String>,
    /// 对象存储的地址，如 https://oss.example.cn；不写则用环境变量 AWS_ENDPOINT_URL
    #[arg(long, global = true, value_name = "URL")]
    pub(super) objects_endpoint: Option<String>,
    /// 对象存储不用 TLS；只允许本机地址
    #[arg(long, global = true)]
    pub(super) objects_plain_http: bool,
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
    /// 导入办公室的文件
    #[command(subcommand)]
    Import(Import),
    /// 发放一次性绑定码
    Code {
        /// 绑定给谁，如 BA0001
        #[arg(long, value_name = "ID")]
        user: String,
        /// 几分钟内有效
        #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..=1440))]
        minutes: u32,
    },
    /// 备份数据库；服务可以照常运行
    Backup {
        /// 备份到哪个文件；不能已经存在
        file: PathBuf,
        /// 附件也备份到这个目录，已经有的不再复制
        #[arg(long, value_name = "DIR")]
        files: Option<PathBuf>,
    },
    /// 从备份恢复；要先停止服务
    Restore {
        /// 备份文件
        file: PathBuf,
        /// 附件的备份目录，缺的从这里补回
        #[arg(long, value_name = "DIR")]
        files: Option<PathBuf>,
    },
    /// 时间线：数据库回到了旧的时间点之后，让笔记本把缺的内容再送一遍
    #[command(subcommand)]
    Epoch(EpochCommand),
    /// 新建一个虚构的示范区
    Demo(Demo),
    /// 笔记本
    #[command(subcommand)]
    Device(DeviceCommand),
    /// 用户的去留
    #[command(subcommand)]
    User(UserCommand),
    /// 附件
    #[command(subcommand)]
    Files(FilesCommand),
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
    /// 最多同时给几台笔记本即时通知；更多的笔记本按时自己来取
    #[arg(long, default_value_t = MOST, value_name = "N")]
    pub(super) pokes: usize,
}

/// What to import.
#[derive(Debug, Subcommand)]
pub(super) enum Import {
    /// 挂点企业分配表（.xlsx）
    Roster {
        /// 工作簿
        file: PathBuf,
        /// 从哪天起；不写则取标题中的季度，标题没有则取当前季度
        #[arg(long, value_name = "DATE")]
        from: Option<NaiveDate>,
        /// 表中没有的企业不再由原干部挂点
        #[arg(long)]
        replace: bool,
    },
    /// 工商登记数据（.csv，UTF-8 或 GB18030）
    Registry {
        /// 文件
        file: PathBuf,
    },
    /// 政策文件，全部正确才导入
    Policies {
        /// 一个 .yaml 文件，或放着这些文件的目录
        path: PathBuf,
    },
    /// 一年的放假调休安排
    Calendar {
        /// .yaml 文件
        file: PathBuf,
    },
    /// 用户名单（.csv）
    Users {
        /// 文件
        file: PathBuf,
    },
    /// 停用的笔记本交来的加密文件：没送出的走访和附件，按写的人和写的时间办
    Laptop {
        /// 文件，由那台笔记本上的 qilian export 或同步中心导出
        file: PathBuf,
        /// 区里不认得那台笔记本时，由管理员担保它是谁的，如 BA0001
        #[arg(long, value_name = "ID")]
        user: Option<String>,
    },
}

/// How large a made-up district.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// 企业家数
    #[arg(long, default_value_t = 300, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=200_000))]
    pub(super) enterprises: u32,
    /// 挂点干部人数
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=9_999))]
    pub(super) cadres: u16,
    /// 随机种子：同一天里，同一个种子得到同一个区
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(super) seed: u64,
}

/// What to do about the timeline.
#[derive(Debug, Subcommand)]
pub(super) enum EpochCommand {
    /// 换一条新的时间线；服务可以照常运行
    New {
        /// 另外几台服务器的 journal.jsonl，旁边的 stored-*.jsonl 一起读；本机 --data 目录里的总会读
        #[arg(long, value_name = "FILE")]
        journal: Vec<PathBuf>,
    },
}

/// What to do about devices.
#[derive(Debug, Subcommand)]
pub(super) enum DeviceCommand {
    /// 列出所有笔记本
    List,
    /// 哪些笔记本要看一看：很久没同步、有记录等了很久、出错、停用；还有哪些记录放在一边没有办
    Health {
        /// 几天没有完整同步算很久
        #[arg(long, default_value_t = DEFAULT_DAYS, value_name = "N")]
        days: u32,
    },
    /// 暂停一台：不再给它任何东西，它送来的先放着、由系统管理员放行
    Suspend {
        /// 设备号，见 device list
        id: String,
    },
    /// 撤销一台：不再能同步，例如已丢失
    Revoke {
        /// 设备号，见 device list
        id: String,
    },
    /// 清除一台：下次联网时销毁它上面的数据，例如被盗
    Wipe {
        /// 设备号，见 device list
        id: String,
    },
    /// 让一些电脑重新取一遍数据；没送出的不受影响
    Resync(Resync),
    /// 恢复暂停或误撤销的一台
    Restore {
        /// 设备号，见 device list
        id: String,
    },
}

/// Which laptops shall pull anew.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(super) struct Resync {
    /// 所有电脑
    #[arg(long)]
    pub(super) all: bool,
    /// 这个人的电脑，可写多次
    #[arg(long, value_name = "ID")]
    pub(super) user: Vec<String>,
    /// 这个单位的人的电脑，写编号或名称，可写多次
    #[arg(long, value_name = "UNIT")]
    pub(super) unit: Vec<String>,
    /// 这台电脑，见 device list，可写多次
    #[arg(long, value_name = "ID")]
    pub(super) device: Vec<String>,
}

/// What to do about users.
#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// 列出所有用户
    List,
    /// 一个人要离岗：写下的照常收，不再给他的电脑任何资料；都送完了就自动成为已离岗
    Leave {
        /// 编号，如 BA0001
        id: String,
    },
    /// 不再等：马上成为已离岗，他的电脑都撤销
    Close {
        /// 编号，如 BA0001
        id: String,
        /// 为什么不再等，如 电脑已报废
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// 回来了，或办错了：重新在岗
    Return {
        /// 编号，如 BA0001
        id: String,
    },
}

/// What to do about files.
#[derive(Debug, Subcommand)]
pub(super) enum FilesCommand {
    /// 核对数据库里记的附件和实际存放的是否一致；缺的标记出来，还有它的电脑会再送一次
    Check,
}
