//! How long the window takes from the start of its program to 今日 drawn, and how much memory it holds then, beside an
//! empty Tauri window in the same run. `make bench` makes the figures of it.
//!
//! Cold means that no process of it runs; the files are where the start before left them, in both windows. The store is
//! unlocked by a key store, as on a laptop with a desktop; a passphrase would take a core for a quarter of a second.
//!
//! Usage: `cold-start [--rounds N]`; prints one JSON document.

mod memory;
mod start;

use std::env;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use qilian_e2e::address;
use qilian_e2e::district::{District, Size};
use qilian_e2e::key_store::KeyStore;
use qilian_e2e::laptop::Laptop;
use qilian_e2e::programs::{WINDOW, built};
use qilian_e2e::stage::Stage;
use serde_json::{Value, json};
use start::{Program, Seen, start};

const EMPTY: &str = "examples/empty-window";
/// One cadre has them all.
const SIZE: Size = Size {
    enterprises: 2_000,
    cadres: 1,
};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(seen) => {
            println!("{seen}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("cold-start: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<Value> {
    let rounds = rounds()?;
    let folder = tempfile::tempdir()?;
    let stage = Stage::set_up(folder.path())?;
    let _keys = KeyStore::start(&stage).await?;
    let laptop = laptop(folder.path(), &stage).await?;
    let ours = Program {
        path: built(WINDOW)?,
        environment: laptop.environment(),
    };
    let empty = Program {
        path: built(EMPTY)?,
        environment: Vec::new(),
    };
    // The first start makes folders and fills caches, and is not counted.
    start(&stage, &ours).await?;
    start(&stage, &empty).await?;
    let (mut seen_ours, mut seen_empty) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        seen_ours.push(start(&stage, &ours).await?);
        seen_empty.push(start(&stage, &empty).await?);
    }
    Ok(json!({
        "ours": columns(&seen_ours),
        "empty": columns(&seen_empty),
        "detail": {
            "enterprises": SIZE.enterprises,
            "ours": seen_ours.iter().map(Seen::document).collect::<Vec<_>>(),
            "empty": seen_empty.iter().map(Seen::document).collect::<Vec<_>>(),
        },
    }))
}

/// A laptop that is enrolled and synced; its district is not there any more.
async fn laptop(folder: &std::path::Path, stage: &Stage) -> Result<Laptop> {
    let data = folder.join("district");
    let mut district = District::open(&data, &stage.logs(), SIZE, address::free()?).await?;
    let laptop = Laptop::with_key_store(&folder.join("laptop"), stage);
    let code = district.code(&district.first_cadre()?)?;
    laptop.enrol(&district.url(), &code)?;
    district.go_offline();
    Ok(laptop)
}

fn columns(seen: &[Seen]) -> Value {
    json!({
        "drawn_s": seen.iter().map(|s| s.drawn_s).collect::<Vec<_>>(),
        "pss_mib": seen.iter().map(|s| s.pss_mib).collect::<Vec<_>>(),
    })
}

fn rounds() -> Result<u32> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Ok(5),
        ["--rounds", number] => number.parse().context("--rounds needs a number"),
        _ => bail!("usage: cold-start [--rounds N]"),
    }
}
