//! 500 enterprises go from 50 cadres to others: what that writes grows with the assignments, not with what was
//! recorded of the enterprises. Measured on two districts that differ only in that.

use std::time::Instant;

use anyhow::Result;
use chrono::Days;
use qilian_domain::ids::{AssignmentId, VisitId};
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::{Assignment, Brought, Visit, VisitMode, VisitTally};
use qilian_domain::stamp::Stamp;
use qilian_domain::week::Week;
use qilian_server::storage::Storage as _;
use qilian_server::storage::sqlite::SqliteStorage;
use serde_json::json;
use tempfile::TempDir;
use uuid::Uuid;

use crate::fleet::{EACH, found, user};
use crate::made_up::{Dice, assignment, enterprise, note};
use crate::report::{Figure, Round};
use crate::rush::{district, now};

const CADRES: u32 = 50;
const MOVED: u32 = 500;
/// Visits to each enterprise: in the first weeks, and after years.
const FEW: u32 = 2;
const MANY: u32 = 60;
/// Years of visits may make it so much slower: trees are deeper.
const LIMIT: f64 = 2.0;
/// An assignment ends and another begins.
const ROWS_EACH: u64 = 2;

pub(crate) fn measure(rounds: u32) -> Result<Vec<Figure>> {
    let mut figure = Figure {
        name: "reassign".to_owned(),
        what: format!(
            "500 enterprises to other cadres, {MANY} visits to each; bare: the same with {FEW} visits to each"
        ),
        unit: "s",
        limit: Some(LIMIT),
        rounds: Vec::new(),
        claim: Some(true),
        detail: json!(null),
    };
    let mut written = (0, 0);
    for _ in 0..rounds {
        let (bare, few) = moved(FEW)?;
        let (ours, many) = moved(MANY)?;
        figure.rounds.push(Round { ours, bare });
        written = (few, many);
        let most = u64::from(MOVED) * ROWS_EACH;
        figure.claim = Some(figure.claim == Some(true) && few == many && many <= most);
    }
    figure.detail =
        json!({ "rows_written": written.1, "with_few_visits": written.0, "moved": MOVED });
    Ok(vec![figure])
}

/// Moves the enterprises in a district with so many visits to each: how long that takes, and how many rows it writes.
fn moved(visits: u32) -> Result<(f64, u64)> {
    let folder = TempDir::new()?;
    let storage = SqliteStorage::open(folder.path())?;
    let at = now()?;
    found(&storage, CADRES, at)?;
    let mut dice = Dice::new(7);
    for n in 0..CADRES * EACH {
        let rows = (0..visits)
            .map(|m| visit(n, m, &mut dice))
            .collect::<Result<Vec<_>>>()?;
        let rows: Vec<Row> = rows.into_iter().flatten().collect();
        storage.change(&district(), &[Kind::District], at, &mut |_| rows.clone())?;
    }
    let today = at.day();
    let rows: Vec<Row> = (0..MOVED)
        .flat_map(|n| {
            let had = assignment(n, &user(n / EACH), today - Days::new(60));
            let has = Assignment {
                id: AssignmentId::new(Uuid::from_u64_pair(9, u64::from(n))),
                cadre: user((n / EACH + 1) % CADRES),
                from: today,
                ..had.clone()
            };
            let to = today.pred_opt();
            [Assignment { to, ..had }.into(), has.into()]
        })
        .collect();
    let (_, before) = storage.head(&district())?;
    let begin = Instant::now();
    storage.change(&district(), &[Kind::District], at, &mut |_| rows.clone())?;
    let seconds = begin.elapsed().as_secs_f64();
    let (_, after) = storage.head(&district())?;
    Ok((seconds, after.0 - before.0))
}

fn visit(n: u32, m: u32, dice: &mut Dice) -> Result<[Row; 2]> {
    let at = now()?;
    let on = at.day() - Days::new(u64::from(m % 50) + 1);
    let uscc = enterprise(n).uscc;
    let cadre = user(n / EACH);
    let id = VisitId::new(Uuid::from_u64_pair(u64::from(n), u64::from(m)));
    let stamp = Stamp {
        device: at,
        offset_ms: Some(0),
        received: Some(at),
    };
    let visit = Visit {
        id,
        uscc: uscc.clone(),
        on,
        mode: VisitMode::Onsite,
        note: note(dice),
        cadres: vec![cadre.clone()],
        met: Vec::new(),
        for_demands: Vec::new(),
        library: None,
        late_entry: false,
        recorded: stamp,
    };
    let tally = VisitTally {
        visit: id,
        cadre,
        on,
        week: Week::of(on),
        name: enterprise(n).name,
        uscc,
        mode: VisitMode::Onsite,
        counted: true,
        late: false,
        brought: Brought::default(),
    };
    Ok([visit.into(), tally.into()])
}
