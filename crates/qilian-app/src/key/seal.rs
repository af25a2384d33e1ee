//! Owns sealing 32 bytes under 32 others, so that a changed file is noticed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{KeyError, Secret, fill_random};

const NONCE_BYTES: usize = 24;

/// A sealed secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sealed {
    nonce: Base64,
    secret: Base64,
}

/// Bytes, written as base64.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct Base64(pub(super) Vec<u8>);

impl From<Base64> for String {
    fn from(bytes: Base64) -> Self {
        BASE64.encode(bytes.0)
    }
}

impl TryFrom<String> for Base64 {
    type Error = base64::DecodeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        BASE64.decode(text).map(Self)
    }
}

/// Seals `secret` under `key`. `what` is bound to it: a secret sealed for one purpose does not open
/// as another.
pub(super) fn seal(secret: &Secret, key: &Secret, what: &str) -> Result<Sealed, KeyError> {
    let mut nonce = [0; NONCE_BYTES];
    fill_random(&mut nonce)?;
    let message = Payload {
        msg: secret.as_slice(),
        aad: what.as_bytes(),
    };
    let sealed = XChaCha20Poly1305::new(&Key::from(**key))
        .encrypt(&XNonce::from(nonce), message)
        .map_err(|_| KeyError::Damaged("the key can't be sealed".to_owned()))?;
    Ok(Sealed {
        nonce: Base64(nonce.to_vec()),
        secret: Base64(sealed),
    })
}

/// Opens what was sealed; `None` if `key` is not the one, or the text was changed.
pub(super) fn open(sealed: &Sealed, key: &Secret, what: &str) -> Option<Secret> {
    let nonce: [u8; NONCE_BYTES] = sealed.nonce.0.as_slice().try_into().ok()?;
    let message = Payload {
        msg: &sealed.secret.0,
        aad: what.as_bytes(),
    };
    let opened = XChaCha20Poly1305::new(&Key::from(**key))
        .decrypt(&XNonce::from(nonce), message)
        .map(Zeroizing::new)
        .ok()?;
    <[u8; 32]>::try_from(opened.as_slice())
        .ok()
        .map(Zeroizing::new)
}
