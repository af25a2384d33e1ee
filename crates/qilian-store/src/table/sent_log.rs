//! Owns `sent_log`: mutations that a complete pull has reached. They are kept as long as a server may
//! come back from a backup that does not have them (`sync.md` A.4, A.0 8).

use qilian_domain::ids::{At, MutId, MutSeq, Seq};
use rusqlite::{Connection, OptionalExtension, named_params};

use super::outbox::{self, OutboxItem};
use super::{parsed, signed};
use crate::error::StoreError;

/// As long as a district keeps its backups.
const KEPT_MS: i64 = 35 * 24 * 3600 * 1000;

/// Moves what the cursor has reached out of the outbox; forgets what is older than is kept.
pub(crate) fn take_reached(
    connection: &Connection,
    cursor: Seq,
    now: At,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO sent_log (mut_id, current_chain, mut_seq, name, payload, hash, recorded_at,
                                   status, code, params, at_seq, reached_at)
             SELECT mut_id, 1, mut_seq, name, payload, hash, recorded_at, status, code, params, at_seq,
                    :now
             FROM outbox WHERE at_seq <= :cursor",
        )?
        .execute(named_params! { ":cursor": signed(cursor.0), ":now": now.unix_ms() })?;
    connection
        .prepare_cached("DELETE FROM outbox WHERE at_seq <= ?1")?
        .execute([signed(cursor.0)])?;
    // The last one stays: its hash is what the next mutation is chained to.
    connection
        .prepare_cached(
            "DELETE FROM sent_log
             WHERE reached_at < ?1 AND NOT (current_chain AND mut_seq =
                 (SELECT max(mut_seq) FROM sent_log WHERE current_chain))",
        )?
        .execute([now.unix_ms() - KEPT_MS])?;
    Ok(())
}

/// Leaves the chain that all of it was sent in.
pub(crate) fn leave_chain(connection: &Connection) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE sent_log SET current_chain = 0 WHERE current_chain")?
        .execute([])?;
    Ok(())
}

/// Whether anything here was sent in a chain that this store has left.
pub(crate) fn has_left_a_chain(connection: &Connection) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM sent_log WHERE NOT current_chain) AS left")?
        .query_row([], |row| row.get("left"))?)
}

/// Moves what comes after a number of the chain back into the outbox, where it stood.
pub(crate) fn send_again(connection: &Connection, after: MutSeq) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO outbox (mut_seq, mut_id, name, payload, hash, recorded_at, had_effect_at)
             SELECT mut_seq, mut_id, name, payload, hash, recorded_at,
                    CASE WHEN status IN ('applied', 'merged') THEN at_seq END
             FROM sent_log WHERE mut_seq > ?1 AND current_chain",
        )?
        .execute([signed(after.0)])?;
    connection
        .prepare_cached("DELETE FROM sent_log WHERE mut_seq > ?1 AND current_chain")?
        .execute([signed(after.0)])?;
    Ok(())
}

/// All of it, in the order in which it was written.
pub(crate) fn all(connection: &Connection) -> Result<Vec<OutboxItem>, StoreError> {
    connection
        .prepare_cached("SELECT *, NULL AS had_effect_at FROM sent_log ORDER BY current_chain, reached_at, mut_seq")?
        .query_and_then([], outbox::read)?
        .collect()
}

/// Takes all of it, in the order in which it was written.
pub(crate) fn take_all(connection: &Connection) -> Result<Vec<OutboxItem>, StoreError> {
    let items = all(connection)?;
    connection
        .prepare_cached("DELETE FROM sent_log")?
        .execute([])?;
    Ok(items)
}

/// The id of the mutation that stands here under a number of the chain.
pub(crate) fn id_of(connection: &Connection, mut_seq: MutSeq) -> Result<Option<MutId>, StoreError> {
    let id: Option<String> = connection
        .prepare_cached("SELECT mut_id FROM sent_log WHERE mut_seq = ?1 AND current_chain")?
        .query_row([signed(mut_seq.0)], |row| row.get("mut_id"))
        .optional()?;
    id.map(|id| parsed(&id, "sent_log", "mut_id")).transpose()
}

/// The latest ones first.
pub(crate) fn latest(connection: &Connection, most: u32) -> Result<Vec<OutboxItem>, StoreError> {
    connection
        .prepare_cached("SELECT *, NULL AS had_effect_at FROM sent_log ORDER BY reached_at DESC, mut_seq DESC LIMIT ?1")?
        .query_and_then([most], outbox::read)?
        .collect()
}
