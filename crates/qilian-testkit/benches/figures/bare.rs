//! Owns databases without us: the same SQLite with the same settings and nothing around it.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result};
use qilian_domain::row::Row;
use qilian_store::{DataKey, Store};
use rusqlite::{Connection, TransactionBehavior};

/// The key of every bare encrypted file.
const KEY: [u8; 32] = [7; 32];

/// That key, for the store that makes the file.
pub(crate) fn key() -> DataKey {
    DataKey::new(KEY)
}

/// An encrypted file with the store's own tables, no triggers, and nothing in it.
pub(crate) fn encrypted_like_store(path: &Path) -> Result<Connection> {
    drop(Store::create(path, &key())?);
    let connection = encrypted(path)?;
    let triggers: Vec<String> = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")?
        .query_map([], |row| row.get("name"))?
        .collect::<Result<_, _>>()?;
    for trigger in triggers {
        connection.execute_batch(&format!("DROP TRIGGER {trigger}"))?;
    }
    Ok(connection)
}

/// Opens an encrypted file as the store does: the key as it is, its cache, WAL, `synchronous = FULL`.
pub(crate) fn encrypted(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path)?;
    let hex: String = KEY.iter().map(|byte| format!("{byte:02x}")).collect();
    connection.execute_batch(&format!(
        "PRAGMA key = \"x'{hex}'\"; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192;"
    ))?;
    durable(&connection)?;
    Ok(connection)
}

fn durable(connection: &Connection) -> Result<()> {
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    connection.execute_batch("PRAGMA synchronous = FULL")?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// A row as a database takes it.
#[derive(Debug)]
pub(crate) struct BareRow {
    pub(crate) kind: &'static str,
    pub(crate) id: String,
    pub(crate) parent: Option<String>,
    pub(crate) day: Option<String>,
    pub(crate) body: String,
}

impl BareRow {
    /// Of a typed row.
    pub(crate) fn of(row: &Row) -> Result<Self> {
        Ok(Self {
            kind: row.kind().as_str(),
            id: row.id(),
            parent: row.parent(),
            day: row.day().map(|day| day.to_string()),
            body: row.to_json()?,
        })
    }
}

/// A plain file with one table for rows.
pub(crate) fn plain(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path)?;
    durable(&connection)?;
    connection.execute_batch(
        "CREATE TABLE row (kind TEXT NOT NULL, id TEXT NOT NULL, parent TEXT, day TEXT, body TEXT NOT NULL,
                           PRIMARY KEY (kind, id)) STRICT;
         CREATE INDEX row_by_parent ON row (kind, parent, day) WHERE parent IS NOT NULL;",
    )?;
    Ok(connection)
}

/// Inserts rows with one durable transaction for each `batch` of them; seconds.
pub(crate) fn insert(connection: &mut Connection, rows: &[BareRow], batch: usize) -> Result<f64> {
    let begin = Instant::now();
    for some in rows.chunks(batch.max(1)) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut insert = transaction.prepare_cached(
                "INSERT INTO row (kind, id, parent, day, body) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?;
            for row in some {
                insert
                    .execute((row.kind, &row.id, &row.parent, &row.day, &row.body))
                    .with_context(|| format!("{} {}", row.kind, row.id))?;
            }
        }
        transaction.commit()?;
    }
    Ok(begin.elapsed().as_secs_f64())
}
