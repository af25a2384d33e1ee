//! Owns where a command works: the data directory, the one district in it, and the clock.

use std::path::PathBuf;

use qilian_domain::ids::{At, DistrictId};
use qilian_domain::rows::District;

use super::answer::Failure;
use crate::clock::Clock;
use crate::storage::sqlite::{FILE, SqliteStorage};
use crate::storage::{Storage, StorageError};

/// Where a command works.
pub(super) struct Place {
    pub(super) data: PathBuf,
    pub(super) clock: Clock,
}

/// A district that was found.
pub(super) struct Here {
    pub(super) storage: SqliteStorage,
    pub(super) district: District,
    pub(super) now: At,
}

impl Here {
    /// Its id.
    pub(super) const fn id(&self) -> &DistrictId {
        &self.district.id
    }
}

impl Place {
    /// Opens the district in the directory. A directory without one is left as it is.
    pub(super) fn open(&self) -> Result<Here, Failure> {
        if !self.data.join(FILE).is_file() {
            return Err(StorageError::DistrictMissing.into());
        }
        let storage = SqliteStorage::open(&self.data)?;
        let district = storage.districts()?.into_iter().next();
        let district = district.ok_or(StorageError::DistrictMissing)?;
        let now = self.clock.now();
        Ok(Here {
            storage,
            district,
            now,
        })
    }

    /// Makes the directory and an empty database in it.
    pub(super) fn create(&self) -> Result<SqliteStorage, Failure> {
        std::fs::create_dir_all(&self.data).map_err(|e| {
            let data = self.data.display();
            Failure::new(
                "directory_unwritable",
                format!("不能建立目录 {data}：{e}。请换一个目录，或检查权限。"),
            )
        })?;
        let storage = SqliteStorage::open(&self.data)?;
        if storage.districts()?.is_empty() {
            Ok(storage)
        } else {
            Err(StorageError::DistrictExists.into())
        }
    }
}
