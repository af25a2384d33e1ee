//! Owns what a roster (挂点企业分配表) changes: cadres, enterprises, whose they are, figures.

use std::collections::HashSet;

use chrono::NaiveDate;
use qilian_domain::command::Loaded;
use qilian_domain::ids::UserId;
use qilian_domain::row::Row;
use qilian_domain::rows::{Assignment, Enterprise};
use qilian_domain::uscc::Uscc;
use qilian_domain::week::Quarter;
use rust_decimal::Decimal;

use super::assign::{Begin, Held};
use super::enterprise::{Weight, joined};
use super::said::{Figure, Said};
use super::staff::Staff;
use super::{Fresh, Tally};
use crate::import::{Roster, RosterCadre, RosterRow};

/// How a roster is to be taken.
#[derive(Debug, Clone, Copy, Default)]
pub struct RosterImport {
    /// The day from which it holds; else the quarter in its title, else the current one.
    pub from: Option<NaiveDate>,
    /// Whether enterprises that it does not name lose their cadres.
    pub replace: bool,
}

/// What a roster came to; its rejected and warned rows are in the roster itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RosterResult {
    /// Rows taken.
    pub accepted: u32,
    /// Cadres in them.
    pub cadres: u32,
    /// Pairs of enterprise and cadre in them.
    pub assignments: u32,
    /// What became of the enterprises.
    pub tally: Tally,
}

/// The rows that a roster changes.
pub fn roster(
    roster: &mut Roster,
    import: RosterImport,
    loaded: &Loaded,
    fresh: &mut Fresh<'_>,
) -> (Vec<Row>, RosterResult) {
    // Enterprises whose rows are refused for their cadres keep what they have.
    let named: HashSet<Uscc> = roster.rows.iter().map(|row| row.uscc.clone()).collect();
    let mut staff = Staff::of(loaded);
    roster.identify_cadres(|cadre| staff.find(cadre));
    let today = fresh.at().day();
    let quarter = || {
        roster
            .quarter
            .unwrap_or_else(|| Quarter::of(today).first_day())
    };
    let begin = Begin {
        from: import.from.unwrap_or_else(quarter),
        given: import.from.is_some(),
        today,
    };
    let roster = &*roster;
    let mut cadres = HashSet::new();
    for (id, told) in roster.rows.iter().flat_map(|row| identified(roster, row)) {
        if cadres.insert(id) {
            staff.cadre(id, told);
        }
    }
    let mut changing = Changing {
        loaded,
        held: Held::of(loaded),
        said: Said::of(loaded),
        begin,
        period: roster.revenue_year.for_roster_from(begin.from).to_string(),
        rows: staff.into_rows(),
        result: RosterResult {
            cadres: count(cadres.len()),
            ..RosterResult::default()
        },
    };
    for row in &roster.rows {
        let ids: Vec<UserId> = identified(roster, row).map(|(id, _)| id.clone()).collect();
        changing.enterprise(row, &ids, fresh);
    }
    if import.replace {
        let refused = |uscc: &Uscc| is_refused(roster, uscc, loaded);
        let keep = |uscc: &Uscc| named.contains(uscc) || refused(uscc);
        let ended = changing.held.take_away(begin, keep);
        changing.rows.extend(ended.into_iter().map(Row::from));
    }
    (changing.rows, changing.result)
}

/// The cadres of a row, each with what the roster tells of them.
fn identified<'a>(
    roster: &'a Roster,
    row: &'a RosterRow,
) -> impl Iterator<Item = (&'a UserId, &'a RosterCadre)> {
    row.cadres.iter().filter_map(|&place| {
        let told = roster.cadres.get(place)?;
        Some((told.id.as_ref()?, told))
    })
}

/// A roster's changes as they are found.
struct Changing<'a> {
    loaded: &'a Loaded,
    held: Held<'a>,
    said: Said<'a>,
    begin: Begin,
    /// The year of the revenues.
    period: String,
    rows: Vec<Row>,
    result: RosterResult,
}

impl Changing<'_> {
    fn enterprise(&mut self, row: &RosterRow, cadres: &[UserId], fresh: &mut Fresh<'_>) {
        let known = self.loaded.get::<Enterprise>(&row.uscc);
        let told = Enterprise {
            uscc: row.uscc.clone(),
            name: row.name.clone(),
            registration: row.registration.clone(),
            people: row.people.clone(),
        };
        let enterprise = joined(known, told, Weight::Known);
        let mut changes: Vec<Row> = Vec::new();
        if known != Some(&enterprise) {
            changes.push(enterprise.into());
        }
        let assignments: Vec<Assignment> = self.held.give(&row.uscc, cadres, self.begin, fresh);
        changes.extend(assignments.into_iter().map(Row::from));
        changes.extend(self.figures(row, fresh));

        self.result.accepted += 1;
        self.result.assignments += count(cadres.len());
        let tally = &mut self.result.tally;
        match known {
            None => tally.created += 1,
            Some(_) if changes.is_empty() => tally.unchanged += 1,
            Some(_) => tally.updated += 1,
        }
        self.rows.extend(changes);
    }

    fn figures(&self, row: &RosterRow, fresh: &mut Fresh<'_>) -> Vec<Row> {
        let employees = row.employees.map(|head| Figure {
            uscc: &row.uscc,
            field: "employees",
            value: Decimal::from(head.count),
            approximate: head.approximate,
            period: None,
            as_of: self.begin.from,
        });
        let revenue = row.revenue.map(|amount| Figure {
            uscc: &row.uscc,
            field: "sales_y1",
            value: amount.wan_yuan,
            approximate: amount.approximate,
            period: Some(self.period.clone()),
            as_of: self.begin.from,
        });
        (employees.into_iter().chain(revenue))
            .filter_map(|figure| self.said.fact(&figure, fresh))
            .map(Row::from)
            .collect()
    }
}

/// Whether a refused row is about this enterprise: by the code in it, or by the name that its message
/// tells. Such a row changes nothing, so the enterprise is not absent either.
fn is_refused(roster: &Roster, uscc: &Uscc, loaded: &Loaded) -> bool {
    let name = loaded
        .get::<Enterprise>(uscc)
        .map(|e| format!("“{}”", e.name));
    roster.rejected.iter().any(|rejected| {
        rejected
            .value
            .parse::<Uscc>()
            .is_ok_and(|code| code == *uscc)
            || name
                .as_ref()
                .is_some_and(|name| rejected.message.contains(name))
    })
}

fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}
