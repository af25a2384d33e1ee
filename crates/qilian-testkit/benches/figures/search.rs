//! Search as one types over 40,000 enterprises, as the window's Ctrl+K asks for it, against one FTS query
//! with the same limit on the same index tables in a twin of the store's file whose key is known here.
//!
//! And recall: every enterprise in which a plain scan finds a Chinese word of 2 to 4 characters must be
//! found by the search too.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result};
use qilian_app::Laptop;
use qilian_app::contract::SearchArgs;
use qilian_domain::ids::{At, MutSeq, Seq};
use qilian_domain::row::{Known as _, Row};
use qilian_domain::rows::Enterprise;
use qilian_store::Store;
use qilian_sync::client::ClientStore as _;
use qilian_sync::wire::{Cursor, Op, PullReply, Put};
use qilian_testkit::Town;
use rusqlite::Connection;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::bare;
use crate::made_up::{Dice, NOW, enterprise, enterprises_of};
use crate::report::{Figure, Round, ms, percentile};
use crate::typed::{Keystroke, Table, search, word};

const LIMIT: f64 = 3.0;
const ENTERPRISES: u32 = 40_000;
/// Enterprises looked for in a round, several keystrokes each.
const SEARCHES: usize = 100;
/// Hits that the window asks for.
const HITS: u32 = 8;
/// Words of each length whose recall is tested.
const WORDS: usize = 200;

pub(crate) fn measure(rounds: u32) -> Result<Vec<Figure>> {
    let mut town = Town::at(NOW);
    let cadre = town.cadre("BA0001");
    town.import(enterprises_of(&cadre, "2026-01-01", ENTERPRISES)?);
    let desk = town.desk(&cadre);
    desk.sync();
    let all: Vec<Enterprise> = (0..ENTERPRISES).map(enterprise).collect();
    let folder = TempDir::new()?;
    let twin = twin(&folder.path().join("twin.db"), &desk.laptop, &all)?;
    let begin = Instant::now();
    ask(&desk.laptop, "澜州", HITS)?;
    let first_ms = ms(begin);

    let mut dice = Dice::new(2);
    let (mut p95, mut seen) = (Vec::new(), Seen::default());
    // A first round that does not count: nobody's first keystroke of the day is compared.
    for round in 0..=rounds {
        let (mut ours, mut bare) = (Vec::new(), Vec::new());
        for _ in 0..SEARCHES {
            let wanted = all.get(dice.below(all.len())).context("an enterprise")?;
            for stroke in search(wanted, &mut dice) {
                let begin = Instant::now();
                ask(&desk.laptop, &stroke.text, HITS)?;
                let took = ms(begin);
                let begin = Instant::now();
                query(&twin, &stroke)?;
                bare.push(ms(begin));
                ours.push(took);
                seen.note(&stroke.text, took);
            }
        }
        if round > 0 {
            p95.push(Round {
                ours: percentile(&mut ours, 95),
                bare: percentile(&mut bare, 95),
            });
        }
    }
    let recall = recall(&desk.laptop, &all, &mut dice)?;
    let whole = recall["missed"] == json!(0);
    Ok(vec![Figure {
        name: "search_p95".to_owned(),
        what: "p95 of a search after each keystroke; bare: one FTS query on the same index"
            .to_owned(),
        unit: "ms",
        limit: Some(LIMIT),
        rounds: p95,
        claim: Some(whole),
        detail: json!({
            "enterprises": ENTERPRISES,
            "keystrokes": seen.strokes,
            "slowest": { "typed": seen.slowest, "ms": seen.slowest_ms },
            "first_after_a_change_ms": first_ms,
            "hits_at_most": HITS,
            "recall": recall,
        }),
    }])
}

#[derive(Default)]
struct Seen {
    strokes: usize,
    slowest: String,
    slowest_ms: f64,
}

impl Seen {
    fn note(&mut self, text: &str, took: f64) {
        self.strokes += 1;
        if took > self.slowest_ms {
            self.slowest_ms = took;
            text.clone_into(&mut self.slowest);
        }
    }
}

/// The codes that the window's search shows.
fn ask(laptop: &Laptop, text: &str, limit: u32) -> Result<Vec<String>> {
    let found = laptop.search(&SearchArgs {
        text: text.to_owned(),
        limit,
    })?;
    Ok(found.enterprises.into_iter().map(|row| row.uscc).collect())
}

/// A store with the same enterprises, indexed by the same code.
fn twin(path: &Path, laptop: &Laptop, all: &[Enterprise]) -> Result<Connection> {
    let mut store = Store::create(path, &bare::key())?;
    store.enrol(laptop.identity())?;
    let mut ops = Vec::new();
    for enterprise in all {
        let row = Row::from(enterprise.clone());
        for bucket in row.buckets() {
            ops.push(Op::Put(Put {
                bucket,
                kind: Enterprise::KIND.as_str().to_owned(),
                id: row.id(),
                ver: Seq(1),
                body: RawValue::from_string(row.to_json()?)?,
            }));
        }
    }
    let server_time: At = At::from_unix_ms(1_793_000_000_000).context("a moment")?;
    let taken = store.take_page(&PullReply {
        anew: false,
        reset: Vec::new(),
        drop: Vec::new(),
        ops,
        position: None,
        complete: Some(Cursor {
            seq: Seq(1),
            mark: None,
        }),
        checks: Vec::new(),
        last_mut_seq: MutSeq(0),
        server_time,
    })?;
    anyhow::ensure!(taken.is_ok(), "the page is another copy's");
    drop(store);
    bare::encrypted(path)
}

/// The bare query, with the texts that a screen shows.
fn query(twin: &Connection, stroke: &Keystroke) -> Result<usize> {
    let table = match stroke.table {
        Table::Name => "search_name",
        Table::Text => "search_text",
        Table::Pinyin => "search_pinyin",
    };
    let sql = format!(
        "SELECT e.* FROM {table} CROSS JOIN search_entry e ON e.n = {table}.rowid
         WHERE {table} MATCH ?1 LIMIT {HITS}"
    );
    let mut statement = twin.prepare_cached(&sql)?;
    let found = statement.query_map([&stroke.expression], |row| {
        let texts: [String; 4] = [
            row.get("uscc")?,
            row.get("name")?,
            row.get("address")?,
            row.get("business")?,
        ];
        Ok(texts)
    })?;
    Ok(found.collect::<Result<Vec<_>, _>>()?.len())
}

/// Whether search finds what a scan finds, for words cut out of the texts wherever it comes.
fn recall(laptop: &Laptop, all: &[Enterprise], dice: &mut Dice) -> Result<Value> {
    let mut words = BTreeSet::new();
    for length in 2..=4 {
        let mut tested = 0;
        while tested < WORDS {
            let from = all.get(dice.below(all.len())).context("an enterprise")?;
            let texts = texts(from);
            let text = texts
                .get(dice.below(texts.len()))
                .copied()
                .unwrap_or_default();
            if let Some(word) = word(text, length, dice) {
                words.insert(word);
                tested += 1;
            }
        }
    }
    let (mut expected, mut missed, mut beside) = (0, 0, 0);
    let mut examples = Vec::new();
    for word in &words {
        let scanned: BTreeSet<String> = all
            .iter()
            .filter(|e| texts(e).iter().any(|text| text.contains(word.as_str())))
            .map(|e| e.uscc.to_string())
            .collect();
        let found: BTreeSet<String> = ask(laptop, word, u32::MAX)?.into_iter().collect();
        expected += scanned.len();
        beside += found.difference(&scanned).count();
        let missing = scanned.difference(&found).count();
        if missing > 0 && examples.len() < 5 {
            examples.push(word);
        }
        missed += missing;
    }
    Ok(json!({
        "words": words.len(),
        "hits_expected": expected,
        "missed": missed,
        "missed_words": examples,
        "found_besides": beside,
    }))
}

fn texts(of: &Enterprise) -> Vec<&str> {
    let registration = &of.registration;
    [&registration.address, &registration.business]
        .into_iter()
        .filter_map(|text| text.as_deref())
        .chain([of.name.as_str()])
        .chain(of.people.iter().map(|person| person.name.as_str()))
        .collect()
}
