//! Owns who needs a look: laptops that do not sync as they should, and what the server put aside. Nobody is ranked: a
//! laptop is listed because somebody should look at it, the longest without a complete sync first.
//!
//! Elsewhere: who may ask (`routes::admin`), the same from a terminal (`cli::health`).

use qilian_domain::ids::{At, DistrictId};
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::{Outcome, OutcomeStatus};
use qilian_sync::wire::{DeviceState, Need, NeedyLaptop, QuarantinedView, SyncHealthReply};

use crate::people::People;
use crate::storage::{Device, Storage, StorageError};

/// A week: by then a cadre has missed sending one.
pub const DEFAULT_DAYS: u32 = 7;
const DAY_MS: i64 = 24 * 3600 * 1000;

/// How the district's laptops sync; one is listed after so many days without a complete sync.
///
/// # Errors
/// What goes wrong in the database.
pub fn read(
    storage: &dyn Storage,
    district: &DistrictId,
    people: &People,
    days: u32,
    now: At,
) -> Result<SyncHealthReply, StorageError> {
    let devices = storage.devices(district)?;
    let rows = storage.rows(district, &[Kind::Outcome])?;
    let mut quarantined: Vec<Outcome> = rows.into_iter().filter_map(aside).collect();
    quarantined.sort_by_key(|outcome| outcome.at);
    Ok(SyncHealthReply {
        days,
        laptops: u32::try_from(devices.len()).unwrap_or(u32::MAX),
        needy: needy(&devices, people, days, now),
        quarantined: (quarantined.into_iter())
            .map(|outcome| view(outcome, people))
            .collect(),
        server_time: now,
    })
}

/// What is aside and was not seen to.
fn aside(row: Row) -> Option<Outcome> {
    let outcome = Outcome::try_from(row).ok()?;
    let aside = outcome.status == OutcomeStatus::Quarantined && outcome.handled.is_none();
    aside.then_some(outcome)
}

fn view(outcome: Outcome, people: &People) -> QuarantinedView {
    QuarantinedView {
        mutation: outcome.mutation,
        user: people.named(&outcome.user),
        device: outcome.device,
        code: outcome.code,
        params: outcome.params,
        name: outcome.name,
        args: outcome.args,
        at: outcome.at,
    }
}

/// The laptops that need somebody to look, the longest without a complete sync first.
fn needy(devices: &[Device], people: &People, days: u32, now: At) -> Vec<NeedyLaptop> {
    let mut listed: Vec<(At, NeedyLaptop)> = devices
        .iter()
        .filter_map(|device| {
            let needs = needs(device, days, now);
            let laptop = people.laptop(device);
            let since = device.last_sync.unwrap_or(device.enrolled);
            (!needs.is_empty()).then_some((since, NeedyLaptop { laptop, needs }))
        })
        .collect();
    listed.sort_by_key(|(since, _)| *since);
    listed.into_iter().map(|(_, laptop)| laptop).collect()
}

fn needs(device: &Device, days: u32, now: At) -> Vec<Need> {
    let limit_ms = i64::from(days) * DAY_MS;
    let long = |since: At| now.ms_since(since) > limit_ms;
    let stopped = device.state != DeviceState::Active;
    let all = [
        (stopped, Need::Stopped),
        (
            !stopped && long(device.last_sync.unwrap_or(device.enrolled)),
            Need::NotSynced,
        ),
        (
            device.pending > 0 && device.oldest_pending.is_some_and(long),
            Need::WaitingLong,
        ),
        (device.last_error.is_some(), Need::Failed),
        (!stopped && device.resync_due(), Need::ResyncDue),
    ];
    (all.into_iter())
        .filter_map(|(so, need)| so.then_some(need))
        .collect()
}
