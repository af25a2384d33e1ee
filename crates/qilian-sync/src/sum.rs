//! Owns what both sides compare: the sum of a bucket's rows, and the mark of a history.
//!
//! Elsewhere: when they are compared (`client`), what is fetched again (the server's `storage::pull`).

use std::fmt;
use std::str::FromStr;

use qilian_domain::ids::{At, Seq};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What a bucket holds: how many rows, and the sum of their hashes modulo 2^64, in any order. A row's hash
/// is the first eight bytes, little-endian, of SHA-256(kind ‖ 0 ‖ id ‖ 0 ‖ version as eight bytes,
/// little-endian): its body changes only with its version.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketSum {
    /// Rows.
    pub count: u64,
    /// Of their hashes.
    pub sum: Eight,
}

impl BucketSum {
    /// With one more row.
    pub fn add(&mut self, kind: &str, id: &str, ver: Seq) {
        let mut hash = Sha256::new();
        hash.update(kind.as_bytes());
        hash.update([0]);
        hash.update(id.as_bytes());
        hash.update([0]);
        hash.update(ver.0.to_le_bytes());
        self.count += 1;
        self.sum = Eight(self.sum.0.wrapping_add(Eight::of(hash).0));
    }
}

/// The history of a feed up to a number: equal marks at one number mean the same changes up to it.
pub type Mark = Eight;

/// The mark after a transaction that changed these rows, from the one before it.
pub fn mark_after<'a>(
    before: Mark,
    head: Seq,
    at: At,
    changed: impl Iterator<Item = (&'a str, &'a str)>,
) -> Mark {
    let mut hash = Sha256::new();
    hash.update(before.0.to_le_bytes());
    hash.update(head.0.to_le_bytes());
    hash.update(at.unix_ms().to_le_bytes());
    for (kind, id) in changed {
        hash.update(kind.as_bytes());
        hash.update([0]);
        hash.update(id.as_bytes());
        hash.update([0]);
    }
    Eight::of(hash)
}

/// Eight bytes of a hash; 16 hexadecimal digits on the wire, for JSON's numbers end at 2^53.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Eight(pub u64);

/// Text that is not 16 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not 16 hexadecimal digits")]
pub struct NotEight;

impl Eight {
    fn of(hash: Sha256) -> Self {
        let first = hash.finalize().into_iter().take(8);
        Self(
            first
                .enumerate()
                .fold(0, |sum, (place, byte)| sum | u64::from(byte) << (8 * place)),
        )
    }
}

impl Eight {
    /// The same bits, as databases keep them.
    pub const fn signed(self) -> i64 {
        self.0.cast_signed()
    }

    /// As it was kept.
    pub const fn from_signed(kept: i64) -> Self {
        Self(kept.cast_unsigned())
    }
}

impl fmt::Display for Eight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for Eight {
    type Err = NotEight;

    fn from_str(text: &str) -> Result<Self, NotEight> {
        if text.len() != 16 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(NotEight);
        }
        u64::from_str_radix(text, 16)
            .map(Self)
            .map_err(|_| NotEight)
    }
}

impl TryFrom<String> for Eight {
    type Error = NotEight;

    fn try_from(text: String) -> Result<Self, NotEight> {
        text.parse()
    }
}

impl From<Eight> for String {
    fn from(eight: Eight) -> Self {
        eight.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(rows: &[(&str, &str, u64)]) -> BucketSum {
        let mut sum = BucketSum::default();
        for (kind, id, ver) in rows {
            sum.add(kind, id, Seq(*ver));
        }
        sum
    }

    #[test]
    fn the_order_of_rows_does_not_matter_but_each_of_them_does() {
        let rows = [("visit", "a", 1), ("visit", "b", 2), ("fact", "a", 3)];
        let mut turned = rows;
        turned.reverse();
        assert_eq!(sum(&rows), sum(&turned));
        for other in [("visit", "b", 3), ("fact", "b", 2), ("visit", "b2", 2)] {
            let mut changed = rows;
            changed[1] = other;
            assert_ne!(sum(&rows), sum(&changed), "{other:?}");
        }
    }

    #[test]
    fn a_sum_is_written_the_same_for_ever() {
        let text = serde_json::to_string(&sum(&[("visit", "a", 1)])).unwrap();
        assert_eq!(text, r#"{"count":1,"sum":"d94089554bb57022"}"#);
    }

    #[test]
    fn sixteen_digits_and_nothing_else_are_eight_bytes() {
        assert_eq!("00000000000000ff".parse(), Ok(Eight(255)));
        for bad in [
            "",
            "ff",
            "00000000000000fg",
            "+00000000000000f",
            "00000000000000ff0",
        ] {
            assert_eq!(bad.parse::<Eight>(), Err(NotEight), "{bad}");
        }
    }
}
