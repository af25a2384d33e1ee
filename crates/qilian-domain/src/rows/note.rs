//! Owns notes (备注): words on an enterprise that have no other place, such as what was written on a visit that
//! the district could not take.
//!
//! Elsewhere: what is talked about on a visit (`visit`), demands and facts (`enterprise`).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::bucket::Bucket;
use crate::ids::{MutId, NoteId, UserId, VisitId};
use crate::row::Body;
use crate::stamp::Stamp;
use crate::uscc::Uscc;

/// A note on an enterprise. It is written once; two notes stand side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Its id.
    pub id: NoteId,
    /// On which enterprise.
    pub uscc: Uscc,
    /// The visit that it belongs to, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit: Option<VisitId>,
    /// The mutation whose words these were, if it came back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<MutId>,
    /// Who wrote it.
    pub by: UserId,
    /// The day that it is about.
    pub on: NaiveDate,
    /// What.
    pub text: String,
    /// When it was recorded.
    pub recorded: Stamp,
}

impl Body for Note {
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
