//! Owns the table `file_hold`, and with it what SQLite offers to whoever puts or removes bytes.
//!
//! Elsewhere: what a hold means (`storage::files`), bytes (`crate::files`).

use qilian_domain::ids::At;
use qilian_domain::media::ContentHash;
use rusqlite::{OptionalExtension as _, named_params};

use super::fault::fault;
use super::{StorageError, Tx};
use crate::storage::files::Hold;
use crate::storage::stored::{hold_name, hold_of};
use crate::storage::transaction::FileTx;

impl FileTx for Tx<'_> {
    fn hold(&self, sha256: ContentHash) -> Result<Option<(Hold, At)>, StorageError> {
        let found: Option<(String, i64)> = self
            .tx
            .query_row(
                "SELECT purpose, at FROM file_hold
                 WHERE district_id = :district AND sha256 = :sha256",
                named_params! {
                    ":district": self.district.as_str(), ":sha256": sha256.to_string()
                },
                |row| Ok((row.get("purpose")?, row.get("at")?)),
            )
            .optional()
            .map_err(fault)?;
        found
            .map(|(purpose, at)| hold_of(sha256, &purpose, at))
            .transpose()
    }

    fn put_hold(&self, sha256: ContentHash, hold: Hold, at: At) -> Result<(), StorageError> {
        self.tx
            .execute(
                "INSERT INTO file_hold (district_id, sha256, purpose, at)
                 VALUES (:district, :sha256, :purpose, :at)
                 ON CONFLICT (district_id, sha256) DO UPDATE SET purpose = :purpose, at = :at",
                named_params! {
                    ":district": self.district.as_str(),
                    ":sha256": sha256.to_string(),
                    ":purpose": hold_name(hold),
                    ":at": at.unix_ms(),
                },
            )
            .map_err(fault)?;
        Ok(())
    }

    fn drop_hold(&self, sha256: ContentHash) -> Result<(), StorageError> {
        self.tx
            .execute(
                "DELETE FROM file_hold WHERE district_id = :district AND sha256 = :sha256",
                named_params! {
                    ":district": self.district.as_str(), ":sha256": sha256.to_string()
                },
            )
            .map_err(fault)?;
        Ok(())
    }
}
