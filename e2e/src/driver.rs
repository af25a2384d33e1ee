//! The window under WebDriver: starts it, talks to its page, crashes it.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::address;
use crate::laptop::Laptop;
use crate::process::Process;
use crate::programs::{WINDOW, built, tool};
use crate::stage::Stage;
use crate::until::{LONGEST, until};

/// An open window and the driver that holds it. The whole group ends with the guard.
#[derive(Debug)]
pub struct Window {
    client: Client,
    driver: Process,
}

impl Window {
    /// Opens the window of a laptop, unlocked by what unlocks that.
    ///
    /// # Errors
    /// The driver or the window does not start.
    pub async fn open(stage: &Stage, laptop: &Laptop) -> Result<Self> {
        Self::start(stage, laptop.environment()).await
    }

    /// Opens the window of the store that is or will be in `home`, with nothing to unlock it.
    ///
    /// # Errors
    /// The driver or the window does not start.
    pub async fn open_locked(stage: &Stage, home: &Path) -> Result<Self> {
        Self::start(stage, vec![("QILIAN_HOME", home.into())]).await
    }

    async fn start(stage: &Stage, environment: Vec<(&str, OsString)>) -> Result<Self> {
        let (port, native) = (address::free()?, address::free()?);
        let mut command = Command::new(tool("tauri-driver")?);
        command
            .args([
                "--port",
                &port.port().to_string(),
                "--native-port",
                &native.port().to_string(),
            ])
            .arg("--native-driver")
            .arg(tool("WebKitWebDriver")?);
        stage.furnish(&mut command);
        command.envs(environment);
        let mut driver = Process::start(
            "tauri-driver",
            &mut command,
            &stage.logs().join("window.log"),
        )?;
        address::accepts(port, &mut driver).await?;
        address::accepts(native, &mut driver).await?;
        let capabilities = json!({
            "browserName": "wry",
            "tauri:options": {"application": built(WINDOW)?},
        });
        let capabilities = capabilities
            .as_object()
            .context("capabilities are an object")?
            .clone();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://{port}"))
            .await
            .with_context(|| format!("the window did not open; see {}", driver.log().display()))?;
        Ok(Self { client, driver })
    }

    /// The page in it.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Closes it as a user does, and waits until its program has ended and let go of the store.
    ///
    /// # Errors
    /// The driver does not answer, or the program does not end.
    pub async fn close(self) -> Result<()> {
        self.client.clone().close().await?;
        let group = self.driver.group();
        until("the window's program to end", LONGEST, async || {
            Ok(window_process(group)?.is_none().then_some(()))
        })
        .await
    }

    /// Ends the program as a power cut does, without a chance to write anything.
    ///
    /// # Errors
    /// The program was not running.
    pub async fn crash(self) -> Result<()> {
        let group = self.driver.group();
        let Some(id) = window_process(group)? else {
            bail!("the window's program is not running");
        };
        kill_process(id, Signal::KILL)?;
        until("the killed program to be gone", LONGEST, async || {
            Ok(window_process(group)?.is_none().then_some(()))
        })
        .await
    }
}

/// The process of the window among those of process group `group`, looked up in `/proc`.
fn window_process(group: u32) -> Result<Option<Pid>> {
    let program = built(WINDOW)?;
    for entry in fs::read_dir("/proc")? {
        let folder = entry?.path();
        let Some(id) = folder
            .file_name()
            .and_then(|name| name.to_str()?.parse::<i32>().ok())
        else {
            continue;
        };
        // A process may end while it is looked at; then it is not the one.
        if fs::read_link(folder.join("exe")).is_ok_and(|exe| exe == program)
            && process_group(&folder) == Some(group)
        {
            return Ok(Pid::from_raw(id));
        }
    }
    Ok(None)
}

/// The process group in `/proc/ID/stat`; fields count from behind the name, which may hold blanks.
fn process_group(folder: &Path) -> Option<u32> {
    let stat = fs::read_to_string(folder.join("stat")).ok()?;
    let after_name = stat.rsplit_once(')')?.1;
    after_name.split_whitespace().nth(2)?.parse().ok()
}
