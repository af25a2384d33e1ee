//! Owns buckets: the units of scope in which rows travel to laptops (`sync.md` A.6).
//!
//! Elsewhere: who holds which bucket when (grants, in the server's storage).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::UserId;
use crate::uscc::Uscc;

/// A set of rows that a user either holds whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Bucket {
    /// What everybody in the district may see: units, names, rules, calendars, policies.
    Public,
    /// What is one user's own and stays so: tallies, submissions, outcomes.
    Me(UserId),
    /// The file of one enterprise.
    Enterprise(Uscc),
}

/// Text that names no bucket.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a bucket: {0:?}")]
pub struct NotABucket(String);

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public => f.write_str("pub"),
            Self::Me(user) => write!(f, "me:{user}"),
            Self::Enterprise(uscc) => write!(f, "ent:{uscc}"),
        }
    }
}

impl From<Bucket> for String {
    fn from(bucket: Bucket) -> Self {
        bucket.to_string()
    }
}

impl TryFrom<String> for Bucket {
    type Error = NotABucket;

    fn try_from(text: String) -> Result<Self, NotABucket> {
        match text.split_once(':') {
            None if text == "pub" => Ok(Self::Public),
            Some(("me", user)) => Ok(Self::Me(UserId::new(user))),
            Some(("ent", uscc)) => uscc
                .parse()
                .map(Self::Enterprise)
                .map_err(|_| NotABucket(text.clone())),
            _ => Err(NotABucket(text)),
        }
    }
}
