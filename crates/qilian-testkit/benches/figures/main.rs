//! `make bench`: what the product takes, against the bare work of the same kind, in one run on one machine.
//!
//! Owns the order of the measurements and the exit status: 0 within all limits, 1 beyond one, 2 not
//! measured. Standard output gets one JSON document, standard error a table. Each measurement is a module;
//! what a ratio is and when a limit is exceeded stands in `report`. Elsewhere: the cold start of the
//! window, which only an outsider can see (`e2e/src/bin/cold_start`); it is started from here.
//!
//! Usage: `figures [--rounds N] [NAME…]`; without names everything is measured.

mod bare;
mod child;
#[path = "../../../qilian-server/tests/it/cluster.rs"]
#[expect(
    dead_code,
    clippy::expect_used,
    reason = "it is that of the server's tests, which need more of it"
)]
mod cluster;
mod cold_start;
mod fleet;
mod laptops;
mod made_up;
mod reassign;
mod report;
mod roster;
mod rush;
mod search;
mod sync;
mod typed;
mod visit_record;

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use report::{Figure, Report};

/// A measurement: how many rounds in, figures out.
type Measure = fn(u32) -> Result<Vec<Figure>>;

const MEASURES: &[(&str, Measure)] = &[
    ("visit_record", visit_record::measure),
    ("search", search::measure),
    ("roster_import", roster::measure),
    ("sync", sync::measure),
    ("reassign", reassign::measure),
    ("rush", rush::friday),
    ("cold_start", cold_start::measure),
];
/// What takes so long that it is measured only by name.
const LONG: &[(&str, Measure)] = &[("rush_of_a_city", rush::city)];
/// Odd, so that the median is one of the rounds.
const ROUNDS: u32 = 5;

fn main() -> ExitCode {
    if let Some(role) = child::role() {
        return child::play(&role);
    }
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("figures: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<bool> {
    let (rounds, names) = arguments()?;
    let mut report = Report::default();
    let usual = MEASURES.iter().filter(|_| names.is_empty());
    let named = MEASURES.iter().chain(LONG);
    let named = named.filter(|(name, _)| names.iter().any(|wanted| wanted == name));
    for (name, measure) in usual.chain(named) {
        eprintln!("measuring {name} …");
        let figures = measure(rounds).with_context(|| format!("{name} was not measured"))?;
        report.add(figures);
    }
    eprint!("{}", report.table());
    println!("{:#}", report.document());
    Ok(report.within())
}

fn is_known(name: &str) -> bool {
    MEASURES.iter().chain(LONG).any(|(known, _)| *known == name)
}

fn arguments() -> Result<(u32, Vec<String>)> {
    let mut rounds = ROUNDS;
    let mut names = Vec::new();
    // Cargo adds `--bench`.
    let mut arguments = std::env::args().skip(1).filter(|a| a != "--bench");
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--rounds" => {
                let given = arguments.next().context("--rounds needs a number")?;
                rounds = given.parse().context("--rounds needs a number")?;
            }
            name if is_known(name) => names.push(argument),
            other => bail!("{other} is neither --rounds nor a measurement"),
        }
    }
    anyhow::ensure!(rounds > 0, "at least one round");
    Ok((rounds, names))
}
