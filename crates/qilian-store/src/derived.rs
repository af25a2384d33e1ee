//! Owns what is derived from rows for each enterprise: its line in the list, its entry in the search index.
//!
//! Triggers mark the enterprises whose rows changed; whoever changes rows calls [`catch_up`] before the
//! transaction ends. Elsewhere: the line (`table::enterprise_line`), the entry (`search::index`).

use qilian_domain::rows::Enterprise;
use rusqlite::Connection;

use crate::error::StoreError;
use crate::search::index;
use crate::table::{current_row, enterprise_line};

/// Derives anew what has to be.
pub(crate) fn catch_up(connection: &Connection) -> Result<(), StoreError> {
    for touched in enterprise_line::touched(connection)? {
        let uscc = touched.uscc.as_str();
        if touched.itself {
            let now = current_row::get::<Enterprise>(connection, uscc)?;
            index::update(connection, uscc, now.as_ref())?;
            match &now {
                Some(enterprise) => enterprise_line::put(connection, enterprise)?,
                None => enterprise_line::remove(connection, uscc)?,
            }
        }
        enterprise_line::count(connection, uscc)?;
    }
    enterprise_line::clear_touched(connection)
}

/// Derives everything anew: another version of the program may derive in another way.
pub(crate) fn rebuild(connection: &Connection) -> Result<(), StoreError> {
    index::clear(connection)?;
    enterprise_line::clear(connection)?;
    catch_up(connection)
}
