//! Owns destroying a store because the district says so (`sync.md` A.12): the key first, so that nobody reads
//! what is left, then the files, then a receipt to the server, sent until it is answered.
//!
//! The order is kept in a file before anything is destroyed: killed anywhere, the next start goes on. What had
//! not been sent is lost, and the receipt says how much it was. Elsewhere: who gives the order (the server).

use std::fs;
use std::io;

use qilian_sync::wire::{DeviceState, ErrorCode, WipedRequest};
use serde::{Deserialize, Serialize};

use crate::error::AppError;
use crate::home::{Home, write_whole};
use crate::ids::IdSource;
use crate::key::{KeyFile, OsKeyStore};
use crate::laptop::Laptop;
use crate::transport::{Transport, TransportError};

/// What the server said, as it is kept until the server knows that it was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Order {
    server: String,
    /// What proves the laptop; forgotten once the receipt was taken, or refused for good. It opens nothing any more.
    token: Option<String>,
    /// Mutations that were never sent.
    unsent: u32,
}

/// Whether a sync came to the order to destroy the store.
pub(crate) fn is_ordered<T>(result: &Result<T, AppError>) -> bool {
    matches!(
        result,
        Err(AppError::Transport(TransportError::Refused(
            ErrorCode::DeviceStopped {
                state: DeviceState::Wipe
            }
        )))
    )
}

impl Laptop {
    /// Destroys this laptop's store.
    pub(crate) fn wipe(&self) -> Result<(), AppError> {
        let identity = self.reader().identity()?.ok_or(AppError::NotEnrolled)?;
        let (unsent, _) = self.reader().waiting()?;
        let order = Order {
            server: identity.server,
            token: Some(identity.token),
            unsent: u32::try_from(unsent).unwrap_or(u32::MAX),
        };
        tracing::warn!(unsent, "the district has this laptop's store destroyed");
        order.keep(self.home())?;
        self.set_wiped();
        obey(self.home(), self.key_store(), &order)
    }
}

/// Goes on with an order that was found at a start; tells whether there was one.
pub(crate) fn go_on(home: &Home, key_store: OsKeyStore) -> Result<bool, AppError> {
    match Order::read(home)? {
        None => Ok(false),
        Some(order) => obey(home, key_store, &order).map(|()| true),
    }
}

/// A laptop is enrolled anew where one was wiped: the order was for the one before.
pub(crate) fn forget(home: &Home) -> Result<(), AppError> {
    let path = home.wipe_order();
    gone(&path).map_err(|error| AppError::home(path, error))
}

fn obey(home: &Home, key_store: OsKeyStore, order: &Order) -> Result<(), AppError> {
    destroy_key(home, key_store)?;
    for file in home.store_files() {
        // Where another handle keeps a file (Windows), the next start removes it: no key opens it.
        if let Err(error) = gone(&file) {
            tracing::warn!(file = %file.display(), %error, "a file is left without its key");
        }
    }
    let files = home.files();
    if let Err(error) = fs::remove_dir_all(&files)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(folder = %files.display(), %error, "files are left without their keys");
    }
    let Some(token) = &order.token else {
        return Ok(());
    };
    let told = Transport::new(order.server.parse()?, &IdSource::new()).and_then(|transport| {
        let receipt = WipedRequest {
            unsent: order.unsent,
        };
        transport.wiped(token, &receipt)
    });
    match told {
        Ok(_) => order.forget_token(home),
        // It was restored or revoked meanwhile, or is not known any more: nobody waits for a receipt.
        Err(error) if is_final(&error) => {
            tracing::warn!(%error, "the receipt was refused and is not sent again");
            order.forget_token(home)
        }
        Err(error) => {
            tracing::warn!(%error, "the receipt will be sent at the next start");
            Ok(())
        }
    }
}

/// Whether the same receipt would be refused again whenever it came; a later version of this program may be heard.
fn is_final(error: &TransportError) -> bool {
    let refused =
        matches!(error, TransportError::Refused(code) if *code != ErrorCode::ProtocolUnsupported);
    refused && !error.passing()
}

/// Overwrites the key before its file goes: a file that is only unlinked may be found again.
fn destroy_key(home: &Home, key_store: OsKeyStore) -> Result<(), AppError> {
    let failed = |error| AppError::home(home.key(), error);
    if let Ok(Some(file)) = KeyFile::read(home)
        && let Err(error) = file.forget(key_store)
    {
        tracing::warn!(%error, "the key store keeps its part, which opens nothing by itself");
    }
    let length = match fs::metadata(home.key()) {
        Ok(found) => found.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    let nothing = vec![0; usize::try_from(length).unwrap_or_default()];
    let mut file = home.open_private(&home.key()).map_err(failed)?;
    io::Write::write_all(&mut file, &nothing)
        .and_then(|()| file.sync_all())
        .and_then(|()| gone(&home.key()))
        .map_err(failed)
}

fn gone(file: &std::path::Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

impl Order {
    fn forget_token(&self, home: &Home) -> Result<(), AppError> {
        let done = Self {
            token: None,
            ..self.clone()
        };
        done.keep(home)
    }

    fn read(home: &Home) -> Result<Option<Self>, AppError> {
        let path = home.wipe_order();
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(AppError::home(path, error)),
        };
        serde_json::from_slice(&text)
            .map(Some)
            .map_err(|error| AppError::home(path, error.into()))
    }

    fn keep(&self, home: &Home) -> Result<(), AppError> {
        let path = home.wipe_order();
        serde_json::to_vec(self)
            .map_err(io::Error::from)
            .and_then(|text| write_whole(&path, &text))
            .map_err(|error| AppError::home(path, error))
    }
}
