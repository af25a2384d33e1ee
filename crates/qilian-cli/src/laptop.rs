//! Owns opening the laptop that the arguments name: its home, and the passphrase where one is given.

use std::fs;
use std::path::Path;

use qilian_app::{AppError, Clock, Home, KeyError, Laptop, OsKeyStore, Passphrase, Unlock};
use serde_json::json;

use crate::args::Arguments;
use crate::output::Failure;

/// The variable that may hold the passphrase.
const PASSPHRASE_VARIABLE: &str = "QILIAN_PASSPHRASE";

/// The home that was named.
pub(crate) fn home(arguments: &Arguments) -> Result<Home, Failure> {
    let folder = arguments.home.as_ref().ok_or(Failure::Usage {
        code: "home_missing",
        details: json!({}),
    })?;
    Ok(Home::new(folder).map_err(|e| AppError::home(folder, e))?)
}

/// What opens the store.
pub(crate) fn unlock(arguments: &Arguments) -> Result<Unlock, Failure> {
    let passphrase = match &arguments.passphrase_file {
        Some(file) => Some(passphrase_in(file)?),
        None => std::env::var(PASSPHRASE_VARIABLE)
            .ok()
            .filter(|text| !text.is_empty())
            .map(Passphrase::new)
            .transpose()
            .map_err(AppError::from)?,
    };
    Ok(Unlock {
        passphrase,
        key_store: OsKeyStore::from_environment(),
    })
}

/// The passphrase in a file.
pub(crate) fn passphrase_in(file: &Path) -> Result<Passphrase, Failure> {
    let text = fs::read_to_string(file).map_err(|e| AppError::FileUnreadable {
        file: file.display().to_string(),
        why: e.to_string(),
    })?;
    Ok(Passphrase::new(text).map_err(|e: KeyError| AppError::from(e))?)
}

/// The clock that commands go by.
pub(crate) fn clock() -> Result<Clock, Failure> {
    Clock::from_environment().map_err(|error| match error {
        AppError::ClockUnreadable(text) => Failure::Usage {
            code: "clock_unreadable",
            details: json!({ "now": text }),
        },
        other => other.into(),
    })
}

/// The laptop at the home that was named, if it may show what it holds.
pub(crate) fn open(arguments: &Arguments) -> Result<Laptop, Failure> {
    let laptop = open_to_write(arguments)?;
    laptop.may_read()?;
    Ok(laptop)
}

/// The laptop at the home that was named, also one whose lease is over.
pub(crate) fn open_to_write(arguments: &Arguments) -> Result<Laptop, Failure> {
    let session = Laptop::open(home(arguments)?, &unlock(arguments)?, clock()?)?;
    Ok(session.laptop()?)
}
