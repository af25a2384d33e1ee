//! `visit record`, from the form to a durable commit and the answer for the screen, against the bare SQL of
//! the same writes in one SQLCipher transaction with `synchronous = FULL`.
//!
//! A visit writes the outbox, the end of its chain, its rows and the last visit in the list; it changes no
//! search entry, so the bare SQL writes none. The bare file has the store's own schema without its
//! triggers, and of what stands there before only the list.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result};
use chrono::{Days, NaiveDate};
use qilian_app::Laptop;
use qilian_app::contract::{DraftPromise, Mode, VisitDraft};
use qilian_domain::row::{Known as _, RowKey};
use qilian_domain::rows::Visit;
use qilian_testkit::{Town, code};
use rusqlite::{Connection, TransactionBehavior};
use serde_json::json;
use tempfile::TempDir;

use crate::bare::{self, BareRow};
use crate::made_up::{Dice, NOW, enterprise, enterprises_of, note};
use crate::report::{Figure, Round, ms, percentile};

const LIMIT: f64 = 1.5;
const VISITS: usize = 300;
const ENTERPRISES: u32 = 2_000;
/// Visits are spread over two years, as many a week as a busy cadre makes.
const FIRST_DAY: &str = "2025-01-01";
const DAYS: usize = 680;
const POLICIES: &str = include_str!("../../../../policies/policies.yaml");

pub(crate) fn measure(rounds: u32) -> Result<Vec<Figure>> {
    let mut town = Town::at(NOW);
    let cadre = town.cadre("BA0001");
    town.import(enterprises_of(&cadre, FIRST_DAY, ENTERPRISES)?);
    town.policies(1, POLICIES);
    let desk = town.desk(&cadre);
    desk.sync();
    let folder = TempDir::new()?;
    let mut bench = Bench {
        laptop: &desk.laptop,
        bare: bare_list(&folder.path().join("bare.db"))?,
        dice: Dice::new(1),
        n: 0,
    };
    // The first of anything is slow on both sides and measured on neither.
    bench.round(20, Form::Unsaved)?;
    let terminal = bench.rounds(rounds, Form::Unsaved)?;
    let window = bench.rounds(rounds, Form::Saved)?;
    let what = "p99 of a visit recorded durably; bare: the same rows, one SQLCipher transaction";
    let figure = |name: &str, what: String, (p99, p50): (Vec<Round>, Vec<Round>)| Figure {
        name: name.to_owned(),
        what,
        unit: "ms",
        limit: Some(LIMIT),
        rounds: p99,
        claim: None,
        detail: json!({
            "visits_each": VISITS,
            "enterprises": ENTERPRISES,
            "p50_ms": p50.iter().map(|r| json!([r.ours, r.bare])).collect::<Vec<_>>(),
        }),
    };
    Ok(vec![
        figure("visit_record_p99", what.to_owned(), terminal),
        figure(
            "visit_record_from_form_p99",
            format!("{what}; a saved form is closed with it on both sides"),
            window,
        ),
    ])
}

/// The bare file, with the list of the enterprises.
fn bare_list(path: &Path) -> Result<Connection> {
    let mut bare = bare::encrypted_like_store(path)?;
    let transaction = bare.transaction()?;
    for n in 0..ENTERPRISES {
        let of = enterprise(n);
        transaction
            .prepare_cached(
                "INSERT INTO enterprise_line (uscc, name, street, open_demands) VALUES (?1, ?2, ?3, 0)",
            )?
            .execute((of.uscc.as_str(), &of.name, &of.registration.street))?;
    }
    transaction.commit()?;
    Ok(bare)
}

/// Whether the form was saved before, as the window does on every keystroke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Unsaved,
    Saved,
}

struct Bench<'a> {
    laptop: &'a Laptop,
    bare: Connection,
    dice: Dice,
    n: usize,
}

/// What a visit wrote.
struct Writes {
    name: String,
    mut_id: String,
    payload: String,
    hash: [u8; 32],
    rows: Vec<BareRow>,
}

impl Bench<'_> {
    fn rounds(&mut self, rounds: u32, form: Form) -> Result<(Vec<Round>, Vec<Round>)> {
        let mut all = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            let (mut ours, mut bare) = self.round(VISITS, form)?;
            for (percent, rounds) in [(99, &mut all.0), (50, &mut all.1)] {
                rounds.push(Round {
                    ours: percentile(&mut ours, percent),
                    bare: percentile(&mut bare, percent),
                });
            }
        }
        Ok(all)
    }

    /// Visits by turns, one of ours and one bare.
    fn round(&mut self, visits: usize, form: Form) -> Result<(Vec<f64>, Vec<f64>)> {
        let (mut ours, mut bare) = (Vec::new(), Vec::new());
        for _ in 0..visits {
            let draft = self.draft()?;
            if form == Form::Saved {
                self.laptop.draft_save(&draft)?;
                self.save_bare(&draft)?;
            }
            let before = self.laptop.reader().pending_keys()?;
            let begin = Instant::now();
            self.laptop.visit_record(&draft)?;
            ours.push(ms(begin));
            let writes = self.writes(&before)?;
            let begin = Instant::now();
            self.record_bare(&writes, &draft.draft_id)?;
            bare.push(ms(begin));
        }
        Ok((ours, bare))
    }

    fn draft(&mut self) -> Result<VisitDraft> {
        self.n += 1;
        let dice = &mut self.dice;
        let first: NaiveDate = FIRST_DAY.parse()?;
        let day = first + Days::new(u64::try_from(dice.below(DAYS))?);
        let n = u32::try_from(dice.below(usize::try_from(ENTERPRISES)?))?;
        let sometimes =
            |text: &str, every: usize| self.n.is_multiple_of(every).then(|| text.to_owned());
        let promise = sometimes("周五前联系人社部门", 4);
        Ok(VisitDraft {
            draft_id: self.laptop.new_id().to_string(),
            uscc: code(n).to_string(),
            on: day,
            mode: Mode::Onsite,
            with: Vec::new(),
            met: vec!["李总".to_owned(), "王厂长".to_owned()],
            note: note(dice),
            facts: Vec::new(),
            demands: sometimes("希望协调两名注塑技工", 3).into_iter().collect(),
            promises: (promise.into_iter())
                .map(|text| DraftPromise { text, due_on: None })
                .collect(),
            kept: Vec::new(),
            for_demands: Vec::new(),
            library_version: None,
            saved_at: None,
        })
    }

    /// What the last visit wrote: the end of the outbox, and the rows that were not pending before.
    fn writes(&self, before: &BTreeSet<RowKey>) -> Result<Writes> {
        let reader = self.laptop.reader();
        let last = reader.outbox()?.pop().context("a visit is in the outbox")?;
        let mut rows = Vec::new();
        for key in reader.pending_keys()?.difference(before) {
            let row = reader.row(key)?.context("a pending row can be read")?;
            rows.push(BareRow::of(&row)?);
        }
        Ok(Writes {
            name: last.name,
            mut_id: last.mut_id.to_string(),
            payload: last.payload,
            hash: *last.hash.bytes(),
            rows,
        })
    }

    fn save_bare(&self, draft: &VisitDraft) -> Result<()> {
        self.bare
            .prepare_cached("INSERT INTO draft (key, body, saved_at) VALUES (?1, ?2, 0)")?
            .execute((&draft.draft_id, serde_json::to_string(draft)?))?;
        Ok(())
    }

    fn record_bare(&mut self, writes: &Writes, draft: &str) -> Result<()> {
        let n = i64::try_from(self.n)?;
        let transaction = self
            .bare
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction
            .prepare_cached(
                "INSERT INTO outbox (mut_seq, mut_id, name, payload, hash, recorded_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute((
                n,
                &writes.mut_id,
                &writes.name,
                &writes.payload,
                writes.hash,
                0,
            ))?;
        transaction
            .prepare_cached(
                "UPDATE sync_state SET last_mut_seq = ?1, last_hash = ?2, changes = changes + 1",
            )?
            .execute((n, writes.hash))?;
        for row in &writes.rows {
            transaction
                .prepare_cached(
                    "INSERT INTO overlay (kind, id, parent, day, body, mut_seq)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute((row.kind, &row.id, &row.parent, &row.day, &row.body, n))?;
            if row.kind == Visit::KIND.as_str() {
                transaction
                    .prepare_cached(
                        "UPDATE enterprise_line SET last_visit = ?2
                         WHERE uscc = ?1 AND (last_visit IS NULL OR last_visit < ?2)",
                    )?
                    .execute((&row.parent, &row.day))?;
            }
        }
        transaction
            .prepare_cached("DELETE FROM draft WHERE key = ?1")?
            .execute([draft])?;
        transaction.commit()?;
        Ok(())
    }
}
