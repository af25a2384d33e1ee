//! Owns keeping the index: an enterprise that changed is taken out and put in anew.

use qilian_domain::rows::Enterprise;
use rusqlite::{Connection, OptionalExtension};

use super::fold::{folded, pairs, pairs_from_start, singles};
use super::spell::{Initials, Spelling};
use crate::error::StoreError;

/// Grows when tokens are made in another way; then the index is made anew at the next start.
pub(crate) const VERSION: u32 = 1;

/// An enterprise as search shows it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) uscc: String,
    pub(super) name: String,
    pub(super) people: String,
    pub(super) address: String,
    pub(super) business: String,
}

impl Entry {
    fn of(enterprise: &Enterprise) -> Self {
        let names: Vec<_> = enterprise.people.iter().map(|p| p.name.as_str()).collect();
        Self {
            uscc: enterprise.uscc.to_string(),
            name: enterprise.name.clone(),
            people: names.join("\n"),
            address: enterprise.registration.address.clone().unwrap_or_default(),
            business: enterprise.registration.business.clone().unwrap_or_default(),
        }
    }
}

/// Brings the index up to date with an enterprise that may have changed, come or gone.
pub(crate) fn update(
    connection: &Connection,
    uscc: &str,
    now: Option<&Enterprise>,
) -> Result<(), StoreError> {
    let now = now.map(Entry::of);
    let before = find(connection, uscc)?;
    match (before, now) {
        (Some((_, before)), Some(now)) if before == now => {}
        (before, now) => {
            if let Some((n, _)) = before {
                remove(connection, n)?;
            }
            if let Some(now) = now {
                insert(connection, &now)?;
            }
        }
    }
    Ok(())
}

/// Empties the index, to be made anew.
pub(crate) fn clear(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(
        "DELETE FROM search_entry;
         INSERT INTO search_name (search_name) VALUES ('delete-all');
         INSERT INTO search_text (search_text) VALUES ('delete-all');
         INSERT INTO search_pinyin (search_pinyin) VALUES ('delete-all');",
    )?;
    Ok(())
}

fn find(connection: &Connection, uscc: &str) -> Result<Option<(i64, Entry)>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT * FROM search_entry WHERE uscc = ?1")?
        .query_row([uscc], |row| Ok((row.get("n")?, read(row)?)))
        .optional()?)
}

pub(super) fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        uscc: row.get("uscc")?,
        name: row.get("name")?,
        people: row.get("people")?,
        address: row.get("address")?,
        business: row.get("business")?,
    })
}

fn remove(connection: &Connection, n: i64) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM search_name WHERE rowid = ?1",
        "DELETE FROM search_text WHERE rowid = ?1",
        "DELETE FROM search_pinyin WHERE rowid = ?1",
        "DELETE FROM search_entry WHERE n = ?1",
    ] {
        connection.prepare_cached(sql)?.execute([n])?;
    }
    Ok(())
}

fn insert(connection: &Connection, entry: &Entry) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO search_entry (uscc, name, people, address, business)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((
            &entry.uscc,
            &entry.name,
            &entry.people,
            &entry.address,
            &entry.business,
        ))?;
    let n = connection.last_insert_rowid();
    let name = folded(&entry.name);
    let people = folded(&entry.people);
    let address = folded(&entry.address);
    connection
        .prepare_cached(
            "INSERT INTO search_name (rowid, name, code, initials, people, single)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((
            n,
            pairs_from_start(&name),
            pairs(&folded(&entry.uscc)),
            pairs(&Initials::of(&name).text()),
            pairs(&people),
            singles(&[&name, &people, &address]),
        ))?;
    connection
        .prepare_cached("INSERT INTO search_text (rowid, address, business) VALUES (?1, ?2, ?3)")?
        .execute((n, pairs(&address), pairs(&folded(&entry.business))))?;
    connection
        .prepare_cached("INSERT INTO search_pinyin (rowid, pinyin) VALUES (?1, ?2)")?
        .execute((n, Spelling::of(&name).tokens()))?;
    Ok(())
}
