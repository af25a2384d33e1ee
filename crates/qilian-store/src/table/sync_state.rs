//! Owns `sync_state`: the end of the mutation chain, the cursor, an unfinished pull's position, the
//! known clock offset, and the count of changes. One row.

use qilian_domain::ids::{At, MutSeq, Seq};
use qilian_sync::chain::ChainHash;
use qilian_sync::wire::{Cursor, PassPosition};
use rusqlite::{Connection, Row, named_params};

use super::{moment, signed, unsigned};
use crate::error::StoreError;

const TABLE: &str = "sync_state";

/// Where a store stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncState {
    /// The last mutation ever written here; 0 for none.
    pub last_mut_seq: MutSeq,
    /// The chain's hash after it.
    pub last_hash: ChainHash,
    /// The cut that the rows are at.
    pub cursor: Cursor,
    /// Where an unfinished pull stands.
    pub position: Option<PassPosition>,
    /// Passes that the unfinished pull has begun before this one.
    pub(crate) pass: u64,
    /// Server time minus device time in milliseconds, as last measured.
    pub clock_offset_ms: Option<i64>,
    /// When the last pull came to a complete cut, by the server's clock.
    pub last_complete_sync: Option<At>,
    /// When all buckets were last compared with the server's, by its clock.
    pub(crate) audited_at: Option<At>,
    /// Grows with every change of rows or outbox, here or in another process.
    pub changes: u64,
}

pub(crate) fn get(connection: &Connection) -> Result<SyncState, StoreError> {
    connection
        .prepare_cached("SELECT * FROM sync_state")?
        .query_row([], |row| Ok(read(row)))?
}

fn read(row: &Row<'_>) -> Result<SyncState, StoreError> {
    let hash: Vec<u8> = row.get("last_hash")?;
    let position: Option<String> = row.get("position")?;
    let last_complete_sync: Option<i64> = row.get("last_complete_sync")?;
    let audited_at: Option<i64> = row.get("audited_at")?;
    let mark: Option<String> = row.get("cursor_mark")?;
    let bad = |column| StoreError::bad(TABLE, column, 1);
    Ok(SyncState {
        last_mut_seq: MutSeq(unsigned(row.get("last_mut_seq")?, TABLE, "last_mut_seq")?),
        last_hash: ChainHash::try_from(hash.as_slice()).map_err(|_| bad("last_hash"))?,
        cursor: Cursor {
            seq: Seq(unsigned(row.get("cursor")?, TABLE, "cursor")?),
            mark: mark
                .map(|text| text.parse().map_err(|_| bad("cursor_mark")))
                .transpose()?,
        },
        position: position
            .map(|text| serde_json::from_str(&text).map_err(|_| bad("position")))
            .transpose()?,
        pass: unsigned(row.get("pass")?, TABLE, "pass")?,
        clock_offset_ms: row.get("clock_offset_ms")?,
        last_complete_sync: last_complete_sync
            .map(|ms| moment(ms, TABLE, "last_complete_sync"))
            .transpose()?,
        audited_at: audited_at
            .map(|ms| moment(ms, TABLE, "audited_at"))
            .transpose()?,
        changes: unsigned(row.get("changes")?, TABLE, "changes")?,
    })
}

/// The chain grew by one mutation.
pub(crate) fn set_chain_end(
    connection: &Connection,
    last: MutSeq,
    hash: ChainHash,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE sync_state SET last_mut_seq = ?1, last_hash = ?2, changes = changes + 1",
        )?
        .execute((signed(last.0), hash.bytes()))?;
    Ok(())
}

pub(crate) fn set_position(
    connection: &Connection,
    position: Option<&PassPosition>,
    pass: u64,
) -> Result<(), StoreError> {
    let position = position.map(serde_json::to_string).transpose()?;
    connection
        .prepare_cached("UPDATE sync_state SET position = ?1, pass = ?2")?
        .execute((position, signed(pass)))?;
    Ok(())
}

/// The next pull begins from nothing. What was pulled before stays until then.
pub(crate) fn begin_again(connection: &Connection) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE sync_state SET cursor = 0, cursor_mark = NULL, position = NULL, pass = 0,
                                   changes = changes + 1",
        )?
        .execute([])?;
    Ok(())
}

/// The store is at a complete cut.
pub(crate) fn set_cursor(
    connection: &Connection,
    cursor: Cursor,
    at: At,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE sync_state
             SET cursor = :cursor, cursor_mark = :mark, last_complete_sync = :at, position = NULL,
                 pass = 0",
        )?
        .execute(named_params! {
            ":cursor": signed(cursor.seq.0),
            ":mark": cursor.mark.map(|mark| mark.to_string()),
            ":at": at.unix_ms(),
        })?;
    Ok(())
}

/// All buckets were compared with the server's.
pub(crate) fn set_audited(connection: &Connection, at: At) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE sync_state SET audited_at = ?1")?
        .execute([at.unix_ms()])?;
    Ok(())
}

pub(crate) fn set_clock_offset(connection: &Connection, offset_ms: i64) -> Result<(), StoreError> {
    connection.execute("UPDATE sync_state SET clock_offset_ms = ?1", [offset_ms])?;
    Ok(())
}

pub(crate) fn note_change(connection: &Connection) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE sync_state SET changes = changes + 1")?
        .execute([])?;
    Ok(())
}
