//! Shows that each check of the sync's invariants can fail: a break of the product, kept as a patch, is applied to a
//! scratch copy of the tree, and what is to catch it must catch it.
//!
//! Elsewhere: which invariant, patch and catcher belong together (`table`), the scratch copy (`scratch`), the patches
//! (`crates/qilian-testkit/breaks/`).

mod scratch;
mod table;

use std::path::Path;
use std::process::{Command, ExitCode, Output};

use anyhow::{Context as _, Result, bail};

use scratch::Scratch;
use table::{Break, Caught, Table};

/// So many seeds are tried for one that catches a break that its own does not catch any more.
const SEEDS: u64 = 300;

/// Tries the breaks whose patch's name holds `named`; all of them without a name.
pub(crate) fn run(root: &Path, named: Option<&str>) -> Result<ExitCode> {
    let table = Table::read(root)?;
    let breaks: Vec<_> = (table.breaks())
        .filter(|(_, b)| named.is_none_or(|name| b.patch.contains(name)))
        .collect();
    if breaks.is_empty() {
        bail!("no patch is called {:?}", named.unwrap_or_default());
    }
    let scratch = Scratch::new(root)?;
    scratch.renew()?;
    for (invariant, broken) in &breaks {
        if let Some(told) = whole_tree_fails(&scratch, broken)? {
            bail!(
                "{invariant} {}: caught without being broken: {told}",
                broken.patch
            );
        }
    }
    let mut missed = 0;
    for (invariant, broken) in &breaks {
        scratch.renew()?;
        if let Err(told) = scratch.apply(&table::folder(root).join(&broken.patch)) {
            missed += 1;
            println!("{invariant:2} {}: {told:#}", broken.patch);
            continue;
        }
        match catches(&scratch, broken)? {
            Ok(()) => println!("{invariant:2} {} caught by {}", broken.patch, broken.caught),
            Err(told) => {
                missed += 1;
                println!(
                    "{invariant:2} {} NOT caught by {}: {told}",
                    broken.patch, broken.caught
                );
                if let Caught::Seed { length, claim, .. } = &broken.caught {
                    match seed_that_catches(&scratch, *length, claim)? {
                        Some(seed) => println!("   seed {seed} would catch it"),
                        None => println!("   none of the first {SEEDS} seeds catches it"),
                    }
                }
            }
        }
    }
    scratch.renew()?;
    println!("breaks: {} tried, {missed} not caught", breaks.len());
    Ok(if missed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// What a catcher says of the tree as it is; it should have nothing to say.
fn whole_tree_fails(scratch: &Scratch, broken: &Break) -> Result<Option<String>> {
    build(scratch, &broken.caught)?;
    let output = catcher(scratch, &broken.caught)?;
    Ok((!output.status.success()).then(|| last_lines(&output)))
}

/// Whether the catcher fails as it should; what it said if not.
fn catches(scratch: &Scratch, broken: &Break) -> Result<Result<(), String>> {
    build(scratch, &broken.caught).with_context(|| format!("{} breaks the build", broken.patch))?;
    let output = catcher(scratch, &broken.caught)?;
    let said = String::from_utf8_lossy(&output.stdout);
    let expected = match &broken.caught {
        Caught::Seed { seed, claim, .. } => format!("seed {seed} breaks {claim}:"),
        Caught::Test { test, .. } => format!("test {test} ... FAILED"),
    };
    if !output.status.success() && said.contains(&expected) {
        return Ok(Ok(()));
    }
    Ok(Err(last_lines(&output)))
}

/// The first seed that breaks a claim. A seed that breaks another one, as most breaks do too, is passed by.
fn seed_that_catches(scratch: &Scratch, length: u64, claim: &str) -> Result<Option<u64>> {
    let mut from = 0;
    while from < SEEDS {
        let mut command = Command::new(scratch.program("simulate"));
        let (seeds, length) = ((SEEDS - from).to_string(), length.to_string());
        command.args(["--from", &from.to_string(), "--seeds", &seeds]);
        command.args(["--length", &length]);
        let output = command.env("RUST_BACKTRACE", "0").output()?;
        let said = String::from_utf8_lossy(&output.stdout);
        let broken = said.lines().find_map(|line| {
            let (seed, claim) = line.strip_prefix("seed ")?.split_once(" breaks ")?;
            Some((
                seed.parse::<u64>().ok()?,
                claim.split(':').next()?.to_owned(),
            ))
        });
        match broken {
            None => return Ok(None),
            Some((seed, found)) if found == claim => return Ok(Some(seed)),
            Some((seed, _)) => from = seed + 1,
        }
    }
    Ok(None)
}

/// Builds what catches, so that a patch that does not compile is not taken for one that is caught.
fn build(scratch: &Scratch, caught: &Caught) -> Result<()> {
    let mut cargo = scratch.cargo();
    match caught {
        Caught::Seed { .. } => cargo.args(["build", "--quiet", "--workspace", "--bin", "simulate"]),
        // All packages, as tests are built elsewhere: for one alone, what they depend on would be built anew.
        Caught::Test { target, .. } => cargo
            .args(["test", "--quiet", "--no-run", "--workspace"])
            .args(target_arguments(target)),
    };
    let output = cargo.output().context("cargo could not be started")?;
    if !output.status.success() {
        bail!("{}", last_lines(&output));
    }
    Ok(())
}

fn catcher(scratch: &Scratch, caught: &Caught) -> Result<Output> {
    let mut command = match caught {
        Caught::Seed { seed, length, .. } => {
            let mut command = Command::new(scratch.program("simulate"));
            let (seed, length) = (seed.to_string(), length.to_string());
            command.args(["--seeds", "1", "--from", &seed, "--length", &length]);
            command
        }
        Caught::Test { target, test, .. } => {
            let mut cargo = scratch.cargo();
            cargo
                .args(["test", "--workspace"])
                .args(target_arguments(target));
            cargo.args(["--", "--exact", test]);
            cargo
        }
    };
    let output = command.env("RUST_BACKTRACE", "0").output();
    output.with_context(|| format!("{caught} could not be started"))
}

fn target_arguments(target: &str) -> Vec<&str> {
    match target {
        "lib" => vec!["--lib"],
        target => vec!["--test", target],
    }
}

fn last_lines(output: &Output) -> String {
    let said =
        [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
    let lines: Vec<_> = said.iter().flat_map(|text| text.lines()).collect();
    lines[lines.len().saturating_sub(12)..].join("\n")
}
