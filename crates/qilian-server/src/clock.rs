//! Owns what time it is: the machine's, or, for tests, a time that `QILIAN_NOW` names and that runs on
//! from there. Everything else takes moments as parameters.

use std::time::{Duration, Instant};

use qilian_domain::ids::At;

/// The variable that names another time.
pub const VARIABLE: &str = "QILIAN_NOW";

/// A clock.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// The machine's.
    Machine,
    /// One that was set when the program began.
    Set {
        /// To this time…
        to: At,
        /// … at this moment.
        began: Instant,
    },
}

/// A time that is none.
#[derive(Debug, thiserror::Error)]
#[error("{VARIABLE} is no RFC 3339 moment: {0:?}")]
pub struct NotATime(String);

impl Clock {
    /// The machine's clock, unless the variable says otherwise.
    ///
    /// # Errors
    /// If the variable is set to something that is no moment.
    pub fn from_environment() -> Result<Self, NotATime> {
        match std::env::var(VARIABLE) {
            Ok(text) if !text.is_empty() => {
                let to = chrono::DateTime::parse_from_rfc3339(&text)
                    .map(At::new)
                    .map_err(|_| NotATime(text))?;
                Ok(Self::set_to(to))
            }
            _ => Ok(Self::Machine),
        }
    }

    /// A clock that shows `to` now and runs on.
    pub fn set_to(to: At) -> Self {
        Self::Set {
            to,
            began: Instant::now(),
        }
    }

    /// Now.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that others take"
    )]
    pub fn now(self) -> At {
        match self {
            Self::Machine => At::new(chrono::Utc::now()),
            Self::Set { to, began } => to.plus_ms(milliseconds(began.elapsed())),
        }
    }
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
