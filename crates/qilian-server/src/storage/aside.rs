//! Owns why a mutation ends without its effect, or without a part of it: with which status and code.
//!
//! Elsewhere: when that is so (`push`), taking it after all (`release`), the words (screens).

use qilian_domain::refusal::RefusalDocument;
use qilian_domain::rows::OutcomeStatus;
use serde::Deserialize as _;
use serde_json::{Value, json};

/// The code of an outcome that the server could not come to.
const QUARANTINED: &str = "quarantined";
/// The code of an outcome that took effect, save for a value that somebody else wrote first.
const WRITTEN_BEFORE: &str = "written_before";
/// The code of a payload that is no mutation.
const UNREADABLE: &str = "mutation_unreadable";
/// The code of what a suspended laptop sent: an administrator says what becomes of it.
const SUSPENDED: &str = "sent_while_suspended";

/// The code of what waits, after a restore, for something that it stands on.
const WAITING: &str = "waiting";

/// Why a mutation ends without its effect, or without a part of it.
pub(super) struct Aside {
    pub(super) status: OutcomeStatus,
    pub(super) code: String,
    pub(super) params: Value,
}

impl Aside {
    pub(super) fn refused(document: RefusalDocument) -> Self {
        Self {
            status: OutcomeStatus::Rejected,
            code: document.code,
            params: document.params,
        }
    }

    /// It took effect beside another's change.
    pub(super) fn merged(params: Value) -> Self {
        Self {
            status: OutcomeStatus::Merged,
            code: WRITTEN_BEFORE.to_owned(),
            params,
        }
    }

    /// The server failed on it as often as it tries.
    pub(super) fn given_up() -> Self {
        Self::kept(QUARANTINED, Value::Null)
    }

    /// Its laptop is suspended: it is taken, so that it is not lost with the laptop, and not decided.
    pub(super) fn suspended() -> Self {
        Self::kept(SUSPENDED, Value::Null)
    }

    pub(super) fn unreadable(why: &str) -> Self {
        Self::kept(UNREADABLE, json!({ "why": why }))
    }

    /// Its author lost the enterprise too long ago for it to be taken unseen.
    pub(super) fn late(document: RefusalDocument) -> Self {
        Self {
            status: OutcomeStatus::Quarantined,
            ..Self::refused(document)
        }
    }

    /// Sent again after a restore, it stands on something that is not there yet.
    pub(super) fn waiting(why: &RefusalDocument) -> Self {
        Self::kept(WAITING, json!({ "for": why }))
    }

    /// What a waiting mutation would be refused for.
    pub(super) fn waited_for(params: &Value) -> Option<RefusalDocument> {
        RefusalDocument::deserialize(params.get("for")?).ok()
    }

    fn kept(code: &str, params: Value) -> Self {
        Self {
            status: OutcomeStatus::Quarantined,
            code: code.to_owned(),
            params,
        }
    }
}
