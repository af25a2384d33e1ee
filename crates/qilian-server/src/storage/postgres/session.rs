//! Owns one connection with the statements that it has prepared, and the transaction on it. Rows are read
//! by name; what a row lacks is an error, not a panic.
//!
//! Elsewhere: how many connections there are (`pool`), what is asked (the files beside).

use std::cell::RefCell;
use std::collections::HashMap;

use postgres::types::{FromSql, ToSql};
use postgres::{Client, NoTls, Row, Statement};
use qilian_domain::ids::DistrictId;

use super::address::Address;
use super::fault::{fault, is_worth_repeating, refusal};
use crate::storage::StorageError;

/// A parameter of a statement.
pub(super) type Value<'a> = &'a (dyn ToSql + Sync);

/// One connection.
pub(super) struct Session {
    client: Client,
    statements: HashMap<String, Statement>,
    /// How a statement failed since the transaction began.
    failure: Option<Failure>,
}

/// How a transaction failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// It may work if it is begun anew at once.
    WorthRepeating,
    /// It would fail again.
    ForGood,
}

impl Session {
    /// Connects.
    pub(super) fn connect(address: &Address) -> Result<Self, StorageError> {
        let client = address.config().connect(NoTls).map_err(|e| refusal(&e))?;
        Ok(Self {
            client,
            statements: HashMap::new(),
            failure: None,
        })
    }

    /// Runs statements that have no parameters.
    pub(super) fn batch(&mut self, sql: &str) -> Result<(), StorageError> {
        let done = self.client.batch_execute(sql);
        self.noted(done)
    }

    /// Forgets how the transaction before failed.
    pub(super) fn begin(&mut self, sql: &str) -> Result<(), StorageError> {
        self.failure = None;
        self.batch(sql)
    }

    /// How the transaction failed, if it did.
    pub(super) const fn failure(&self) -> Option<Failure> {
        self.failure
    }

    /// Runs a statement and returns its rows.
    pub(super) fn query(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
    ) -> Result<Vec<Row>, StorageError> {
        let statement = self.statement(sql)?;
        let done = self.client.query(&statement, values);
        self.noted(done)
    }

    /// Runs a statement and says how many rows it was about.
    pub(super) fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, StorageError> {
        let statement = self.statement(sql)?;
        let done = self.client.execute(&statement, values);
        self.noted(done)
    }

    /// A statement, prepared once.
    fn statement(&mut self, sql: &str) -> Result<Statement, StorageError> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let prepared = self.client.prepare(sql);
        let statement = self.noted(prepared)?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    fn noted<T>(&mut self, done: Result<T, postgres::Error>) -> Result<T, StorageError> {
        done.map_err(|error| {
            let failure = if is_worth_repeating(&error) {
                Failure::WorthRepeating
            } else {
                Failure::ForGood
            };
            self.failure.get_or_insert(failure);
            fault(&error)
        })
    }
}

/// A transaction that is about one district.
pub(crate) struct Tx<'a> {
    session: RefCell<&'a mut Session>,
    pub(super) district: &'a DistrictId,
}

impl<'a> Tx<'a> {
    pub(super) const fn new(session: &'a mut Session, district: &'a DistrictId) -> Self {
        Self {
            session: RefCell::new(session),
            district,
        }
    }

    /// Runs a statement on the district, which is its first parameter, and returns its rows.
    pub(super) fn query(&self, sql: &str, others: &[Value<'_>]) -> Result<Vec<Row>, StorageError> {
        let id = self.district.as_str();
        self.session.borrow_mut().query(sql, &led_by(&id, others))
    }

    /// Runs a statement on the district that finds one row or none.
    pub(super) fn one(&self, sql: &str, others: &[Value<'_>]) -> Result<Option<Row>, StorageError> {
        Ok(self.query(sql, others)?.into_iter().next())
    }

    /// Runs a statement on the district and says how many rows it was about.
    pub(super) fn execute(&self, sql: &str, others: &[Value<'_>]) -> Result<u64, StorageError> {
        let id = self.district.as_str();
        self.session.borrow_mut().execute(sql, &led_by(&id, others))
    }
}

fn led_by<'v>(district: &'v &str, others: &[Value<'v>]) -> Vec<Value<'v>> {
    let mut values: Vec<Value<'v>> = Vec::with_capacity(others.len() + 1);
    values.push(district);
    values.extend_from_slice(others);
    values
}

/// A column of a row.
pub(super) fn get<'r, T: FromSql<'r>>(row: &'r Row, column: &str) -> Result<T, StorageError> {
    row.try_get(column).map_err(|e| fault(&e))
}
