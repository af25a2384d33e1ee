//! Owns the key that the file is encrypted under: 32 random bytes, made by the caller.
//!
//! Elsewhere: making it, and wrapping it for the key store or a passphrase (`qilian-app`).

use std::fmt::{self, Write};

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The store's key. It is random already, so SQLCipher takes it as it is and derives nothing.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct DataKey([u8; 32]);

impl DataKey {
    /// Takes 32 bytes from a cryptographic source.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for wrapping.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn pragma(&self) -> Zeroizing<String> {
        let mut sql = Zeroizing::new(String::with_capacity(96));
        sql.push_str("PRAGMA key = \"x'");
        for byte in &self.0 {
            // Writing to a string can't fail.
            let _ = write!(sql, "{byte:02x}");
        }
        sql.push_str("'\";");
        sql
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(…)")
    }
}
