//! Owns the table `export_secret`.

use qilian_sync::export::ExportSecret;
use rusqlite::{OptionalExtension as _, named_params};

use super::fault::fault;
use super::{StorageError, Tx};
use crate::storage::transaction::SecretTx;

impl SecretTx for Tx<'_> {
    fn secret(&self) -> Result<Option<ExportSecret>, StorageError> {
        let found: Option<[u8; 32]> = self
            .tx
            .query_row(
                "SELECT secret FROM export_secret WHERE district_id = :district",
                named_params! { ":district": self.district.as_str() },
                |row| row.get("secret"),
            )
            .optional()
            .map_err(fault)?;
        Ok(found.map(ExportSecret))
    }

    fn put_secret(&self, secret: &ExportSecret) -> Result<(), StorageError> {
        self.tx
            .execute(
                "INSERT INTO export_secret (district_id, secret) VALUES (:district, :secret)",
                named_params! { ":district": self.district.as_str(), ":secret": secret.0 },
            )
            .map_err(fault)?;
        Ok(())
    }
}
