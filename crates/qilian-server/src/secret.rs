//! Owns secrets and fresh ids: a device's token, a one-time code as people type it, their hashes, a
//! district's id.
//! Randomness is a parameter.
//!
//! Elsewhere: keeping the hashes (`storage`), limiting guesses (`routes`).

use qilian_domain::ids::{At, DistrictId};
use rand::Rng;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::storage::SecretHash;

/// Crockford's base 32: no I, L, O, U, which people mistake.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 40 bits: with 15 minutes and few guesses, nobody finds one.
const CODE_LENGTH: usize = 8;
/// 40 bits: two of a thousand districts are the same once in two million times, and a database refuses that.
const DISTRICT_LENGTH: usize = 8;

/// The hash under which a secret is kept.
pub fn hash(secret: &str) -> SecretHash {
    SecretHash(Sha256::digest(secret.as_bytes()).into())
}

/// A token of 256 random bits, in hexadecimal.
pub fn token(random: &mut (impl Rng + ?Sized)) -> String {
    let bytes = key(random);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// 256 random bits.
pub fn key(random: &mut (impl Rng + ?Sized)) -> [u8; 32] {
    let mut bytes = [0; 32];
    random.fill_bytes(&mut bytes);
    bytes
}

/// A one-time code in two groups, such as `7K3M-Q0XT`.
pub fn code(random: &mut (impl Rng + ?Sized)) -> String {
    let mut code = symbols(random, CODE_LENGTH);
    code.insert(CODE_LENGTH / 2, '-');
    code
}

/// A district's id, such as `M4QX07ZD`. It leads every key of every table, so it is short.
pub fn district_id(random: &mut (impl Rng + ?Sized)) -> DistrictId {
    DistrictId::new(symbols(random, DISTRICT_LENGTH))
}

/// Random symbols, each of 5 bits.
fn symbols(random: &mut (impl Rng + ?Sized), length: usize) -> String {
    let mut bytes = vec![0_u8; length];
    random.fill_bytes(&mut bytes);
    // 256 is a multiple of 32: every symbol is as likely as another.
    let symbol = |byte: u8| SYMBOLS.get(usize::from(byte % 32)).copied().unwrap_or(b'0');
    bytes
        .into_iter()
        .map(|byte| char::from(symbol(byte)))
        .collect()
}

/// A code as it is hashed: of what was typed, the symbols alone, with look-alikes read as what they mean.
pub fn normal_code(typed: &str) -> String {
    typed
        .chars()
        .map(|c| match c {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            _ => c,
        })
        .filter(char::is_ascii_alphanumeric)
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

/// A fresh id, version 7: ids made later sort later.
pub fn fresh_id(random: &mut (impl Rng + ?Sized), at: At) -> Uuid {
    let mut bytes = [0_u8; 10];
    random.fill_bytes(&mut bytes);
    let ms = u64::try_from(at.unix_ms()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(ms, &bytes).into_uuid()
}
