//! Owns the table `export_secret`.

use qilian_sync::export::ExportSecret;

use super::session::{Tx, get};
use crate::storage::StorageError;
use crate::storage::stored::bad_row;
use crate::storage::transaction::SecretTx;

impl SecretTx for Tx<'_> {
    fn secret(&self) -> Result<Option<ExportSecret>, StorageError> {
        let sql = "SELECT secret FROM export_secret WHERE district_id = $1";
        let Some(row) = self.one(sql, &[])? else {
            return Ok(None);
        };
        let secret: Vec<u8> = get(&row, "secret")?;
        let secret = secret.as_slice().try_into();
        secret
            .map(|secret| Some(ExportSecret(secret)))
            .map_err(|e| bad_row("export_secret", "secret", e))
    }

    fn put_secret(&self, secret: &ExportSecret) -> Result<(), StorageError> {
        let sql = "INSERT INTO export_secret (district_id, secret) VALUES ($1, $2)";
        self.execute(sql, &[&secret.0.as_slice()]).map(drop)
    }
}
