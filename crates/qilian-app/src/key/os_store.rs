//! Owns asking the operating system's key store (Secret Service, Keychain, Credential Manager).
//!
//! Such a store may be absent, or wait for its user to unlock it. Each question is put from a thread of
//! its own and has a limit, so that a laptop without a desktop fails at once and nothing ever hangs;
//! a thread that gets no answer ends with the process.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use keyring::v1::{Entry, Error};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{KeyError, Secret};

/// `QILIAN_KEYRING=off` leaves the operating system's key store alone.
pub const KEYRING_VARIABLE: &str = "QILIAN_KEYRING";

const SERVICE: &str = "cn.qilian.laptop";
/// To find out whether there is a store at all: no person is asked.
const PROBE_LIMIT: Duration = Duration::from_secs(3);
/// To read or write: the system may ask its user to unlock the store.
const ANSWER_LIMIT: Duration = Duration::from_secs(60);

/// Where the operating system keeps secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OsKeyStore {
    /// The one of this system, if there is one.
    System,
    /// None is to be asked.
    Off,
}

impl OsKeyStore {
    /// The system's, unless `QILIAN_KEYRING=off`.
    pub fn from_environment() -> Self {
        match std::env::var(KEYRING_VARIABLE) {
            Ok(text) if text.eq_ignore_ascii_case("off") => Self::Off,
            _ => Self::System,
        }
    }

    /// Whether a store answers.
    pub fn available(self) -> bool {
        self.probe().is_ok()
    }

    /// Finds out whether a store answers.
    fn probe(self) -> Result<(), KeyError> {
        match self {
            Self::Off => Err(missing(format!("{KEYRING_VARIABLE}=off"))),
            Self::System => within(PROBE_LIMIT, || match Entry::store_status() {
                Ok(()) => Ok(()),
                Err(error) => Err(missing(error)),
            }),
        }
    }

    /// The secret kept for a key file; [`KeyError::KeyStoreEmpty`] if there is none.
    pub(super) fn read(self, id: Uuid) -> Result<Secret, KeyError> {
        self.probe()?;
        within(ANSWER_LIMIT, move || {
            let bytes = entry(id)?.get_secret().map(Zeroizing::new);
            match bytes {
                Ok(bytes) => <[u8; 32]>::try_from(bytes.as_slice())
                    .map(Zeroizing::new)
                    .map_err(|_| KeyError::KeyStoreEmpty),
                Err(Error::NoEntry) => Err(KeyError::KeyStoreEmpty),
                Err(error) => Err(missing(error)),
            }
        })
    }

    /// Keeps a secret and reads it back: a store that only says yes is none.
    pub(super) fn keep(self, id: Uuid, secret: &Secret) -> Result<(), KeyError> {
        self.probe()?;
        let kept = secret.clone();
        within(ANSWER_LIMIT, move || {
            entry(id)?.set_secret(kept.as_slice()).map_err(missing)
        })?;
        match self.read(id) {
            Ok(read) if read == *secret => Ok(()),
            Ok(_) | Err(KeyError::KeyStoreEmpty) => {
                Err(missing("it does not give back what it was given"))
            }
            Err(error) => Err(error),
        }
    }

    /// Forgets a secret, if it was kept.
    pub(super) fn forget(self, id: Uuid) -> Result<(), KeyError> {
        self.probe()?;
        within(ANSWER_LIMIT, move || match entry(id)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(missing(error)),
        })
    }
}

fn entry(id: Uuid) -> Result<Entry, KeyError> {
    Entry::new(SERVICE, &id.to_string()).map_err(missing)
}

fn missing(why: impl ToString) -> KeyError {
    KeyError::KeyStoreMissing(why.to_string())
}

/// Runs `ask` on a thread of its own and waits for it as long as `limit`.
fn within<T: Send + 'static>(
    limit: Duration,
    ask: impl FnOnce() -> Result<T, KeyError> + Send + 'static,
) -> Result<T, KeyError> {
    let (answer, answered) = mpsc::sync_channel(1);
    thread::Builder::new()
        .name("key-store".to_owned())
        // Nobody listens any more if the limit passed first.
        .spawn(move || answer.send(ask()).ok())?;
    answered
        .recv_timeout(limit)
        .map_err(|e| missing(format!("it does not answer: {e}")))?
}
