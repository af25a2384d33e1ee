//! Owns the arguments: what may be written after `qilian`, and what each value must look like.

mod value;

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{ArgGroup, Args, Parser, Subcommand};
use qilian_app::{ServerUrl, Week};
use rust_decimal::Decimal;

pub(crate) use value::{LimitUnit, Purpose, VisitMode};
use value::{field_value, figure, promise};

/// 企联：挂点干部的走访、政策与上报（终端）
#[derive(Debug, Parser)]
#[command(name = "qilian", version, max_term_width = 100)]
pub(crate) struct Arguments {
    /// 标准输出只写一份 JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// 存放本机数据的文件夹
    #[arg(long, global = true, env = "QILIAN_HOME", value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,
    /// 口令文件（没有系统密钥库时用；也可设 QILIAN_PASSPHRASE）
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// 用一次性登记码把本机绑定到一名用户
    Enrol {
        /// 区里服务器的地址
        #[arg(long)]
        server: ServerUrl,
        /// 一次性登记码
        #[arg(long)]
        code: String,
        /// 本机的名字
        #[arg(long, value_name = "NAME")]
        device: Option<String>,
    },
    /// 先上传，再下载到完整
    Sync,
    /// 同步状态（不用网络）
    Status,
    /// 企业列表，可搜索
    Enterprises {
        /// 名称、简称、代码、拼音、首字母、地址、经营范围
        #[arg(long, value_name = "TEXT", default_value = "")]
        search: String,
        /// 最多几家；不写则全部
        #[arg(long, value_name = "N")]
        limit: Option<u32>,
    },
    /// 一家企业的档案
    Enterprise {
        /// 统一社会信用代码
        uscc: String,
    },
    /// 走访
    #[command(subcommand)]
    Visit(VisitCommand),
    /// 给走访加一个附件：照片、录音、视频、文档
    Attach {
        /// 走访的编号
        #[arg(long, value_name = "ID")]
        visit: String,
        /// 文件
        file: PathBuf,
    },
    /// 一次走访的附件；--save 把其中一个另存（不加密）
    #[command(group(ArgGroup::new("what").required(true).args(["visit", "save"])))]
    Attachments {
        /// 走访的编号
        #[arg(long, value_name = "ID")]
        visit: Option<String>,
        /// 附件的编号
        #[arg(long, value_name = "ID", requires = "to")]
        save: Option<String>,
        /// 存到哪个文件夹
        #[arg(long, value_name = "DIR")]
        to: Option<PathBuf>,
    },
    /// 本周走访任务与本季覆盖
    Quota {
        /// 哪一天；不写则今天
        #[arg(long, value_name = "DATE")]
        on: Option<NaiveDate>,
    },
    /// 建议先走访谁，理由何在
    Plan {
        /// 哪一天；不写则今天
        #[arg(long, value_name = "DATE")]
        on: Option<NaiveDate>,
    },
    /// 每周上报
    #[command(subcommand)]
    Week(WeekCommand),
    /// 一家企业的政策提示与该问的问题
    Hints {
        /// 统一社会信用代码
        uscc: String,
        /// 哪一天；不写则今天
        #[arg(long, value_name = "DATE")]
        on: Option<NaiveDate>,
    },
    /// 企业情况
    #[command(subcommand)]
    Fact(FactCommand),
    /// 待上传的内容
    Outbox,
    /// 被退回的内容
    Rejected(RejectedArgs),
    /// 本机被停用时，把没上传的内容导出成加密文件，交给区里的系统管理员
    Export {
        /// 放到哪个目录
        folder: PathBuf,
    },
    /// 更换口令
    Passphrase {
        /// 新口令的文件
        #[arg(long, value_name = "FILE")]
        new_file: PathBuf,
    },
    /// 政策文件（不需要登记）
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// 期限的最后一天（不需要登记）
    Deadline {
        /// 起算日，当日不计入
        #[arg(long, value_name = "DATE")]
        from: NaiveDate,
        /// 多少日
        #[arg(long, value_name = "N")]
        limit: u32,
        /// 工作日还是自然日
        #[arg(long)]
        unit: LimitUnit,
    },
    /// 检查统一社会信用代码（不需要登记）
    Uscc {
        /// 代码
        code: String,
    },
    /// 企业划型（不需要登记）
    Size(SizeArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum VisitCommand {
    /// 记一次走访
    Record(VisitArgs),
}

#[derive(Debug, Args)]
pub(crate) struct VisitArgs {
    /// 统一社会信用代码
    #[arg(long, value_name = "USCC")]
    pub(crate) enterprise: String,
    /// 走访日期
    #[arg(long, value_name = "DATE")]
    pub(crate) on: NaiveDate,
    /// 实地、电话、视频、座谈
    #[arg(long)]
    pub(crate) mode: VisitMode,
    /// 谈了什么
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: String,
    /// 同去的人（可重复）
    #[arg(long, value_name = "USER")]
    pub(crate) with: Vec<String>,
    /// 见了谁（可重复）
    #[arg(long, value_name = "NAME")]
    pub(crate) met: Vec<String>,
    /// 诉求一句话（可重复）
    #[arg(long, value_name = "TEXT")]
    pub(crate) demand: Vec<String>,
    /// 跟进哪件诉求（可重复）
    #[arg(long, value_name = "ID")]
    pub(crate) for_demand: Vec<String>,
    /// 企业情况，如 employees=120 或 employees=100..200（可重复）
    #[arg(long, value_name = "FIELD=VALUE", value_parser = field_value)]
    pub(crate) fact: Vec<(String, String)>,
    /// 企业情况是哪一天的；不写则走访当日
    #[arg(long, value_name = "DATE", requires = "fact")]
    pub(crate) as_of: Option<NaiveDate>,
    /// 答应的事，可带日期，如 2026-12-01=送政策汇编（可重复）
    #[arg(long, value_name = "[DATE=]TEXT", value_parser = promise)]
    pub(crate) promise: Vec<(Option<NaiveDate>, String)>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum WeekCommand {
    /// 看这一周要上报什么
    Preview(WeekArgs),
    /// 上报这一周；没有网络时先封存，联网后自动送出
    Submit(WeekArgs),
}

#[derive(Debug, Args)]
pub(crate) struct WeekArgs {
    /// 哪一周，如 2026-W47
    #[arg(long)]
    pub(crate) week: Week,
}

#[derive(Debug, Subcommand)]
pub(crate) enum FactCommand {
    /// 记下了解到的情况
    Set {
        /// 统一社会信用代码
        uscc: String,
        /// 如 employees=120 或 employees=100..200
        #[arg(value_name = "FIELD=VALUE", value_parser = field_value, required = true)]
        facts: Vec<(String, String)>,
        /// 是哪一天的情况；不写则今天
        #[arg(long, value_name = "DATE")]
        as_of: Option<NaiveDate>,
        /// 来源
        #[arg(long, value_name = "TEXT")]
        source: Option<String>,
    },
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what"))]
pub(crate) struct RejectedArgs {
    /// 按现在的情况重新提交
    #[arg(long, value_name = "ID", group = "what")]
    pub(crate) resubmit: Option<String>,
    /// 把写的内容转成企业的备注
    #[arg(long, value_name = "ID", group = "what")]
    pub(crate) note: Option<String>,
    /// 不再提交
    #[arg(long, value_name = "ID", group = "what")]
    pub(crate) discard: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// 检查政策文件，并演算其中的例子
    Check {
        /// 文件
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
    /// 按给定情况判断政策
    Eval(EvalArgs),
}

#[derive(Debug, Args)]
pub(crate) struct EvalArgs {
    /// 政策文件
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    pub(crate) library: Vec<PathBuf>,
    /// 企业情况，{"字段": 值}
    #[arg(long, value_name = "FACTS.json")]
    pub(crate) facts: PathBuf,
    /// 哪一天
    #[arg(long, value_name = "DATE")]
    pub(crate) on: NaiveDate,
    /// 新申请还是复审
    #[arg(long, default_value = "new")]
    pub(crate) purpose: Purpose,
    /// 也列出尚待核对的政策
    #[arg(long)]
    pub(crate) unchecked: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SizeArgs {
    /// 行业代码，如 C3911
    #[arg(long)]
    pub(crate) industry: String,
    /// 从业人员，人
    #[arg(long, value_name = "X", value_parser = figure)]
    pub(crate) employees: Option<Decimal>,
    /// 营业收入，万元
    #[arg(long, value_name = "Y", value_parser = figure)]
    pub(crate) revenue: Option<Decimal>,
    /// 资产总额，万元
    #[arg(long, value_name = "Z", value_parser = figure)]
    pub(crate) assets: Option<Decimal>,
}
