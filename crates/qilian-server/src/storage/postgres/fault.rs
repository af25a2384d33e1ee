//! Owns what PostgreSQL's errors mean to a caller. Only SQLSTATE decides: names of constraints and tables
//! carry numbers of shards where the database is spread over machines.
//!
//! An error's detail may quote a row, and with it a person; it is never passed on.

use std::error::Error as _;
use std::io;

use postgres::Error;

use crate::storage::StorageError;

/// The transaction met another; the same may work at once.
const MET_ANOTHER: [&str; 2] = ["40001", "40P01"];
/// The server can't just now: a lock, a timeout, no connection or memory left, a standby.
const LATER: [&str; 8] = [
    "55P03", "57014", "53000", "53200", "53300", "53400", "25006", "25P03",
];
/// The server ends, starts, or cut the connection.
const AWAY: [&str; 3] = ["57P01", "57P02", "57P03"];
/// The password is wrong, or the user may not.
const FORBIDDEN: [&str; 3] = ["28P01", "28000", "42501"];

/// The meaning of an error.
pub(super) fn fault(error: &Error) -> StorageError {
    let Some(db) = error.as_db_error() else {
        return without_state(error);
    };
    let state = db.code().code();
    let told = format!("{state} {}", db.message());
    if MET_ANOTHER.contains(&state) || LATER.contains(&state) {
        return StorageError::Busy(told);
    }
    if AWAY.contains(&state) || state.starts_with("08") {
        return StorageError::Unreachable(told);
    }
    if FORBIDDEN.contains(&state) {
        return StorageError::Forbidden(told);
    }
    match state {
        "3D000" => StorageError::DatabaseMissing(told),
        "53100" => StorageError::DiskFull(told),
        "XX001" | "XX002" => StorageError::Corrupt(told),
        _ => StorageError::Internal(told.into()),
    }
}

/// The meaning of an error while connecting: where no server says what is wrong and the network is not,
/// one of the two asks what the other does not offer, a password or TLS.
pub(super) fn refusal(error: &Error) -> StorageError {
    if error.code().is_some() || is_lost(error) {
        fault(error)
    } else {
        StorageError::Forbidden(told(error))
    }
}

/// Whether a transaction that failed so may work if it is begun anew at once.
pub(super) fn is_worth_repeating(error: &Error) -> bool {
    match error.code().map(postgres::error::SqlState::code) {
        Some(state) => {
            MET_ANOTHER.contains(&state) || AWAY.contains(&state) || state.starts_with("08")
        }
        None => is_lost(error),
    }
}

/// What no server said: the connection itself failed, or what came over it was not understood.
fn without_state(error: &Error) -> StorageError {
    if is_lost(error) {
        StorageError::Unreachable(told(error))
    } else {
        StorageError::Internal(told(error).into())
    }
}

fn told(error: &Error) -> String {
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    format!("{error}: {cause}")
}

fn is_lost(error: &Error) -> bool {
    error.is_closed() || (error.source()).is_some_and(|cause| cause.is::<io::Error>())
}
