//! Owns what a single value must look like.

use chrono::NaiveDate;
use clap::ValueEnum;
use qilian_app::contract::Mode;
use rust_decimal::Decimal;

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum VisitMode {
    /// 实地
    Onsite,
    /// 电话
    Phone,
    /// 视频
    Video,
    /// 座谈
    Meeting,
}

impl From<VisitMode> for Mode {
    fn from(mode: VisitMode) -> Self {
        match mode {
            VisitMode::Onsite => Self::Onsite,
            VisitMode::Phone => Self::Phone,
            VisitMode::Video => Self::Video,
            VisitMode::Meeting => Self::Meeting,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum LimitUnit {
    /// 工作日
    Workday,
    /// 自然日，末日遇假顺延
    Day,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Purpose {
    /// 新申请
    New,
    /// 复审
    Review,
}

/// `FIELD=VALUE`.
pub(super) fn field_value(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(field, value)| (field.trim().to_owned(), value.trim().to_owned()))
        .filter(|(field, value)| !field.is_empty() && !value.is_empty())
        .ok_or_else(|| "应写成 字段=值".to_owned())
}

/// `[DATE=]TEXT`.
pub(super) fn promise(text: &str) -> Result<(Option<NaiveDate>, String), String> {
    let dated = text
        .split_once('=')
        .and_then(|(day, what)| Some((day.parse().ok()?, what)));
    let (due_on, what) = match dated {
        Some((day, what)) => (Some(day), what),
        None => (None, text),
    };
    if what.trim().is_empty() {
        return Err("没有写答应了什么".to_owned());
    }
    Ok((due_on, what.to_owned()))
}

/// A figure that is not negative.
pub(super) fn figure(text: &str) -> Result<Decimal, String> {
    text.parse::<Decimal>()
        .ok()
        .filter(|figure| !figure.is_sign_negative())
        .ok_or_else(|| "应为不小于 0 的数".to_owned())
}
