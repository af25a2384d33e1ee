//! Owns the address of a database, `postgres://user:password@host:port/name`. It holds a password: nothing
//! here shows it, and no error says what could not be read.

use std::fmt;
use std::time::Duration;

use postgres::Config;

use crate::storage::StorageError;

/// Longer than this nobody waits for a server that does not answer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A server that went away without a word, with its machine or its network, is noticed after so long.
const SILENCE: Duration = Duration::from_secs(30);
/// What the client's library waits before it asks whether the other side is still there.
const LIBRARY_SILENCE: Duration = Duration::from_secs(2 * 60 * 60);

/// What each connection begins with. A statement that waits for a writer gives up before the laptop does;
/// a process that was cut off in the middle of a transaction does not hold up the others for long.
const OPTIONS: &str = "-c statement_timeout=30000 -c idle_in_transaction_session_timeout=60000";

/// The address of a database.
#[derive(Clone)]
pub struct Address(Box<Config>);

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(…)")
    }
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// [`StorageError::AddressUnreadable`].
    pub fn read(text: &str) -> Result<Self, StorageError> {
        let rest = text
            .strip_prefix("postgres://")
            .or_else(|| text.strip_prefix("postgresql://"))
            .ok_or(StorageError::AddressUnreadable)?;
        // Of a password with a bare '@' the rest would be taken for the host's name, which is shown.
        if rest.matches('@').count() > 1 {
            return Err(StorageError::AddressUnreadable);
        }
        let mut config: Config = text.parse().map_err(|_| StorageError::AddressUnreadable)?;
        if config.get_user().is_none() || config.get_hosts().is_empty() {
            return Err(StorageError::AddressUnreadable);
        }
        let options = match config.get_options() {
            Some(theirs) => format!("{OPTIONS} {theirs}"),
            None => OPTIONS.to_owned(),
        };
        config.options(&options);
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE);
        }
        if config.get_keepalives_idle() == LIBRARY_SILENCE {
            config.keepalives_idle(SILENCE);
        }
        if config.get_application_name().is_none() {
            config.application_name("qilian-server");
        }
        Ok(Self(Box::new(config)))
    }

    /// How to connect.
    pub(super) fn config(&self) -> &Config {
        &self.0
    }
}
