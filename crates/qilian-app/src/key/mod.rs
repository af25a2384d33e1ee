//! Owns the store's key: 32 random bytes, never written down in the clear.
//!
//! They lie in `key.json`, sealed (XChaCha20-Poly1305) under a key that the operating system keeps, or
//! under one that Argon2id makes from a passphrase, or both (`sync.md` A.0 15). Where neither is to be
//! had, no key is made at all. Elsewhere: what it encrypts (`qilian-store`).

mod file;
mod os_store;
mod passphrase;
mod seal;

pub(crate) use file::change_passphrase;
pub use file::{KeyFile, KeyKind};
pub use os_store::{KEYRING_VARIABLE, OsKeyStore};
pub use passphrase::Passphrase;

use zeroize::Zeroizing;

/// Why a key can't be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// There is neither a passphrase nor a key store of the operating system that answers.
    #[error("no key store: {0}")]
    KeyStoreMissing(String),
    /// The key store answers, but does not hold this laptop's secret: the files were copied here.
    #[error("the key store does not hold this laptop's secret")]
    KeyStoreEmpty,
    /// The passphrase does not open the key.
    #[error("wrong passphrase")]
    PassphraseWrong,
    /// The key is sealed by a passphrase, and none was given.
    #[error("a passphrase is needed")]
    PassphraseNeeded,
    /// An empty passphrase protects nothing.
    #[error("the passphrase is empty")]
    PassphraseEmpty,
    /// The key file is damaged.
    #[error("the key file can't be read: {0}")]
    Damaged(String),
    /// The key file was written by a newer version.
    #[error("the key file is of version {0}")]
    Newer(u32),
    /// Files.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// 32 secret bytes, wiped when dropped.
pub(crate) type Secret = Zeroizing<[u8; 32]>;

pub(crate) fn new_secret() -> Result<Secret, KeyError> {
    let mut secret = Zeroizing::new([0; 32]);
    fill_random(&mut *secret)?;
    Ok(secret)
}

fn fill_random(bytes: &mut [u8]) -> Result<(), KeyError> {
    use rand::TryRng;
    rand::rngs::SysRng
        .try_fill_bytes(bytes)
        .map_err(|e| KeyError::Io(std::io::Error::other(e)))
}
