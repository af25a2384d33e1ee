//! What a window stands on: a display, a bus and folders of its own.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::bus::Bus;
use crate::display::Display;

/// A machine without a user, as far as a program can tell.
#[derive(Debug)]
pub struct Stage {
    folder: PathBuf,
    // Fields end in this order: what draws goes after what draws on it.
    bus: Bus,
    display: Display,
}

impl Stage {
    /// Sets one up in `folder`.
    ///
    /// # Errors
    /// The display or the bus does not start.
    pub fn set_up(folder: &Path) -> Result<Self> {
        for part in ["home", "runtime", "logs"] {
            fs::create_dir_all(folder.join(part))?;
        }
        // Programs refuse a runtime folder that others can read.
        fs::set_permissions(folder.join("runtime"), fs::Permissions::from_mode(0o700))?;
        let logs = folder.join("logs");
        let display = Display::start(&logs)?;
        let bus = Bus::start(folder, &logs)?;
        Ok(Self {
            folder: folder.to_owned(),
            bus,
            display,
        })
    }

    /// Where programs on it write their logs.
    #[must_use]
    pub fn logs(&self) -> PathBuf {
        self.folder.join("logs")
    }

    /// The address of its bus.
    #[must_use]
    pub fn bus(&self) -> &str {
        self.bus.address()
    }

    /// Lets `command` run on this stage and nowhere else.
    pub fn furnish(&self, command: &mut Command) {
        command
            .env("HOME", self.folder.join("home"))
            .env("XDG_RUNTIME_DIR", self.folder.join("runtime"))
            .env("DISPLAY", self.display.name())
            .env("DBUS_SESSION_BUS_ADDRESS", self.bus.address())
            .env("GDK_BACKEND", "x11")
            .env("NO_AT_BRIDGE", "1")
            .env("LANG", "C.UTF-8");
        for other in [
            "WAYLAND_DISPLAY",
            "XDG_DATA_HOME",
            "XDG_CONFIG_HOME",
            "XDG_CACHE_HOME",
            "QILIAN_HOME",
            "QILIAN_PASSPHRASE",
        ] {
            command.env_remove(other);
        }
    }
}
