//! Owns reading the list of enterprises, as screens page through it: the longest unvisited first.
//!
//! Elsewhere: keeping it (`table::enterprise_line`), finding by what was typed (`search`).

use chrono::NaiveDate;
use qilian_domain::ids::UserId;
use qilian_domain::uscc::Uscc;
use rusqlite::{OptionalExtension, Row, named_params};

use crate::contents::Contents;
use crate::error::StoreError;
use crate::table::{parsed, unsigned};

const TABLE: &str = "enterprise_line";

/// Of whose enterprises a line tells whether it is one, and on which day.
#[derive(Debug, Clone, Copy)]
pub struct Whose<'a> {
    /// The cadre.
    pub cadre: &'a UserId,
    /// Assignments that cover this day.
    pub on: NaiveDate,
}

/// Which lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// All that are here.
    All,
    /// The cadre's.
    Mine,
    /// The cadre's with no visit since a day, that day included.
    NotVisitedSince(NaiveDate),
    /// Those with open demands, whosever they are.
    WithOpenDemands,
}

/// How many lines there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnterpriseCounts {
    /// [`Listed::All`].
    pub all: u64,
    /// [`Listed::NotVisitedSince`].
    pub not_visited: u64,
    /// [`Listed::WithOpenDemands`].
    pub with_open_demands: u64,
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
    /// The last day on which anybody in scope visited it.
    pub last_visit: Option<NaiveDate>,
    /// Demands that are not closed.
    pub open_demands: u64,
    /// Whether it is the cadre's on the day asked for.
    pub mine: bool,
}

impl Contents {
    /// `limit` lines after the first `offset`: those never visited first, then the longest ago.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn enterprises(
        &self,
        whose: Whose<'_>,
        listed: Listed,
        offset: u32,
        limit: u32,
    ) -> Result<Vec<EnterpriseLine>, StoreError> {
        let not_since = match listed {
            Listed::NotVisitedSince(day) => Some(day.to_string()),
            _ => None,
        };
        self.connection
            .prepare_cached(include_str!("enterprises.sql"))?
            .query_and_then(
                named_params! {
                    ":cadre": whose.cadre.as_str(),
                    ":on": whose.on.to_string(),
                    ":only_mine": matches!(listed, Listed::Mine | Listed::NotVisitedSince(_)),
                    ":not_since": not_since,
                    ":only_open_demands": listed == Listed::WithOpenDemands,
                    ":offset": offset,
                    ":limit": limit,
                },
                line,
            )?
            .collect()
    }

    /// The line of one enterprise, if it is here.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn enterprise(
        &self,
        whose: Whose<'_>,
        uscc: &Uscc,
    ) -> Result<Option<EnterpriseLine>, StoreError> {
        self.connection
            .prepare_cached(include_str!("enterprise.sql"))?
            .query_row(
                named_params! {
                    ":cadre": whose.cadre.as_str(),
                    ":on": whose.on.to_string(),
                    ":uscc": uscc.as_str(),
                },
                |row| Ok(line(row)),
            )
            .optional()?
            .transpose()
    }

    /// How many lines the list has; `not_since` as in [`Listed::NotVisitedSince`].
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn enterprise_counts(
        &self,
        whose: Whose<'_>,
        not_since: NaiveDate,
    ) -> Result<EnterpriseCounts, StoreError> {
        self.connection
            .prepare_cached(include_str!("enterprise_counts.sql"))?
            .query_row(
                named_params! {
                    ":cadre": whose.cadre.as_str(),
                    ":on": whose.on.to_string(),
                    ":not_since": not_since.to_string(),
                },
                |row| {
                    let number = |column| unsigned(row.get(column)?, TABLE, column);
                    Ok(number("all").and_then(|all| {
                        Ok(EnterpriseCounts {
                            all,
                            not_visited: number("not_visited")?,
                            with_open_demands: number("with_open_demands")?,
                        })
                    }))
                },
            )?
    }
}

fn line(row: &Row<'_>) -> Result<EnterpriseLine, StoreError> {
    let uscc: String = row.get("uscc")?;
    let last_visit: Option<String> = row.get("last_visit")?;
    Ok(EnterpriseLine {
        uscc: parsed(&uscc, TABLE, "uscc")?,
        name: row.get("name")?,
        street: row.get("street")?,
        last_visit: last_visit
            .map(|day| parsed(&day, TABLE, "last_visit"))
            .transpose()?,
        open_demands: unsigned(row.get("open_demands")?, TABLE, "open_demands")?,
        mine: row.get("mine")?,
    })
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use crate::migrations;

    #[test]
    fn whose_an_enterprise_is_comes_from_an_index_alone() {
        let mut connection = Connection::open_in_memory().expect("a store");
        migrations::apply(&mut connection).expect("its tables");
        for (sql, by) in [
            (include_str!("enterprises.sql"), "(<expr>=?)"),
            (include_str!("enterprise_counts.sql"), "(<expr>=?)"),
            (include_str!("enterprise.sql"), "(<expr>=? AND parent=?"),
        ] {
            let mut explain = connection
                .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
                .expect("the statement");
            let plan: Vec<String> = explain
                .raw_query()
                .mapped(|row| row.get("detail"))
                .collect::<Result<_, _>>()
                .expect("its steps");
            let whose = format!("SEARCH base_row USING COVERING INDEX base_row_whose {by}");
            assert!(
                plan.iter().any(|step| step.starts_with(&whose)),
                "{plan:#?}"
            );
        }
    }
}
