//! Owns the list of enterprises as screens page through it, and when each was last visited.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use qilian_domain::ids::UserId;
use qilian_domain::uscc::Uscc;
use rusqlite::{Row, named_params};

use crate::contents::Contents;
use crate::error::StoreError;
use crate::table::{parsed, unsigned};

const TABLE: &str = "current_row";

/// Which enterprises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnterpriseFilter {
    /// Whose assignments [`EnterpriseLine::mine`] tells of.
    pub cadre: UserId,
    /// On which day.
    pub on: NaiveDate,
    /// Only those that are the cadre's on that day.
    pub only_mine: bool,
    /// In which order.
    pub order: EnterpriseOrder,
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnterpriseOrder {
    /// By name, as the characters are numbered.
    Name,
    /// Those never visited first, then the longest ago.
    LastVisit,
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnterpriseLine {
    /// Its code.
    pub uscc: Uscc,
    /// Its name.
    pub name: String,
    /// 街道, if known.
    pub street: Option<String>,
    /// Where, if known.
    pub address: Option<String>,
    /// GB/T 4754 code with its section letter, if known.
    pub industry: Option<String>,
    /// The last day on which anybody in scope visited it.
    pub last_visit: Option<NaiveDate>,
    /// Demands that are not closed.
    pub open_demands: u64,
    /// Whether it is the cadre's on the day asked for.
    pub mine: bool,
}

impl Contents {
    /// `limit` lines of the list after the first `offset`.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn enterprises(
        &self,
        filter: &EnterpriseFilter,
        offset: u32,
        limit: u32,
    ) -> Result<Vec<EnterpriseLine>, StoreError> {
        let sql = match filter.order {
            EnterpriseOrder::Name => include_str!("enterprises_by_name.sql"),
            EnterpriseOrder::LastVisit => include_str!("enterprises_by_last_visit.sql"),
        };
        self.connection
            .prepare_cached(sql)?
            .query_and_then(
                named_params! {
                    ":cadre": filter.cadre.as_str(),
                    ":on": filter.on.to_string(),
                    ":only_mine": filter.only_mine,
                    ":offset": offset,
                    ":limit": limit,
                },
                line,
            )?
            .collect()
    }

    /// How many lines the list has.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn enterprise_count(&self, filter: &EnterpriseFilter) -> Result<u64, StoreError> {
        let count = self
            .connection
            .prepare_cached(include_str!("enterprise_count.sql"))?
            .query_row(
                named_params! {
                    ":cadre": filter.cadre.as_str(),
                    ":on": filter.on.to_string(),
                    ":only_mine": filter.only_mine,
                },
                |row| row.get("n"),
            )?;
        unsigned(count, TABLE, "count")
    }

    /// The last day on which each enterprise was visited; those never visited are missing.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn last_visits(&self) -> Result<BTreeMap<Uscc, NaiveDate>, StoreError> {
        self.connection
            .prepare_cached(
                "SELECT parent, max(day) AS day FROM current_row
                 WHERE kind = 'visit' AND parent IS NOT NULL AND day IS NOT NULL GROUP BY parent",
            )?
            .query_and_then([], |row| {
                let uscc: String = row.get("parent")?;
                let day: String = row.get("day")?;
                Ok((parsed(&uscc, TABLE, "parent")?, parsed(&day, TABLE, "day")?))
            })?
            .collect()
    }
}

fn line(row: &Row<'_>) -> Result<EnterpriseLine, StoreError> {
    let uscc: String = row.get("uscc")?;
    let last_visit: Option<String> = row.get("last_visit")?;
    Ok(EnterpriseLine {
        uscc: parsed(&uscc, TABLE, "id")?,
        name: row.get("name")?,
        street: row.get("street")?,
        address: row.get("address")?,
        industry: row.get("industry")?,
        last_visit: last_visit
            .map(|day| parsed(&day, TABLE, "day"))
            .transpose()?,
        open_demands: unsigned(row.get("open_demands")?, TABLE, "count")?,
        mine: row.get("mine")?,
    })
}
