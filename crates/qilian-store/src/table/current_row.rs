//! Owns `current_row`, the view of what screens and commands see: the overlay over the base.

use chrono::NaiveDate;
use qilian_domain::command::{Loaded, Read};
use qilian_domain::row::{Kind, Known, Row, RowKey};
use rusqlite::{Connection, OptionalExtension, Params};

use super::unsigned;
use crate::error::StoreError;

const ONE: &str = "SELECT id, body FROM current_row WHERE kind = ?1 AND id = ?2";
const CHILDREN: &str =
    "SELECT id, body FROM current_row WHERE kind = ?1 AND parent = ?2 ORDER BY day, id";
const CHILDREN_ON: &str = "SELECT id, body FROM current_row
     WHERE kind = ?1 AND parent = ?2 AND day BETWEEN ?3 AND ?4 ORDER BY day, id";
const ALL: &str = "SELECT id, body FROM current_row WHERE kind = ?1 ORDER BY id";

pub(crate) fn get<B: Known>(connection: &Connection, id: &str) -> Result<Option<B>, StoreError> {
    connection
        .prepare_cached(ONE)?
        .query_row((B::KIND.as_str(), id), |row| Ok(body::<B>(row)))
        .optional()?
        .transpose()
}

pub(crate) fn children<B: Known>(
    connection: &Connection,
    parent: &str,
) -> Result<Vec<B>, StoreError> {
    bodies(connection, CHILDREN, (B::KIND.as_str(), parent))
}

pub(crate) fn children_on<B: Known>(
    connection: &Connection,
    parent: &str,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<Vec<B>, StoreError> {
    let days = (first.to_string(), last.to_string());
    let params = (B::KIND.as_str(), parent, days.0, days.1);
    bodies(connection, CHILDREN_ON, params)
}

pub(crate) fn all<B: Known>(connection: &Connection) -> Result<Vec<B>, StoreError> {
    bodies(connection, ALL, [B::KIND.as_str()])
}

/// The ids of all rows of a kind, without reading their bodies.
pub(crate) fn ids(connection: &Connection, kind: Kind) -> Result<Vec<String>, StoreError> {
    connection
        .prepare_cached("SELECT id FROM current_row WHERE kind = ?1 ORDER BY id")?
        .query_and_then([kind.as_str()], |row| Ok(row.get("id")?))?
        .collect()
}

pub(crate) fn count(connection: &Connection, kind: Kind) -> Result<u64, StoreError> {
    let count = connection
        .prepare_cached("SELECT count(*) AS n FROM current_row WHERE kind = ?1")?
        .query_row([kind.as_str()], |row| row.get("n"))?;
    unsigned(count, "current_row", "count")
}

/// The row under a key, whatever its kind.
pub(crate) fn row(connection: &Connection, key: &RowKey) -> Result<Option<Row>, StoreError> {
    let params = (key.kind.as_str(), &key.id);
    let mut statement = connection.prepare_cached(ONE)?;
    let mut rows = statement.query_and_then(params, |found| typed(key.kind, found))?;
    rows.next().transpose()
}

/// What a command reads.
pub(crate) fn load(connection: &Connection, reads: &[Read]) -> Result<Loaded, StoreError> {
    let mut loaded = Loaded::default();
    for read in reads {
        match read {
            Read::Row(key) => {
                if let Some(found) = row(connection, key)? {
                    loaded.insert(found);
                }
            }
            Read::Children {
                kind,
                parent,
                days,
                only_if,
            } => {
                if let Some(key) = only_if
                    && row(connection, key)?.is_none()
                {
                    continue;
                }
                let kind_name = kind.as_str();
                let mut statement = connection.prepare_cached(if days.is_some() {
                    CHILDREN_ON
                } else {
                    CHILDREN
                })?;
                let mut rows = match days {
                    None => statement.query((kind_name, parent))?,
                    Some((first, last)) => {
                        statement.query((kind_name, parent, first.to_string(), last.to_string()))?
                    }
                };
                while let Some(found) = rows.next()? {
                    loaded.insert(typed(*kind, found)?);
                }
            }
        }
    }
    Ok(loaded)
}

fn bodies<B: Known>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
) -> Result<Vec<B>, StoreError> {
    connection
        .prepare_cached(sql)?
        .query_and_then(params, body::<B>)?
        .collect()
}

fn body<B: Known>(row: &rusqlite::Row<'_>) -> Result<B, StoreError> {
    let text = row
        .get_ref("body")?
        .as_str()
        .map_err(rusqlite::Error::from)?;
    serde_json::from_str(text).map_err(|_| unreadable(B::KIND, row))
}

fn typed(kind: Kind, row: &rusqlite::Row<'_>) -> Result<Row, StoreError> {
    let text = row
        .get_ref("body")?
        .as_str()
        .map_err(rusqlite::Error::from)?;
    Row::from_json(kind, text).map_err(|_| unreadable(kind, row))
}

fn unreadable(kind: Kind, row: &rusqlite::Row<'_>) -> StoreError {
    let id: String = row.get("id").unwrap_or_default();
    StoreError::bad("current_row", "body", format!("{} {id}", kind.as_str()))
}
