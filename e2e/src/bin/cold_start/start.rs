//! Owns one start of a window: when it has drawn, and what it holds when it has come to rest.
//!
//! The page itself says when the element stands on it and two frames have passed. How long the driver took to let scripts
//! in is told, for what was drawn before that can't be seen earlier.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use qilian_e2e::address;
use qilian_e2e::process::Process;
use qilian_e2e::programs::tool;
use qilian_e2e::stage::Stage;
use qilian_e2e::until::{LONGEST, until};
use serde_json::{Value, json};

use super::memory::{group, uptime_s};

const DRIVERS: [&str; 2] = ["tauri-driver", "WebKitWebDriver"];
/// Memory has come to rest when two looks so far apart differ by less than [`RESTING`] of it.
const BETWEEN_LOOKS: Duration = Duration::from_millis(500);
const RESTING: f64 = 0.005;

/// Whether the program's own page is there. Short, for a script that waits on the empty page which the driver finds first
/// is lost with that page.
const OURS: &str = "return location.protocol !== 'about:'";
/// Answers two frames after the element has come to stand on the page: then it is on the screen. Asking again and again
/// would take its time from the page, and tell when it was asked instead of when it was there.
const DRAWN: &str = r#"
const done = arguments[arguments.length - 1]
const answer = () => requestAnimationFrame(() => requestAnimationFrame(() => {
  const paint = performance.getEntriesByName('first-contentful-paint')[0]
  done({ page_ms: performance.now(), first_paint_ms: paint ? paint.startTime : null })
}))
const stands = () => document.querySelector('[data-testid="today-week"]') !== null
if (stands()) answer()
else {
  const watch = new MutationObserver(() => {
    if (!stands()) return
    watch.disconnect()
    answer()
  })
  watch.observe(document, { childList: true, subtree: true })
}
"#;

/// What is started, and with which environment.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    pub(crate) environment: Vec<(&'static str, OsString)>,
}

/// What a start came to.
#[derive(Debug)]
pub(crate) struct Seen {
    /// From the start of the process until it had drawn.
    pub(crate) drawn_s: f64,
    /// Of all its processes, at rest.
    pub(crate) pss_mib: f64,
    driver_s: f64,
    processes: Vec<(String, f64)>,
    page: Value,
}

impl Seen {
    /// For the detail of a figure.
    pub(crate) fn document(&self) -> Value {
        json!({
            "drawn_s": self.drawn_s,
            "pss_mib": self.pss_mib,
            "driver_ready_s": self.driver_s,
            "processes": self.processes,
            "page": self.page,
        })
    }
}

/// Starts a program, looks, and ends it.
///
/// # Errors
/// It does not start, or draws nothing.
pub(crate) async fn start(stage: &Stage, program: &Program) -> Result<Seen> {
    let (mut driver, url) = driver(stage, program).await?;
    let client = connect(&url, program)
        .await
        .with_context(|| format!("the window did not open; see {}", driver.log().display()))?;
    let ready_s = uptime_s()?;
    let page = drawn(&client).await?;
    let drawn_s = uptime_s()?;
    let own = group(driver.group())?;
    let main = own.iter().find(|seen| seen.program == program.path);
    let started_s = main.context("the window's process")?.started_s;
    let (pss_mib, processes) = at_rest(&mut driver).await?;
    client.close().await?;
    Ok(Seen {
        drawn_s: drawn_s - started_s,
        driver_s: ready_s - started_s,
        pss_mib,
        processes,
        page,
    })
}

/// What the page says once it has drawn.
async fn drawn(client: &Client) -> Result<Value> {
    until("the program's page", LONGEST, async || {
        match client.execute(OURS, Vec::new()).await {
            Ok(ours) => Ok((ours == Value::Bool(true)).then_some(())),
            // The empty page that the driver found gave way to ours.
            Err(error) if error.is_no_such_frame() => Ok(None),
            Err(error) => Err(error.into()),
        }
    })
    .await?;
    Ok(client.execute_async(DRAWN, Vec::new()).await?)
}

async fn driver(stage: &Stage, program: &Program) -> Result<(Process, String)> {
    let (port, native) = (address::free()?, address::free()?);
    let (port_text, native_text) = (port.port().to_string(), native.port().to_string());
    let mut command = Command::new(tool("tauri-driver")?);
    command
        .args(["--port", &port_text, "--native-port", &native_text])
        .arg("--native-driver")
        .arg(tool("WebKitWebDriver")?);
    stage.furnish(&mut command);
    command.envs(program.environment.iter().cloned());
    let log = stage.logs().join("cold-start.log");
    let mut driver = Process::start("tauri-driver", &mut command, &log)?;
    address::accepts(port, &mut driver).await?;
    address::accepts(native, &mut driver).await?;
    Ok((driver, format!("http://{port}")))
}

async fn connect(url: &str, program: &Program) -> Result<Client> {
    let capabilities = json!({
        "browserName": "wry",
        "pageLoadStrategy": "none",
        "timeouts": { "script": LONGEST.as_millis() },
        "tauri:options": { "application": program.path },
    });
    let capabilities = capabilities.as_object().context("an object")?.clone();
    Ok(ClientBuilder::new(HttpConnector::new())
        .capabilities(capabilities)
        .connect(url)
        .await?)
}

/// What the window's processes hold together when that changes no more.
async fn at_rest(driver: &mut Process) -> Result<(f64, Vec<(String, f64)>)> {
    let mut before = 0.0;
    until("the window's memory to come to rest", LONGEST, async || {
        driver.check_running()?;
        let shares = shares(driver.group())?;
        let now: f64 = shares.iter().map(|(_, mib)| mib).sum();
        if (now - before).abs() < now * RESTING {
            return Ok(Some((now, shares)));
        }
        before = now;
        tokio::time::sleep(BETWEEN_LOOKS).await;
        Ok(None)
    })
    .await
}

fn shares(of: u32) -> Result<Vec<(String, f64)>> {
    let mut shares = Vec::new();
    for seen in group(of)? {
        let name = seen
            .program
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if !DRIVERS.contains(&name.as_str()) {
            shares.push((name, seen.pss_mib()?));
        }
    }
    Ok(shares)
}
