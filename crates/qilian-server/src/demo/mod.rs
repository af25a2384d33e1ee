//! The made-up district of 澜州市示范区: its people, enterprises, facts and two quarters of visits. No
//! person, enterprise or code in it is real.
//!
//! This module owns what is invented. Whatever a real district also does (founding, deciding a command,
//! checking a policy library, storing) is done by the modules that do it for real: history is made by
//! the commands that laptops send, so that tallies, demands and receipts are what they would be.
//!
//! The district with its people and enterprises is written in one transaction and the history in a few
//! more: cut off in between, it is a whole district with less behind it.

mod days;
mod dice;
mod enterprises;
mod facts;
mod history;
mod people;
mod talk;
mod trades;

use std::num::NonZeroUsize;

use qilian_domain::calendar::{BadCalendar, Calendars};
use qilian_domain::command::{Command, Loaded};
use qilian_domain::ids::{AssignmentId, At, DistrictId, UserId};
use qilian_domain::refusal::Refusal;
use qilian_domain::row::Row;
use qilian_domain::rows::{Assignment, PolicyFile};
use qilian_domain::uscc::UsccFault;
use qilian_policy::Library;

use crate::district::{ADMINISTRATOR, Fresh, founding, policies};
use crate::storage::{Act, Storage, StorageError};
use days::Span;
use dice::Dice;
use enterprises::Made;
use facts::Known;

/// What the made-up district is called.
pub const DISTRICT: &str = "澜州市示范区";
/// The library that ships.
const LIBRARY: (&str, &str) = (
    "policies.yaml",
    include_str!("../../../../policies/policies.yaml"),
);
/// Commands done in one transaction: many, since each transaction may settle the grants of another day.
const ACTS_AT_ONCE: usize = 1_500;
/// 09:00 on the first day.
const FOUNDED_AT_MINUTE: i64 = 9 * 60;

/// How large, and by which seed.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Enterprises.
    pub enterprises: usize,
    /// Cadres; the enterprises are shared out evenly among them.
    pub cadres: NonZeroUsize,
    /// The same seed on the same day makes the same district.
    pub seed: u64,
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demo {
    /// The district's id.
    pub district: DistrictId,
    /// The first administrator.
    pub administrator: UserId,
    /// The cadre whose week the demo is arranged around.
    pub first_cadre: UserId,
    /// How many enterprises.
    pub enterprises: usize,
    /// How many cadres.
    pub cadres: usize,
    /// How many visits.
    pub visits: usize,
    /// How many policies the library has.
    pub policies: usize,
}

/// Why no demo was made, or not all of it.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// What goes wrong in the database, such as a district that is there already.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A calendar that ships is broken.
    #[error(transparent)]
    Calendar(#[from] BadCalendar),
    /// The library that ships is broken; the first fault.
    #[error("policy library: {0}")]
    Library(String),
    /// A made-up code is none.
    #[error("{0}")]
    Code(#[from] UsccFault),
    /// The day is beyond the calendar.
    #[error("no demo can be told up to {0}")]
    Day(At),
    /// A made-up command was refused.
    #[error("{command} of {actor} at {at} was refused: {refusal}")]
    Refused {
        /// The command's name.
        command: &'static str,
        /// Whose.
        actor: UserId,
        /// When.
        at: At,
        /// Why.
        refusal: Refusal,
    },
}

/// Makes the district in a storage that has none.
///
/// # Errors
/// [`DemoError::Storage`] if the database fails; the other kinds only if what ships with the program
/// contradicts itself.
pub fn demo(storage: &dyn Storage, plan: Plan, now: At) -> Result<Demo, DemoError> {
    if !storage.districts()?.is_empty() {
        return Err(StorageError::DistrictExists.into());
    }
    let mut dice = Dice::seeded(plan.seed);
    let cadres = plan.cadres.get();
    let span = Span::up_to(now, cadres, Calendars::builtin()?);
    let Founded {
        district,
        made,
        policies,
    } = found(storage, &mut dice, plan, &span)?;

    let acts = history::history(&mut dice, &span, &made, cadres);
    act(storage, &district, &acts)?;
    storage.settle(&district, now)?;
    let visits = (acts.iter()).filter(|act| matches!(act.command, Command::VisitRecord(_)));
    Ok(Demo {
        district,
        administrator: UserId::new(ADMINISTRATOR),
        first_cadre: people::cadre(0),
        enterprises: made.len(),
        cadres,
        visits: visits.count(),
        policies,
    })
}

/// The district before the first visit.
struct Founded {
    district: DistrictId,
    made: Vec<Made>,
    policies: usize,
}

/// Writes the district with its people and enterprises.
fn found(
    storage: &dyn Storage,
    dice: &mut Dice,
    plan: Plan,
    span: &Span,
) -> Result<Founded, DemoError> {
    let begun = days::at(span.start, FOUNDED_AT_MINUTE).ok_or(DemoError::Day(span.now))?;
    let mut founding = founding(DISTRICT, &mut Fresh::new(dice.source(), begun))?;
    let cadres = plan.cadres.get();
    let (library, policies) = library(begun)?;
    founding.rows.extend(library);
    founding.rows.extend(people::people(dice, cadres));
    let made = enterprises::enterprises(dice, plan.enterprises, cadres, span.start)?;
    let known = known(span, begun);
    for one in &made {
        founding.rows.push(one.row.clone().into());
        founding.rows.push(assignment(dice, one, begun));
        founding.rows.extend(facts::facts(dice, one, known));
    }
    storage.found(&founding)?;
    Ok(Founded {
        district: founding.district.id,
        made,
        policies,
    })
}

/// Does the commands; that one is refused is a fault in what is made up.
fn act(storage: &dyn Storage, district: &DistrictId, acts: &[Act]) -> Result<(), DemoError> {
    for part in acts.chunks(ACTS_AT_ONCE) {
        for (act, done) in part.iter().zip(storage.act(district, part)?) {
            done.map_err(|refusal| DemoError::Refused {
                command: act.command.name(),
                actor: act.actor.clone(),
                at: act.at,
                refusal,
            })?;
        }
    }
    Ok(())
}

/// The library that ships, checked as an import checks one, and how many policies it has.
fn library(imported: At) -> Result<(Option<Row>, usize), DemoError> {
    let (library, _) = Library::load(&[LIBRARY]).map_err(|faults| {
        let first = faults.first().map(ToString::to_string);
        DemoError::Library(first.unwrap_or_default())
    })?;
    let files = [PolicyFile {
        name: LIBRARY.0.to_owned(),
        text: LIBRARY.1.to_owned(),
    }];
    let first = policies(&files, &Loaded::default(), imported);
    Ok((first.map(Row::from), library.policies().len()))
}

fn known(span: &Span, begun: At) -> Known {
    let accounts = facts::year_of_accounts(span.today());
    // Accounts that were closed after the first day were learned when they were.
    let closed = chrono::NaiveDate::from_ymd_opt(accounts + 1, 1, 10);
    let closed = closed.and_then(|day| days::at(day, FOUNDED_AT_MINUTE));
    Known {
        start: span.start,
        recorded: closed
            .map_or(begun, |closed| closed.max(begun))
            .min(span.now),
        accounts,
    }
}

fn assignment(dice: &mut Dice, made: &Made, begun: At) -> Row {
    Assignment {
        id: AssignmentId::new(dice.id(begun)),
        uscc: made.row.uscc.clone(),
        cadre: people::cadre(made.cadre),
        from: begun.day(),
        to: None,
    }
    .into()
}
