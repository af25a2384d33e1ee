//! Owns how the database is opened: migrations, one process at a time, and the refusal of a newer schema.

use super::address::Address;
use super::session::{Session, get};
use crate::storage::StorageError;

/// Append only: a database remembers how many it has seen.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_district.sql"),
    include_str!("migrations/0002_views.sql"),
    include_str!("migrations/0003_waiting.sql"),
    include_str!("migrations/0004_export_secret.sql"),
];

/// How many migrations a database has seen. Made here and not by a migration: it is what they are counted
/// in. It belongs to no district.
const HISTORY: &str = "CREATE TABLE IF NOT EXISTS qilian_schema (version integer PRIMARY KEY)";

/// Processes that migrate wait for each other at this number.
const TURNSTILE: i64 = 0x7169_6c69_616e;

/// Connects, and migrates as needed.
pub(super) fn migrated(address: &Address) -> Result<Session, StorageError> {
    let mut session = Session::connect(address)?;
    if version(&mut session)? == Some(MIGRATIONS.len()) {
        return Ok(session);
    }
    session.begin("BEGIN")?;
    session.query("SELECT pg_advisory_xact_lock($1)", &[&TURNSTILE])?;
    // Only now: whoever went before may have made it.
    session.batch(HISTORY)?;
    let seen = version(&mut session)?.unwrap_or_default();
    for (number, migration) in MIGRATIONS.iter().enumerate().skip(seen) {
        session.batch(migration)?;
        let number = i32::try_from(number + 1).unwrap_or(i32::MAX);
        session.execute(
            "INSERT INTO qilian_schema (version) VALUES ($1)",
            &[&number],
        )?;
    }
    session.batch("COMMIT")?;
    Ok(session)
}

/// Whether a database has a schema of ours.
pub(super) fn is_begun(address: &Address) -> Result<bool, StorageError> {
    let mut session = Session::connect(address)?;
    Ok(version(&mut session)?.is_some())
}

/// How many migrations the database has seen; none if it was never opened.
fn version(session: &mut Session) -> Result<Option<usize>, StorageError> {
    let sql = "SELECT to_regclass('qilian_schema') IS NOT NULL AS begun";
    let begun = session.query(sql, &[])?;
    let begun = begun.first().map(|row| get(row, "begun")).transpose()?;
    if begun != Some(true) {
        return Ok(None);
    }
    let sql = "SELECT coalesce(max(version), 0) AS version FROM qilian_schema";
    let found = session.query(sql, &[])?;
    let seen: i32 = found
        .first()
        .map(|row| get(row, "version"))
        .transpose()?
        .unwrap_or_default();
    let seen = usize::try_from(seen).unwrap_or_default();
    if seen > MIGRATIONS.len() {
        return Err(StorageError::Newer);
    }
    Ok(Some(seen))
}
