//! The window's cold start: another program measures it from outside, here it is only taken in.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::report::{Figure, Round};

const LIMIT: f64 = 1.5;
const PROGRAM: &str = "cold-start";

pub(crate) fn measure(rounds: u32) -> Result<Vec<Figure>> {
    let output = Command::new(program()?)
        .args(["--rounds", &rounds.to_string()])
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("{PROGRAM} could not be started"))?;
    anyhow::ensure!(
        output.status.success(),
        "{PROGRAM} ended with {}",
        output.status
    );
    let seen: Value = serde_json::from_slice(&output.stdout)?;
    let figure = |name: &str, what: &str, unit, key: &str| -> Result<Figure> {
        let of = |side: &str| -> Result<Vec<f64>> {
            let numbers = seen[side][key].as_array().context("a list of numbers")?;
            numbers
                .iter()
                .map(|n| n.as_f64().context("a number"))
                .collect()
        };
        let rounds = of("ours")?.into_iter().zip(of("empty")?);
        Ok(Figure {
            name: name.to_owned(),
            what: what.to_owned(),
            unit,
            limit: Some(LIMIT),
            rounds: rounds.map(|(ours, bare)| Round { ours, bare }).collect(),
            claim: None,
            detail: seen["detail"].clone(),
        })
    };
    Ok(vec![
        figure(
            "cold_start",
            "from the start of the program to 今日 drawn, 2,000 enterprises in the store; bare: an empty Tauri window",
            "s",
            "drawn_s",
        )?,
        figure(
            "window_memory",
            "PSS of all processes of the window when it has come to rest; bare: an empty Tauri window",
            "MiB",
            "pss_mib",
        )?,
    ])
}

/// Beside the folder that this program was built in.
fn program() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let folder = own
        .parent()
        .and_then(|deps| deps.parent())
        .context("a folder of programs")?;
    let program = folder.join(PROGRAM);
    anyhow::ensure!(
        program.is_file(),
        "{} was not built; `make bench` builds it",
        program.display()
    );
    Ok(program)
}
