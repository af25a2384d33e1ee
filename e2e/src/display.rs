//! A display of its own, for a machine that has none or a test that must not use the user's.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::process::Process;
use crate::programs::tool;

/// An X server that draws into memory; ends with its guard.
#[derive(Debug)]
pub struct Display {
    name: String,
    _server: Process,
}

impl Display {
    /// Starts one under a number that is free, and returns when it serves.
    ///
    /// # Errors
    /// Xvfb is not installed or does not start.
    pub fn start(logs: &Path) -> Result<Self> {
        let mut command = Command::new(tool("Xvfb")?);
        command.args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1440x1000x24",
            "-nolisten",
            "tcp",
            "-noreset",
        ]);
        let (server, number) =
            Process::start_announced("Xvfb", &mut command, &logs.join("xvfb.log"))?;
        Ok(Self {
            name: format!(":{number}"),
            _server: server,
        })
    }

    /// What `DISPLAY` must say.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}
