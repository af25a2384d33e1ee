//! A district server with made-up enterprises, started and stopped like a plug is pulled.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::process::Process;
use crate::programs::{SERVER, built};
use crate::until::{LONGEST, until};

/// How big a made-up district is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Enterprises in it.
    pub enterprises: u32,
    /// Cadres they are assigned to.
    pub cadres: u32,
}

/// One district: its data, its address, and its server while that runs.
#[derive(Debug)]
pub struct District {
    data: PathBuf,
    logs: PathBuf,
    address: SocketAddr,
    server: Option<Process>,
}

impl District {
    /// Makes up a district in `data`, unless one is there, and starts its server at `address`.
    ///
    /// # Errors
    /// The data cannot be made or the server does not come up.
    pub async fn open(data: &Path, logs: &Path, size: Size, address: SocketAddr) -> Result<Self> {
        if !data.join(MADE).is_file() {
            make_up(data, size)?;
        }
        let mut district = Self {
            data: data.to_owned(),
            logs: logs.to_owned(),
            address,
            server: None,
        };
        district.go_online().await?;
        Ok(district)
    }

    /// Where laptops find it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Starts the server and waits until it says that it is ready.
    ///
    /// # Errors
    /// It ends, or never becomes ready.
    pub async fn go_online(&mut self) -> Result<()> {
        let mut command = Command::new(built(SERVER)?);
        command
            .arg("serve")
            .arg("--data")
            .arg(&self.data)
            .args(["--listen", &self.address.to_string()]);
        let mut server =
            Process::start("qilian-server", &mut command, &self.logs.join("server.log"))?;
        let address = self.address;
        until("the district server to be ready", LONGEST, async || {
            server.check_running()?;
            Ok(is_ready(address).await.then_some(()))
        })
        .await?;
        self.server = Some(server);
        Ok(())
    }

    /// Ends the server. For a laptop this is the network going away: nothing answers at the address.
    pub fn go_offline(&mut self) {
        self.server = None;
    }

    /// The first cadre that was made up.
    ///
    /// # Errors
    /// The district was not made up by this program, or without cadres.
    pub fn first_cadre(&self) -> Result<String> {
        self.made("first_cadre")
    }

    /// The administrator who was made up.
    ///
    /// # Errors
    /// The district was not made up by this program.
    pub fn administrator(&self) -> Result<String> {
        self.made("administrator")
    }

    fn made(&self, name: &str) -> Result<String> {
        let made: Value = serde_json::from_str(&fs::read_to_string(self.data.join(MADE))?)?;
        let of_name = made[name].as_str();
        Ok(of_name
            .with_context(|| format!("the made-up district names no {name}: {made}"))?
            .to_owned())
    }

    /// Brings in what a revoked laptop handed over; what came of it.
    ///
    /// # Errors
    /// The server's command refuses.
    pub fn bring_in(&self, export: &Path) -> Result<Value> {
        let mut command = Command::new(built(SERVER)?);
        command
            .args(["import", "laptop", "--json", "--data"])
            .arg(&self.data)
            .arg(export);
        answer(&mut command)
    }

    /// A one-time code to enrol a laptop of `user`.
    ///
    /// # Errors
    /// The server's command refuses.
    pub fn code(&self, user: &str) -> Result<String> {
        let mut command = Command::new(built(SERVER)?);
        command
            .args(["code", "--data"])
            .arg(&self.data)
            .args(["--user", user, "--json"]);
        let answer = answer(&mut command)?;
        Ok(answer["code"]
            .as_str()
            .context("the answer holds no code")?
            .to_owned())
    }
}

/// The answer of `qilian-server demo`, kept beside the data; written last, so that a district half made is made again.
const MADE: &str = "demo.json";

fn make_up(data: &Path, size: Size) -> Result<()> {
    if data.exists() {
        fs::remove_dir_all(data)?;
    }
    fs::create_dir_all(data)?;
    let mut command = Command::new(built(SERVER)?);
    command
        .args(["demo", "--seed", "1", "--json", "--data"])
        .arg(data);
    command.args(["--enterprises", &size.enterprises.to_string()]);
    command.args(["--cadres", &size.cadres.to_string()]);
    let made = answer(&mut command)?;
    fs::write(data.join(MADE), made.to_string())?;
    Ok(())
}

/// Runs a command of ours that answers with one JSON document.
///
/// # Errors
/// It ends with another status than 0; the error says what it printed.
pub(crate) fn answer(command: &mut Command) -> Result<Value> {
    let output = command
        .output()
        .with_context(|| format!("{command:?} could not be started"))?;
    let printed = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!(
            "{command:?} ended with {}: {} {}",
            output.status,
            printed.trim(),
            said.trim()
        );
    }
    serde_json::from_str(&printed)
        .with_context(|| format!("{command:?} did not answer with JSON: {printed}"))
}

/// Asks `/readyz` once, over a connection of its own.
async fn is_ready(address: SocketAddr) -> bool {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let ask = async {
        let mut stream = tokio::net::TcpStream::connect(address).await?;
        stream
            .write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(answer.starts_with(b"HTTP/1.1 200"))
    };
    ask.await.unwrap_or(false)
}
