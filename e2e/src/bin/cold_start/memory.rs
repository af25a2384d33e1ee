//! Owns looking at the processes of a group: which they are, since when they run, what they hold.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// Ticks a second in `/proc/ID/stat`, as Linux shows them to programs on every machine.
const TICKS: f64 = 100.0;

/// A process as `/proc` shows it.
#[derive(Debug)]
pub(crate) struct Seen {
    folder: PathBuf,
    /// Its program.
    pub(crate) program: PathBuf,
    /// When it was started, in seconds since the machine was.
    pub(crate) started_s: f64,
}

/// The processes of a group. One that ends while it is looked at is not among them.
///
/// # Errors
/// `/proc` can't be read.
pub(crate) fn group(group: u32) -> Result<Vec<Seen>> {
    let mut seen = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let folder = entry?.path();
        if let Some((of, started_s)) = stat(&folder)
            && of == group
            && let Ok(program) = fs::read_link(folder.join("exe"))
        {
            seen.push(Seen {
                folder,
                program,
                started_s,
            });
        }
    }
    Ok(seen)
}

/// Group and start of a process; fields count from behind the name, which may hold blanks.
fn stat(folder: &Path) -> Option<(u32, f64)> {
    let stat = fs::read_to_string(folder.join("stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: f64 = fields.get(19)?.parse().ok()?;
    Some((fields.get(2)?.parse().ok()?, ticks / TICKS))
}

impl Seen {
    /// Its share of the memory that it holds, MiB: what several hold together is shared out among them.
    ///
    /// # Errors
    /// The process has ended.
    pub(crate) fn pss_mib(&self) -> Result<f64> {
        let rollup = fs::read_to_string(self.folder.join("smaps_rollup"))?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
        let kib: f64 = line
            .and_then(|line| line.trim().strip_suffix("kB"))
            .context("a share in its rollup")?
            .trim()
            .parse()?;
        Ok(kib / 1024.0)
    }
}

/// Seconds since the machine was started.
///
/// # Errors
/// `/proc` can't be read.
pub(crate) fn uptime_s() -> Result<f64> {
    let text = fs::read_to_string("/proc/uptime")?;
    let first = text.split_whitespace().next().context("a number")?;
    Ok(first.parse()?)
}
