//! Owns visits, what was promised on them, and how they count.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::bucket::Bucket;
use crate::ids::{DemandId, LibraryVersion, PromiseId, UserId, VisitId};
use crate::row::Body;
use crate::stamp::Stamp;
use crate::uscc::Uscc;
use crate::week::Week;

/// How a visit was made. Every mode counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitMode {
    /// 实地.
    Onsite,
    /// 电话.
    Phone,
    /// 视频.
    Video,
    /// 座谈.
    Meeting,
}

/// A visit to one enterprise by one or several cadres.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Its id.
    pub id: VisitId,
    /// Which enterprise.
    pub uscc: Uscc,
    /// The day of the visit, by which it counts.
    pub on: NaiveDate,
    /// How.
    pub mode: VisitMode,
    /// What was talked about.
    pub note: String,
    /// The cadres, the author first.
    pub cadres: Vec<UserId>,
    /// Whom they met.
    #[serde(default)]
    pub met: Vec<String>,
    /// Demands that this visit follows up.
    #[serde(default)]
    pub for_demands: Vec<DemandId>,
    /// The policy library that the form was opened with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub library: Option<LibraryVersion>,
    /// Recorded later than the programme's limit after the day (补录).
    pub late_entry: bool,
    /// When it was recorded.
    pub recorded: Stamp,
}

impl Body for Visit {
    fn row_id(&self) -> String {
        self.id.to_string()
    }

    fn parent(&self) -> Option<String> {
        Some(self.uscc.to_string())
    }

    fn day(&self) -> Option<NaiveDate> {
        Some(self.on)
    }

    fn buckets(&self) -> Vec<Bucket> {
        vec![Bucket::Enterprise(self.uscc.clone())]
    }
}

/// A visit as it counts for one cadre: theirs for good, also after a reassignment (`sync.md` A.0 5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitTally {
    /// The visit.
    pub visit: VisitId,
    /// For whom.
    pub cadre: UserId,
    /// The day of the visit.
    pub on: NaiveDate,
    /// Its ISO week.
    pub week: Week,
    /// Which enterprise.
    pub uscc: Uscc,
    /// Its name on that day.
    pub name: String,
    /// How the visit was made.
    pub mode: VisitMode,
    /// Whether the enterprise was this cadre's on that day.
    pub counted: bool,
    /// 补录.
    pub late: bool,
    /// How many facts, demands and promises were recorded with it.
    #[serde(default)]
    pub brought: Brought,
}

/// What a visit brought back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brought {
    /// 企业情况.
    pub facts: u32,
    /// 诉求.
    pub demands: u32,
    /// 答应的事.
    pub promises: u32,
}

impl VisitTally {
    /// The id of the tally of `visit` for `cadre`.
    pub fn key(visit: VisitId, cadre: &UserId) -> String {
        format!("{visit}:{cadre}")
    }
}

impl Body for VisitTally {
    fn row_id(&self) -> String {
        Self::key(self.visit, &self.cadre)
    }

    fn parent(&self) -> Option<String> {
        Some(self.cadre.to_string())
    }

    fn day(&self) -> Option<NaiveDate> {
        Some(self.on)
    }

    fn buckets(&self) -> Vec<Bucket> {
        vec![Bucket::Me(self.cadre.clone())]
    }
}

/// What a cadre undertook on a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// Its id.
    pub id: PromiseId,
    /// To which enterprise.
    pub uscc: Uscc,
    /// On which visit.
    pub visit: VisitId,
    /// Who.
    pub by: UserId,
    /// What.
    pub text: String,
    /// By which day.
    pub due: Option<NaiveDate>,
    /// On which day it was kept (已兑现).
    pub kept_on: Option<NaiveDate>,
    /// Who said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_by: Option<UserId>,
    /// When they said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_said: Option<Stamp>,
}

impl Body for Promise {
    fn row_id(&self) -> String {
        self.id.to_string()
    }

    fn parent(&self) -> Option<String> {
        Some(self.uscc.to_string())
    }

    fn day(&self) -> Option<NaiveDate> {
        self.due
    }

    fn buckets(&self) -> Vec<Bucket> {
        vec![Bucket::Enterprise(self.uscc.clone())]
    }
}
