//! Owns a cadre's sealed week and its receipt.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::bucket::Bucket;
use crate::ids::{At, UserId, VisitId};
use crate::row::Body;
use crate::stamp::Stamp;
use crate::week::Week;

/// A week that a cadre sealed and sent. Its figures are computed from tallies, never typed; a visit
/// dated in it that arrives later makes the next revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekSubmission {
    /// Whose.
    pub cadre: UserId,
    /// Which week.
    pub week: Week,
    /// Visits that the programme asked for; `None` without a calendar.
    pub required: Option<u32>,
    /// Visits that count.
    pub counted: u32,
    /// The visits in the package, counted or not, by day.
    pub visits: Vec<VisitId>,
    /// 1, then one more for each supplement.
    pub revision: u32,
    /// When the cadre sealed it.
    pub submitted: Stamp,
    /// The server's receipt for this revision; `None` while it only stands on the laptop.
    pub receipt: Option<Receipt>,
}

/// What the district answers for a sealed week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// 回执号.
    pub no: String,
    /// 送达.
    pub received: At,
    /// 校验: 16 hexadecimal digits over the package as the server computed it.
    pub sum: String,
}

impl WeekSubmission {
    /// The id of a cadre's submission for a week.
    pub fn key(cadre: &UserId, week: Week) -> String {
        format!("{cadre}:{week}")
    }
}

impl Body for WeekSubmission {
    fn row_id(&self) -> String {
        Self::key(&self.cadre, self.week)
    }

    fn parent(&self) -> Option<String> {
        Some(self.cadre.to_string())
    }

    fn day(&self) -> Option<NaiveDate> {
        Some(self.week.monday())
    }

    fn buckets(&self) -> Vec<Bucket> {
        vec![Bucket::Me(self.cadre.clone())]
    }
}
