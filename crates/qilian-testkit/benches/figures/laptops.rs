//! Owns the laptops that measurements need, each a process of its own.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use chrono::{Days, NaiveDate};
use qilian_app::{
    Clock, Enrolment, Home, Laptop, OsKeyStore, Passphrase, Session, SyncResult, Unlock, enrol,
};
use qilian_domain::command::{Command, VisitRecord};
use qilian_domain::ids::VisitId;
use qilian_domain::rows::{Enterprise, VisitMode};
use serde_json::{Value, json};

use crate::child;
use crate::made_up::{Dice, note};

/// Enrols, syncs, records visits and keeps them.
pub(crate) const RECORD: &str = "laptop-record";
/// Syncs a laptop that is there.
pub(crate) const SYNC: &str = "laptop-sync";
/// Enrols and syncs for the first time.
pub(crate) const FIRST: &str = "laptop-first";

/// A one-time code for a cadre.
pub(crate) fn code(data: &Path, cadre: &str) -> Result<String> {
    let answer = child::server(data, &["code", "--user", cadre])?;
    let printed: Value = serde_json::from_str(&answer.printed)?;
    Ok(printed["code"].as_str().context("a code")?.to_owned())
}

/// `HOME URL CODE VISITS`.
pub(crate) fn record(arguments: &[String]) -> Result<Value> {
    let [home, url, code, visits] = arguments else {
        bail!("usage: HOME URL CODE VISITS");
    };
    let laptop = new_laptop(home, url, code)?;
    laptop.sync()?;
    let enterprises: Vec<Enterprise> = laptop.reader().all()?;
    let today: NaiveDate = laptop.today_date();
    let mut dice = Dice::new(3);
    let visits: u32 = visits.parse()?;
    for _ in 0..visits {
        let of = enterprises.get(dice.below(enterprises.len()));
        let record = VisitRecord {
            visit: VisitId::new(laptop.new_id()),
            uscc: of.context("an enterprise")?.uscc.clone(),
            on: today - Days::new(u64::try_from(dice.below(600))?),
            mode: VisitMode::Onsite,
            note: note(&mut dice),
            with: Vec::new(),
            met: vec!["李总".to_owned()],
            for_demands: Vec::new(),
            facts: Vec::new(),
            demands: Vec::new(),
            promises: Vec::new(),
            kept: Vec::new(),
            library: None,
        };
        laptop.commit(&Command::from(record))?;
    }
    let outbox = laptop.reader().outbox()?;
    let json_bytes: usize = outbox.iter().map(|item| item.payload.len()).sum();
    Ok(json!({ "recorded": visits, "json_bytes": json_bytes }))
}

/// `HOME`.
pub(crate) fn sync(arguments: &[String]) -> Result<Value> {
    let [home] = arguments else {
        bail!("usage: HOME");
    };
    timed(&open(home)?)
}

/// `HOME URL CODE`.
pub(crate) fn first(arguments: &[String]) -> Result<Value> {
    let [home, url, code] = arguments else {
        bail!("usage: HOME URL CODE");
    };
    timed(&new_laptop(home, url, code)?)
}

/// Syncs; opening the store by its passphrase took memory that is not the sync's.
fn timed(laptop: &Laptop) -> Result<Value> {
    child::reset_peak("self")?;
    let begin = Instant::now();
    let result: SyncResult = laptop.sync()?;
    let seconds = begin.elapsed().as_secs_f64();
    anyhow::ensure!(
        result.fully_synced && result.rejected == 0,
        "not fully synced: {result:?}"
    );
    Ok(json!({ "s": seconds, "pushed": result.pushed, "pulled": result.pulled }))
}

fn new_laptop(home: &str, url: &str, code: &str) -> Result<Laptop> {
    let enrolment = Enrolment {
        server: url.parse()?,
        code: code.to_owned(),
        device_name: Some("measured".to_owned()),
        unlock: unlock()?,
    };
    enrol(&Home::new(home)?, &enrolment, Clock::from_environment()?)?;
    open(home)
}

fn open(home: &str) -> Result<Laptop> {
    Ok(
        Laptop::open(Home::new(home)?, &unlock()?, Clock::from_environment()?)
            .and_then(Session::laptop)?,
    )
}

fn unlock() -> Result<Unlock> {
    Ok(Unlock {
        passphrase: Some(Passphrase::new("made up, no secret")?),
        key_store: OsKeyStore::Off,
    })
}
