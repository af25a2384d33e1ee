//! Owns the table `file_hold`, and with it what PostgreSQL offers to whoever puts or removes bytes.
//!
//! Elsewhere: what a hold means (`storage::files`), bytes (`crate::files`).

use qilian_domain::ids::At;
use qilian_domain::media::ContentHash;

use super::StorageError;
use super::session::{Tx, get};
use crate::storage::files::Hold;
use crate::storage::stored::{hold_name, hold_of};
use crate::storage::transaction::FileTx;

impl FileTx for Tx<'_> {
    fn hold(&self, sha256: ContentHash) -> Result<Option<(Hold, At)>, StorageError> {
        let sql = "SELECT purpose, at FROM file_hold WHERE district_id = $1 AND sha256 = $2";
        let found = self.one(sql, &[&sha256.to_string()])?;
        found
            .map(|row| hold_of(sha256, get(&row, "purpose")?, get(&row, "at")?))
            .transpose()
    }

    fn put_hold(&self, sha256: ContentHash, hold: Hold, at: At) -> Result<(), StorageError> {
        let sql = "INSERT INTO file_hold (district_id, sha256, purpose, at) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (district_id, sha256)
                   DO UPDATE SET purpose = excluded.purpose, at = excluded.at";
        let (sha256, at) = (sha256.to_string(), at.unix_ms());
        self.execute(sql, &[&sha256, &hold_name(hold), &at])
            .map(drop)
    }

    fn drop_hold(&self, sha256: ContentHash) -> Result<(), StorageError> {
        let sql = "DELETE FROM file_hold WHERE district_id = $1 AND sha256 = $2";
        self.execute(sql, &[&sha256.to_string()]).map(drop)
    }
}
