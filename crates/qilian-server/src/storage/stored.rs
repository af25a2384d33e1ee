//! Owns how values stand in a column, the same in every engine: numbers, hashes, the names of states.
//!
//! Elsewhere: the columns (the engines).

use qilian_domain::bucket::Bucket;
use qilian_domain::command::Scope;
use qilian_domain::ids::{At, DeviceId, Incarnation, MutId, MutSeq, Seq, UserId};
use qilian_domain::media::ContentHash;
use qilian_domain::row::{Kind, Row};
use qilian_sync::chain::ChainHash;
use qilian_sync::push::ChainEnd;
use qilian_sync::wire::{DeviceState, OutcomeReply, PullRequest, ReplyStatus};
use serde_json::Value;

use super::files::Hold;
use super::transaction::Link;
use super::{Device, StorageError, Wiped};

/// A number as a database keeps it: signed, which a feed of one change a nanosecond outlives by centuries.
pub(crate) fn number(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// A number as it was stored.
pub(crate) fn count(number: i64) -> Result<u64, StorageError> {
    u64::try_from(number).map_err(|e| bad_row("number", number, e))
}

/// A number of the feed as it was stored.
pub(crate) fn seq(number: i64) -> Result<Seq, StorageError> {
    count(number).map(Seq)
}

/// A stored value that is not what this version writes, named by table and key.
pub(crate) fn bad_row(
    table: &str,
    key: impl std::fmt::Display,
    why: impl std::fmt::Display,
) -> StorageError {
    StorageError::Corrupt(format!("{table} {key}: {why}"))
}

/// A row's body.
pub(crate) fn parse(kind: Kind, id: &str, body: &str) -> Result<Row, StorageError> {
    Row::from_json(kind, body).map_err(|e| bad_row("row", format!("{} {id}", kind.as_str()), e))
}

/// A bucket's name.
pub(crate) fn bucket(text: String) -> Result<Bucket, StorageError> {
    Bucket::try_from(text.clone()).map_err(|e| bad_row("grant_interval", text, e))
}

/// How a user stands to a bucket: whether they hold it now, and until when they held it at some number.
pub(crate) fn standing(held: bool, until: Option<i64>) -> Result<Scope, StorageError> {
    if held {
        return Ok(Scope::Held);
    }
    let Some(until) = until else {
        return Ok(Scope::Outside);
    };
    let bad = || bad_row("grant_interval", until, "not a moment");
    let until = At::from_unix_ms(until).ok_or_else(bad)?;
    Ok(Scope::HeldAtBase { until })
}

/// The columns of a device.
#[derive(Debug)]
pub(crate) struct DeviceColumns {
    pub(crate) device_id: String,
    pub(crate) user_id: String,
    pub(crate) name: String,
    pub(crate) copy_of: Option<String>,
    pub(crate) incarnation: i64,
    pub(crate) state: String,
    pub(crate) last_mut_seq: i64,
    pub(crate) last_hash: Vec<u8>,
    pub(crate) last_sync: Option<i64>,
    pub(crate) pending: i64,
    pub(crate) oldest_pending: Option<i64>,
    pub(crate) version: String,
    pub(crate) wiped_at: Option<i64>,
    pub(crate) wiped_unsent: Option<i64>,
    pub(crate) enrolled_at: i64,
    pub(crate) last_seen: Option<i64>,
    pub(crate) last_error: Option<String>,
    pub(crate) synced_to: i64,
    pub(crate) believed_from: i64,
}

impl TryFrom<DeviceColumns> for Device {
    type Error = StorageError;

    fn try_from(row: DeviceColumns) -> Result<Self, StorageError> {
        let key = row.device_id.clone();
        let bad = |why: &dyn std::fmt::Display| bad_row("device", &key, why);
        let device = |id: String| -> Result<DeviceId, StorageError> {
            id.parse().map_err(|e: uuid::Error| bad(&e))
        };
        Ok(Self {
            id: device(row.device_id)?,
            user: UserId::new(row.user_id),
            name: row.name,
            copy_of: row.copy_of.map(device).transpose()?,
            incarnation: Incarnation(count(row.incarnation)?),
            state: state_named(&row.state).ok_or_else(|| bad(&row.state))?,
            chain: ChainEnd {
                last: MutSeq(count(row.last_mut_seq)?),
                hash: ChainHash::try_from(row.last_hash.as_slice()).map_err(|e| bad(&e))?,
            },
            last_sync: row.last_sync.and_then(At::from_unix_ms),
            pending: u32::try_from(row.pending).map_err(|e| bad(&e))?,
            oldest_pending: row.oldest_pending.and_then(At::from_unix_ms),
            version: row.version,
            wiped: match (row.wiped_at.and_then(At::from_unix_ms), row.wiped_unsent) {
                (Some(at), Some(unsent)) => Some(Wiped {
                    at,
                    unsent: u32::try_from(unsent).map_err(|e| bad(&e))?,
                }),
                _ => None,
            },
            enrolled: At::from_unix_ms(row.enrolled_at)
                .ok_or_else(|| bad(&"enrolled at no moment"))?,
            last_seen: row.last_seen.and_then(At::from_unix_ms),
            last_error: row.last_error,
            synced_to: seq(row.synced_to)?,
            believed_from: seq(row.believed_from)?,
        })
    }
}

/// The columns of a mutation.
#[derive(Debug)]
pub(crate) struct LinkColumns {
    pub(crate) mut_seq: i64,
    pub(crate) mut_id: String,
    pub(crate) hash: Vec<u8>,
    pub(crate) payload_hash: Vec<u8>,
    pub(crate) copied: bool,
    pub(crate) status: String,
    pub(crate) code: Option<String>,
    pub(crate) params: String,
    pub(crate) at_seq: i64,
}

impl TryFrom<LinkColumns> for Link {
    type Error = StorageError;

    fn try_from(row: LinkColumns) -> Result<Self, StorageError> {
        let bad = |why: &dyn std::fmt::Display| bad_row("mutation", &row.mut_id, why);
        let mut_id: MutId = row.mut_id.parse().map_err(|e: uuid::Error| bad(&e))?;
        let payload_hash = row.payload_hash.as_slice();
        Ok(Self {
            hash: ChainHash::try_from(row.hash.as_slice()).map_err(|e| bad(&e))?,
            payload_hash: payload_hash.try_into().map_err(|e| bad(&e))?,
            copied: row.copied,
            outcome: OutcomeReply {
                mut_seq: MutSeq(count(row.mut_seq)?),
                mut_id,
                status: status_named(&row.status).ok_or_else(|| bad(&row.status))?,
                code: row.code.clone(),
                params: serde_json::from_str::<Value>(&row.params).map_err(|e| bad(&e))?,
                at_seq: seq(row.at_seq)?,
            },
        })
    }
}

/// The name of an outcome.
pub(crate) const fn status_name(status: ReplyStatus) -> &'static str {
    match status {
        ReplyStatus::Applied => "applied",
        ReplyStatus::Merged => "merged",
        ReplyStatus::Rejected => "rejected",
        ReplyStatus::Quarantined => "quarantined",
    }
}

fn status_named(name: &str) -> Option<ReplyStatus> {
    match name {
        "applied" => Some(ReplyStatus::Applied),
        "merged" => Some(ReplyStatus::Merged),
        "rejected" => Some(ReplyStatus::Rejected),
        "quarantined" => Some(ReplyStatus::Quarantined),
        _ => None,
    }
}

/// The name of whether a device may sync.
pub(crate) const fn state_name(state: DeviceState) -> &'static str {
    match state {
        DeviceState::Active => "active",
        DeviceState::Suspended => "suspended",
        DeviceState::Revoked => "revoked",
        DeviceState::Wipe => "wipe",
    }
}

fn state_named(name: &str) -> Option<DeviceState> {
    match name {
        "active" => Some(DeviceState::Active),
        "suspended" => Some(DeviceState::Suspended),
        "revoked" => Some(DeviceState::Revoked),
        "wipe" => Some(DeviceState::Wipe),
        _ => None,
    }
}

/// The code that a laptop tells of its last failure, as it is kept: short.
pub(crate) fn last_error(request: &PullRequest) -> Option<String> {
    const CODE_CHARS: usize = 60;
    let told = request.last_error.as_deref();
    told.map(|code| code.chars().take(CODE_CHARS).collect())
}

/// The name of what somebody is about to do with bytes.
pub(crate) const fn hold_name(hold: Hold) -> &'static str {
    match hold {
        Hold::Keeping => "keeping",
        Hold::Collecting => "collecting",
    }
}

/// A hold as it was stored.
pub(crate) fn hold_of(
    sha256: ContentHash,
    purpose: &str,
    at: i64,
) -> Result<(Hold, At), StorageError> {
    let bad = || bad_row("file_hold", sha256, format!("{purpose} at {at}"));
    let hold = match purpose {
        "keeping" => Hold::Keeping,
        "collecting" => Hold::Collecting,
        _ => return Err(bad()),
    };
    At::from_unix_ms(at).map(|at| (hold, at)).ok_or_else(bad)
}
