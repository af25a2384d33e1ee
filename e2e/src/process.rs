//! A started program that ends with its guard: its whole process group, by id, first asked and then made to.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};

const PATIENCE: Duration = Duration::from_secs(5);
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);

/// A running program with all that it started.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts `command` in a process group of its own; what it prints goes to `log`.
    ///
    /// # Errors
    /// It could not be started, or the log not written.
    pub fn start(name: &str, command: &mut Command, log: &Path) -> Result<Self> {
        let file = open_log(log)?;
        let copy = file.try_clone()?;
        command.stdin(Stdio::null()).stdout(copy).stderr(file);
        Self::spawn(name, command, log)
    }

    /// Like [`Process::start`], and gives it `input` to read.
    ///
    /// # Errors
    /// Also when it does not read that.
    pub fn start_fed(name: &str, command: &mut Command, log: &Path, input: &str) -> Result<Self> {
        let file = open_log(log)?;
        let copy = file.try_clone()?;
        command.stdin(Stdio::piped()).stdout(copy).stderr(file);
        let mut process = Self::spawn(name, command, log)?;
        let mut stdin = process.child.stdin.take().context("its input is piped")?;
        stdin.write_all(input.as_bytes())?;
        Ok(process)
    }

    /// Like [`Process::start`], and gives the first line that the program prints, as Xvfb and dbus-daemon announce themselves.
    ///
    /// # Errors
    /// Also when the program ends before it prints a line.
    pub fn start_announced(
        name: &str,
        command: &mut Command,
        log: &Path,
    ) -> Result<(Self, String)> {
        let file = open_log(log)?;
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(file);
        let mut process = Self::spawn(name, command, log)?;
        let stdout = process
            .child
            .stdout
            .take()
            .context("standard output is piped")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let line = line.trim().to_owned();
        anyhow::ensure!(
            !line.is_empty(),
            "{name} ended before it was ready; see {}",
            log.display()
        );
        Ok((process, line))
    }

    fn spawn(name: &str, command: &mut Command, log: &Path) -> Result<Self> {
        let child = command
            .process_group(0)
            .spawn()
            .with_context(|| format!("{name} could not be started"))?;
        Ok(Self {
            name: name.to_owned(),
            child,
            log: log.to_owned(),
        })
    }

    /// Where its output goes.
    #[must_use]
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// The id of its process group, which is also its own.
    #[must_use]
    pub fn group(&self) -> u32 {
        self.child.id()
    }

    /// Fails when the program has ended, with the end of what it printed.
    ///
    /// # Errors
    /// The program is no longer running.
    pub fn check_running(&mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            let printed = std::fs::read_to_string(&self.log).unwrap_or_default();
            let last: Vec<&str> = printed.lines().rev().take(15).collect();
            let last: Vec<&str> = last.into_iter().rev().collect();
            anyhow::bail!("{} ended with {status}:\n{}", self.name, last.join("\n"));
        }
        Ok(())
    }

    /// Waits until the program ends by itself.
    ///
    /// # Errors
    /// It ended with another status than 0.
    pub fn wait(mut self) -> Result<()> {
        let status = self.child.wait()?;
        anyhow::ensure!(
            status.success(),
            "{} ended with {status}; see {}",
            self.name,
            self.log.display()
        );
        Ok(())
    }

    fn end(&mut self) {
        let Ok(Some(group)) = i32::try_from(self.child.id()).map(Pid::from_raw) else {
            return;
        };
        for signal in [Signal::TERM, Signal::KILL] {
            // ESRCH: the group has ended already, which is what is wanted.
            if kill_process_group(group, signal).is_err() {
                break;
            }
            let begin = Instant::now();
            while begin.elapsed() < PATIENCE && self.group_lives(group) {
                std::thread::park_timeout(BETWEEN_LOOKS);
            }
            if !self.group_lives(group) {
                break;
            }
        }
        if let Err(error) = self.child.wait() {
            eprintln!("{} could not be waited for: {error}", self.name);
        }
    }

    /// Whether a process of the group is left; reaps the leader, or the group would never be empty.
    fn group_lives(&mut self, group: Pid) -> bool {
        self.child.try_wait().is_ok() && test_kill_process_group(group).is_ok()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

fn open_log(path: &Path) -> Result<File> {
    File::options()
        .create(true)
        .append(true)
        .open(path)
        .with_context(|| format!("{} cannot be written", path.display()))
}
