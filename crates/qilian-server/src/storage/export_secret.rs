//! Owns the secret that opens exports, for every engine: one a district, made once and kept with its rows, so that a
//! backup that comes back still opens what was sealed before. Laptops get its public half with the district's row.
//!
//! Elsewhere: sealing and opening (`qilian_sync::export`), what an export brings (`crate::exports`).

use qilian_domain::ids::{At, DistrictId};
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::District;
use qilian_sync::export::ExportSecret;

use super::StorageError;
use super::transaction::{Engine, SecretTx};
use super::write::write;

/// The part of a district's database that is about the secret of exports.
pub trait SecretStorage {
    /// The secret; `fresh` becomes it if there is none. The district's row says its public half from then on.
    ///
    /// # Errors
    /// What goes wrong in the database; then nothing was kept.
    fn export_secret(
        &self,
        district: &DistrictId,
        fresh: ExportSecret,
        at: At,
    ) -> Result<ExportSecret, StorageError>;
}

impl<S: Engine> SecretStorage for S {
    fn export_secret(
        &self,
        district: &DistrictId,
        fresh: ExportSecret,
        at: At,
    ) -> Result<ExportSecret, StorageError> {
        self.in_turn(district, |tx| export_secret(tx, fresh, at))
    }
}

fn export_secret(
    tx: &impl SecretTx,
    fresh: ExportSecret,
    at: At,
) -> Result<ExportSecret, StorageError> {
    let secret = match tx.secret()? {
        Some(secret) => secret,
        None => {
            tx.put_secret(&fresh)?;
            fresh
        }
    };
    let key = secret
        .key()
        .map_err(|e| StorageError::Corrupt(e.to_string()))?;
    let said: Vec<Row> = (tx.all(Kind::District)?.into_iter())
        .filter_map(|row| District::try_from(row).ok())
        .map(|district| {
            let export_key = Some(key);
            Row::from(District {
                export_key,
                ..district
            })
        })
        .collect();
    write(tx, &said, at)?;
    Ok(secret)
}
