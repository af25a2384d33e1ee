//! One module a table: its SQL, its row type, and what may be done with it.
//!
//! Everything here works on a connection inside a transaction that somebody else began.

pub(crate) mod base_row;
pub(crate) mod bucket_again;
pub(crate) mod current_row;
pub(crate) mod draft;
pub(crate) mod enterprise_line;
pub(crate) mod file;
pub(crate) mod held_file;
pub(crate) mod identity;
pub(crate) mod member;
pub(crate) mod outbox;
pub(crate) mod overlay;
pub(crate) mod sent_log;
pub(crate) mod setting;
pub(crate) mod staged_page;
pub(crate) mod sync_state;
pub(crate) mod upload;

use qilian_domain::ids::At;

use crate::error::StoreError;

/// An unsigned number as SQLite keeps it. Feed and mutation numbers stay far below 2^63.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn unsigned(
    number: i64,
    table: &'static str,
    column: &'static str,
) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| StoreError::bad(table, column, number))
}

pub(crate) fn moment(ms: i64, table: &'static str, column: &'static str) -> Result<At, StoreError> {
    At::from_unix_ms(ms).ok_or_else(|| StoreError::bad(table, column, ms))
}

pub(crate) fn parsed<T: std::str::FromStr>(
    text: &str,
    table: &'static str,
    column: &'static str,
) -> Result<T, StoreError> {
    text.parse()
        .map_err(|_| StoreError::bad(table, column, text))
}
