//! A key store of the operating system on a stage's bus, unlocked as a login unlocks it: what a laptop with a desktop has.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::process::Process;
use crate::programs::tool;
use crate::stage::Stage;
use crate::until::{LONGEST, until};

/// Opens the ring of keys. It holds what a test made up, and goes with the stage's home.
const LOGIN: &str = "made-up login";

/// A running key store; ends with its guard.
#[derive(Debug)]
pub struct KeyStore {
    _daemon: Process,
}

impl KeyStore {
    /// Starts one, and returns when it answers on the stage's bus.
    ///
    /// # Errors
    /// gnome-keyring is not installed or does not start.
    pub async fn start(stage: &Stage) -> Result<Self> {
        let mut command = Command::new(tool("gnome-keyring-daemon")?);
        command.args(["--foreground", "--unlock", "--components=secrets"]);
        stage.furnish(&mut command);
        let log = stage.logs().join("key-store.log");
        let mut daemon = Process::start_fed("gnome-keyring-daemon", &mut command, &log, LOGIN)?;
        until("the key store to answer", LONGEST, async || {
            daemon.check_running()?;
            Ok(answers(stage)?.then_some(()))
        })
        .await?;
        Ok(Self { _daemon: daemon })
    }
}

fn answers(stage: &Stage) -> Result<bool> {
    let mut ask = Command::new(tool("dbus-send")?);
    ask.args([
        "--print-reply",
        "--dest=org.freedesktop.DBus",
        "/org/freedesktop/DBus",
        "org.freedesktop.DBus.NameHasOwner",
        "string:org.freedesktop.secrets",
    ]);
    stage.furnish(&mut ask);
    let answer = ask.output()?;
    ensure!(
        answer.status.success(),
        "the bus does not answer: {}",
        String::from_utf8_lossy(&answer.stderr)
    );
    Ok(String::from_utf8_lossy(&answer.stdout).contains("boolean true"))
}
