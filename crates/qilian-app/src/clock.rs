//! Owns where the time comes from: the system's clock, or one that was started elsewhere for tests.
//!
//! Elsewhere: days, weeks and quarters (`qilian-domain`), how far the clock is off the server's
//! (`sync`, which measures it, and the store, which keeps it).

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use qilian_domain::ids::At;

use crate::error::AppError;

/// The variable that starts the clock at a moment of its own, RFC 3339 with offset.
pub const NOW_VARIABLE: &str = "QILIAN_NOW";

/// A clock that runs as the system's does, from another moment on if told so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Clock {
    /// Added to the system's time.
    shift_ms: i64,
}

impl Clock {
    /// The system's clock.
    pub const fn system() -> Self {
        Self { shift_ms: 0 }
    }

    /// A clock that shows `at` now and runs on from there.
    pub fn starting_at(at: At) -> Self {
        Self {
            shift_ms: at.ms_since(system_now()),
        }
    }

    /// The system's clock, or the one that `QILIAN_NOW` starts.
    ///
    /// # Errors
    /// [`AppError::ClockUnreadable`] if the variable is set and is no moment with an offset.
    pub fn from_environment() -> Result<Self, AppError> {
        match std::env::var(NOW_VARIABLE) {
            Ok(text) if !text.is_empty() => DateTime::parse_from_rfc3339(&text)
                .map(|moment| Self::starting_at(At::new(moment)))
                .map_err(|_| AppError::ClockUnreadable(text)),
            Ok(_) | Err(std::env::VarError::NotPresent) => Ok(Self::system()),
            Err(std::env::VarError::NotUnicode(text)) => Err(AppError::ClockUnreadable(
                text.to_string_lossy().into_owned(),
            )),
        }
    }

    /// The moment it shows.
    pub fn now(&self) -> At {
        system_now().plus_ms(self.shift_ms)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the system's clock is read; everything else takes a Clock"
)]
fn system_now() -> At {
    At::new(DateTime::<Utc>::from(SystemTime::now()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_started_clock_shows_its_moment_and_runs_on() {
        let given: DateTime<chrono::FixedOffset> = "2026-11-20T10:00:00+08:00".parse().unwrap();
        let clock = Clock::starting_at(At::new(given));
        let first = clock.now();
        assert!(
            (0..60_000).contains(&first.ms_since(At::new(given))),
            "{first} is close after the moment given"
        );
        assert!(clock.now() >= first, "it does not stand still or go back");
    }
}
