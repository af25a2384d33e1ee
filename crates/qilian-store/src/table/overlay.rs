//! Owns `overlay`: what pending mutations make of rows. It is always the outbox replayed on the base.

use std::collections::BTreeSet;

use qilian_domain::ids::MutSeq;
use qilian_domain::row::{Kind, Row, RowKey};
use rusqlite::{Connection, OptionalExtension, named_params};

use super::{signed, unsigned};
use crate::error::StoreError;

pub(crate) fn put(connection: &Connection, row: &Row, by: MutSeq) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO overlay (kind, id, parent, day, body, mut_seq)
             VALUES (:kind, :id, :parent, :day, :body, :mut_seq)
             ON CONFLICT (kind, id) DO UPDATE SET
                 parent = excluded.parent, day = excluded.day, body = excluded.body,
                 mut_seq = excluded.mut_seq",
        )?
        .execute(named_params! {
            ":kind": row.kind().as_str(),
            ":id": row.id(),
            ":parent": row.parent(),
            ":day": row.day().map(|day| day.to_string()),
            ":body": row.to_json()?,
            ":mut_seq": signed(by.0),
        })?;
    Ok(())
}

pub(crate) fn clear(connection: &Connection) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM overlay")?
        .execute([])?;
    Ok(())
}

/// The rows that pending mutations wrote.
pub(crate) fn keys(connection: &Connection) -> Result<BTreeSet<RowKey>, StoreError> {
    connection
        .prepare_cached("SELECT kind, id FROM overlay")?
        .query_and_then([], |row| {
            let kind: String = row.get("kind")?;
            let kind =
                Kind::named(&kind).ok_or_else(|| StoreError::bad("overlay", "kind", &kind))?;
            let id = row.get("id")?;
            Ok(RowKey { kind, id })
        })?
        .collect()
}

/// The last mutation that wrote the row, while it is pending.
pub(crate) fn pending(connection: &Connection, key: &RowKey) -> Result<Option<MutSeq>, StoreError> {
    connection
        .prepare_cached("SELECT mut_seq FROM overlay WHERE kind = ?1 AND id = ?2")?
        .query_row((key.kind.as_str(), &key.id), |row| row.get("mut_seq"))
        .optional()?
        .map(|number| unsigned(number, "overlay", "mut_seq").map(MutSeq))
        .transpose()
}
