//! Owns measuring in a process of its own: memory can be told apart only between processes.
//!
//! The program starts itself again in a role, named by a variable so that the arguments stay those of
//! the role. `qilian-server` is the real server with its real command line; the other roles are parts of
//! measurements, and stand with them. A child leaves its answer in a file.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::{laptops, roster};

const ROLE: &str = "QILIAN_FIGURES_ROLE";
const ANSWER: &str = "QILIAN_FIGURES_ANSWER";
const SERVER: &str = "qilian-server";

/// The role that this process was started in.
pub(crate) fn role() -> Option<String> {
    std::env::var(ROLE).ok()
}

/// Plays a role.
pub(crate) fn play(role: &str) -> ExitCode {
    match perform(role) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{role}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(role: &str) -> Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (code, said) = match role {
        SERVER => {
            let begin = Instant::now();
            let code = qilian_server::cli::run();
            (code, json!({ "s": begin.elapsed().as_secs_f64() }))
        }
        roster::BARE => (ExitCode::SUCCESS, roster::bare(&arguments)?),
        laptops::RECORD => (ExitCode::SUCCESS, laptops::record(&arguments)?),
        laptops::SYNC => (ExitCode::SUCCESS, laptops::sync(&arguments)?),
        laptops::FIRST => (ExitCode::SUCCESS, laptops::first(&arguments)?),
        other => bail!("there is no role {other}"),
    };
    if let Ok(file) = std::env::var(ANSWER) {
        let answer = json!({ "said": said, "peak_mib": peak_mib("self")? });
        fs::write(file, answer.to_string())?;
    }
    Ok(code)
}

/// What a role came to.
pub(crate) struct Answer {
    /// The role's own words.
    pub(crate) said: Value,
    /// The most memory it held at once, MiB.
    pub(crate) peak_mib: f64,
    /// What it printed.
    pub(crate) printed: String,
}

/// Runs a role to its end.
pub(crate) fn run(role: &str, arguments: &[&str]) -> Result<Answer> {
    let answer = tempfile::NamedTempFile::new()?;
    let output = command(role, arguments)?
        .env(ANSWER, answer.path())
        .output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{role} ended with {}: {said}", output.status);
    }
    let left: Value = serde_json::from_str(&fs::read_to_string(answer.path())?)?;
    Ok(Answer {
        said: left["said"].clone(),
        peak_mib: left["peak_mib"].as_f64().context("a peak")?,
        printed: String::from_utf8(output.stdout)?,
    })
}

/// Runs a command of `qilian-server` on a district's folder.
pub(crate) fn server(data: &Path, arguments: &[&str]) -> Result<Answer> {
    let data = data.to_str().context("a path in UTF-8")?;
    let all: Vec<&str> = ["--json", "--data", data]
        .into_iter()
        .chain(arguments.iter().copied())
        .collect();
    run(SERVER, &all)
}

fn command(role: &str, arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(arguments).env(ROLE, role).stdin(Stdio::null());
    Ok(command)
}

/// A running `qilian-server`; ends with its guard.
pub(crate) struct Serving {
    child: Child,
}

impl Serving {
    /// Starts one and returns when it listens.
    pub(crate) fn start(data: &Path, address: SocketAddr) -> Result<Self> {
        Self::with(data, &[], address)
    }

    /// The same for a district in PostgreSQL.
    pub(crate) fn on_database(data: &Path, database: &str, address: SocketAddr) -> Result<Self> {
        Self::with(data, &["--database", database], address)
    }

    fn with(data: &Path, place: &[&str], address: SocketAddr) -> Result<Self> {
        let data = data.to_str().context("a path in UTF-8")?;
        let listen = address.to_string();
        let arguments: Vec<&str> = (["--json", "--data", data].into_iter())
            .chain(place.iter().copied())
            .chain(["serve", "--listen", &listen])
            .collect();
        let mut child = command(SERVER, &arguments)?
            .env("RUST_LOG", "warn")
            .stdout(Stdio::piped())
            .spawn()?;
        let printed = child.stdout.take();
        let serving = Self { child };
        let mut line = String::new();
        BufReader::new(printed.context("standard output is piped")?).read_line(&mut line)?;
        anyhow::ensure!(line.contains("listening"), "the server ended: {line}");
        Ok(serving)
    }

    /// Forgets the most memory that it ever held.
    pub(crate) fn reset_peak(&self) -> Result<()> {
        reset_peak(&self.child.id().to_string())
    }

    /// The most memory it held at once since then, MiB.
    pub(crate) fn peak_mib(&self) -> Result<f64> {
        peak_mib(&self.child.id().to_string())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if let Err(error) = self.child.kill().and_then(|()| self.child.wait().map(drop)) {
            eprintln!("the server did not end: {error}");
        }
    }
}

/// `VmHWM` of a process.
fn peak_mib(process: &str) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib: f64 = line
        .and_then(|line| line.trim().strip_suffix("kB"))
        .context("a peak in its status")?
        .trim()
        .parse()?;
    Ok(kib / 1024.0)
}

/// Sets `VmHWM` of a process to what it holds now.
pub(crate) fn reset_peak(process: &str) -> Result<()> {
    Ok(fs::write(format!("/proc/{process}/clear_refs"), "5")?)
}
