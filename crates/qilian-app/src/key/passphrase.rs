//! Owns the passphrase and the key that Argon2id makes of it. Its cost stands in the key file, so that
//! it can be raised later without shutting anybody out.

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::seal::Base64;
use super::{KeyError, Secret, fill_random};

/// A passphrase, wiped when dropped and never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Passphrase(String);

impl Passphrase {
    /// Takes what was typed or read from a file; a line end at its end does not belong to it.
    ///
    /// # Errors
    /// [`KeyError::PassphraseEmpty`].
    pub fn new(text: impl Into<String>) -> Result<Self, KeyError> {
        let mut text = text.into();
        while text.ends_with(['\n', '\r']) {
            text.pop();
        }
        if text.is_empty() {
            return Err(KeyError::PassphraseEmpty);
        }
        Ok(Self(text))
    }
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// What a key is made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stretch {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: Base64,
}

/// RFC 9106's second recommendation: 64 MiB, 3 passes, 4 lanes.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 4;
/// A file that asks for more was not written by us: it would only hang or kill the program.
const MOST_MEMORY_KIB: u32 = 1024 * 1024;
const MOST_PASSES: u32 = 64;

impl Stretch {
    /// Today's cost and a new salt.
    pub(super) fn new() -> Result<Self, KeyError> {
        let mut salt = vec![0; 16];
        fill_random(&mut salt)?;
        Ok(Self {
            memory_kib: MEMORY_KIB,
            passes: PASSES,
            lanes: LANES,
            salt: Base64(salt),
        })
    }

    /// The key of a passphrase.
    pub(super) fn key(&self, passphrase: &Passphrase) -> Result<Secret, KeyError> {
        if self.memory_kib > MOST_MEMORY_KIB || self.passes > MOST_PASSES {
            return Err(KeyError::Damaged("the passphrase's cost".to_owned()));
        }
        let damaged = |e: argon2::Error| KeyError::Damaged(e.to_string());
        let mut key = Zeroizing::new([0; 32]);
        let params =
            Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).map_err(damaged)?;
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.0.as_bytes(), &self.salt.0, &mut *key)
            .map_err(damaged)?;
        Ok(key)
    }
}
