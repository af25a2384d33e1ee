//! Owns the file of one enterprise: registration, people, assignment, facts, demands.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::bucket::Bucket;
use crate::ids::{AssignmentId, DemandId, FactId, UserId, VisitId};
use crate::row::Body;
use crate::stamp::Stamp;
use crate::uscc::Uscc;

/// An enterprise. The code stays when the name changes; a branch has a code of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Enterprise {
    /// 统一社会信用代码.
    pub uscc: Uscc,
    /// 企业名称.
    pub name: String,
    /// As registered.
    #[serde(default)]
    pub registration: Registration,
    /// Whom the office knows there.
    #[serde(default)]
    pub people: Vec<Contact>,
}

/// What public registration says of an enterprise. Empty where no import said it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Registration {
    /// 企业类型.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// 成立日期.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub founded_on: Option<NaiveDate>,
    /// 注册资金.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capital: Option<Capital>,
    /// 经营范围.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business: Option<String>,
    /// GB/T 4754-2017 code with its section letter, such as `C3911`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub industry: Option<String>,
    /// 省.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
    /// 市.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// 区县.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district: Option<String>,
    /// 街道.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub street: Option<String>,
    /// 地址.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// 注册资金: the figure where it is in 人民币, and the text as it stood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Capital {
    /// 万元; `None` for a foreign currency, which is never converted.
    pub amount: Option<Decimal>,
    /// As written, such as `500（万美元）`.
    pub text: String,
}

/// A person at an enterprise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// 姓名.
    pub name: String,
    /// 职务.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<String>,
    /// 电话, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

impl Body for Enterprise {
    fn row_id(&self) -> String {
        self.uscc.to_string()
    }

    fn buckets(&self) -> Vec<Bucket> {
        vec![Bucket::Enterprise(self.uscc.clone())]
    }
}

/// An enterprise was some cadre's from a day to a day, both included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Its id.
    pub id: AssignmentId,
    /// Which enterprise.
    pub uscc: Uscc,
    /// Whose.
    pub cadre: UserId,
    /// The first day.
    pub from: NaiveDate,
    /// The last day; `None` while it lasts.
    pub to: Option<NaiveDate>,
}

impl Assignment {
    /// Whether the enterprise was theirs on `day`.
    pub fn covers(&self, day: NaiveDate) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

impl Body for Assignment {
    fn row_id(&self) -> String {
        self.id.to_string()
    }

    fn parent(&self) -> Option<String> {
        Some(self.uscc.to_string())
    }

    fn day(&self) -> Option<NaiveDate> {
        Some(self.from)
    }

    /// The cadre keeps their intervals after a reassignment; the successor sees them with the file.
    fn buckets(&self) -> Vec<Bucket> {
        vec![
            Bucket::Enterprise(self.uscc.clone()),
            Bucket::Me(self.cadre.clone()),
        ]
    }
}

/// A value as said: a scalar, a set of texts, or `{"min": a, "max": b}` with both ends included.
///
/// Which type a field has is the policy library's to say; the domain keeps what was said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FactValue(pub serde_json::Value);

/// Where a fact comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactSource {
    /// 公示: public registration.
    Registry,
    /// 挂点企业分配表: the office's roster.
    Roster,
    /// 企业口述, on a visit.
    Said,
    /// 财报.
    Accounts,
    /// 平台: a government platform.
    Platform,
}

/// A known value of an enterprise. Two statements stand side by side; neither overwrites the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// Its id.
    pub id: FactId,
    /// Of which enterprise.
    pub uscc: Uscc,
    /// A field of the policy library.
    pub field: String,
    /// What was said.
    pub value: FactValue,
    /// The period it is about, such as `2025` for a year's revenue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// Where it comes from.
    pub source: FactSource,
    /// A remark on the source, such as 年度审计报告.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_note: Option<String>,
    /// The day on which it held.
    pub as_of: NaiveDate,
    /// Who recorded it; `None` for an import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    /// The visit on which it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit: Option<VisitId>,
    /// When it was recorded.
    pub recorded: Stamp,
}

impl Body for Fact {
    fn row_id(&self) -> String {
        self.id.to_string()
    }

    fn parent(&self) -> Option<String> {
        Some(self.uscc.to_string())
    }

    fn day(&self) -> Option<NaiveDate> {
        Some(self.as_of)
    }

    fn buckets(&self) -> Vec<Bucket> {
        vec![Bucket::Enterprise(self.uscc.clone())]
    }
}

/// 诉求 or 建议.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DemandKind {
    /// 诉求.
    Demand,
    /// 建议.
    Suggestion,
}

/// Where a demand stands. The stages after 收集 come with the workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "stage")]
pub enum DemandState {
    /// 收集: written down, not yet dispatched.
    Collected,
}

/// A demand or suggestion that an enterprise raised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demand {
    /// Its id.
    pub id: DemandId,
    /// Which enterprise raised it.
    pub uscc: Uscc,
    /// 诉求 or 建议.
    pub kind: DemandKind,
    /// What it is, in one line.
    pub title: String,
    /// The cadre who wrote it down on the enterprise's behalf.
    pub collected_by: UserId,
    /// The visit on which it was raised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit: Option<VisitId>,
    /// The day on which it was raised.
    pub raised_on: NaiveDate,
    /// Where it stands.
    pub state: DemandState,
    /// When it was recorded.
    pub recorded: Stamp,
}

impl Body for Demand {
    fn row_id(&self) -> String {
        self.id.to_string()
    }

    fn parent(&self) -> Option<String> {
        Some(self.uscc.to_string())
    }

    fn day(&self) -> Option<NaiveDate> {
        Some(self.raised_on)
    }

    fn buckets(&self) -> Vec<Bucket> {
        vec![Bucket::Enterprise(self.uscc.clone())]
    }
}
