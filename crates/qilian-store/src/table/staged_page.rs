//! Owns `staged_page`: pages of a pull that is not complete, as they came. No screen sees them.

use qilian_sync::wire::PullReply;
use rusqlite::Connection;

use super::{signed, unsigned};
use crate::error::StoreError;

const TABLE: &str = "staged_page";

/// A page, and which pass of its pull it belongs to.
pub(crate) struct StagedPage {
    pub(crate) pass: u64,
    pub(crate) page: PullReply,
}

pub(crate) fn append(
    connection: &Connection,
    pass: u64,
    page: &PullReply,
) -> Result<(), StoreError> {
    let page = serde_json::to_string(page)?;
    connection
        .prepare_cached("INSERT INTO staged_page (pass, page) VALUES (?1, ?2)")?
        .execute((signed(pass), page))?;
    Ok(())
}

/// The page after number `n`, with its number: one at a time, for a pull may be larger than memory.
pub(crate) fn after(
    connection: &Connection,
    n: i64,
) -> Result<Option<(i64, StagedPage)>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT n, pass, page FROM staged_page WHERE n > ?1 ORDER BY n LIMIT 1")?;
    let mut rows = statement.query([n])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let n = row.get("n")?;
    let pass = unsigned(row.get("pass")?, TABLE, "pass")?;
    let page: String = row.get("page")?;
    let page = serde_json::from_str(&page).map_err(|_| StoreError::bad(TABLE, "page", n))?;
    Ok(Some((n, StagedPage { pass, page })))
}

pub(crate) fn clear(connection: &Connection) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM staged_page")?
        .execute([])?;
    Ok(())
}
