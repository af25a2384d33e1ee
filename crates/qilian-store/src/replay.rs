//! Owns deciding on the laptop: a command on the current rows, and all pending ones once more when
//! the ground under them has moved.

use qilian_domain::command::{Command, Context, Lateness, Rules, Scope};
use qilian_domain::ids::UserId;
use qilian_domain::refusal::Refusal;
use qilian_domain::row::Row;
use qilian_domain::stamp::Stamp;
use qilian_sync::wire::{Mutation, ReplyStatus};
use rusqlite::Connection;

use crate::error::StoreError;
use crate::table::outbox::OutboxItem;
use crate::table::{current_row, outbox, overlay};

/// Decides a command on the current rows: the rows that it changes.
pub(crate) fn decide(
    connection: &Connection,
    command: &Command,
    actor: &UserId,
    stamp: Stamp,
    rules: &Rules,
) -> Result<Result<Vec<Row>, Refusal>, StoreError> {
    let loaded = current_row::load(connection, &command.reads(actor))?;
    let context = Context {
        actor,
        stamp,
        scope: Scope::Held,
        lateness: Lateness::Weighed,
        rules,
    };
    Ok(command.decide(&context, &loaded).map(|mut rows| {
        rows.retain(|row| loaded.row(&row.key()) != Some(row));
        rows
    }))
}

/// Makes the overlay anew from the outbox. A mutation that the server refused, or that is refused
/// here now, leaves no rows; it stays in the outbox, and the server's word on it is what counts.
pub(crate) fn rebuild_overlay(
    connection: &Connection,
    actor: &UserId,
    rules: &Rules,
) -> Result<(), StoreError> {
    overlay::clear(connection)?;
    for item in outbox::all(connection)? {
        let Some((command, stamp)) = pending(&item) else {
            continue;
        };
        if let Ok(rows) = decide(connection, &command, actor, stamp, rules)? {
            for row in rows {
                overlay::put(connection, &row, item.mut_seq)?;
            }
        }
    }
    Ok(())
}

/// The command of a mutation that may still take effect, if this version can read it.
fn pending(item: &OutboxItem) -> Option<(Command, Stamp)> {
    let refused = item.answer.as_ref().is_some_and(|answer| {
        matches!(
            answer.status,
            ReplyStatus::Rejected | ReplyStatus::Quarantined
        )
    });
    if refused {
        return None;
    }
    let mutation: Mutation = serde_json::from_str(&item.payload).ok()?;
    let command = Command::parse(&mutation.name, &mutation.args).ok()?;
    let stamp = Stamp {
        device: mutation.device_time,
        offset_ms: mutation.offset_ms,
        received: None,
    };
    Some((command, stamp))
}
