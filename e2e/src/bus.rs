//! A session bus of its own, on which nothing starts by itself: no key store, no notification service, no prompt of
//! this machine reaches into a test.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::process::Process;
use crate::programs::tool;

const CONFIGURATION: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=FOLDER</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// A running bus; ends with its guard.
#[derive(Debug)]
pub struct Bus {
    address: String,
    _daemon: Process,
}

impl Bus {
    /// Starts one with its socket in `folder`, and returns when it listens. The path of a socket is short by nature, so
    /// `folder` must be too.
    ///
    /// # Errors
    /// dbus-daemon is not installed or does not start.
    pub fn start(folder: &Path, logs: &Path) -> Result<Self> {
        let configuration = folder.join("bus.conf");
        fs::write(
            &configuration,
            CONFIGURATION.replace("FOLDER", &folder.display().to_string()),
        )?;
        let mut command = Command::new(tool("dbus-daemon")?);
        command
            .arg(format!("--config-file={}", configuration.display()))
            .args(["--nofork", "--print-address=1"]);
        let (daemon, address) =
            Process::start_announced("dbus-daemon", &mut command, &logs.join("bus.log"))?;
        Ok(Self {
            address,
            _daemon: daemon,
        })
    }

    /// What `DBUS_SESSION_BUS_ADDRESS` must say.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }
}
