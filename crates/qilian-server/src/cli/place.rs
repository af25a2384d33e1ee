//! Owns where a command works: the data directory or the database, the one district in it, and the clock.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use qilian_domain::ids::{At, DistrictId};
use qilian_domain::rows::District;

use super::answer::Failure;
use crate::clock::Clock;
use crate::storage::postgres::{Address, PostgresStorage};
use crate::storage::sqlite::{FILE, SqliteStorage};
use crate::storage::{Storage, StorageError};

/// Where a command works.
pub(super) struct Place {
    pub(super) engine: Engine,
    pub(super) clock: Clock,
}

/// What keeps the district's rows.
pub(super) enum Engine {
    /// A file in the data directory.
    Sqlite(PathBuf),
    /// A database.
    Postgres(Address),
}

/// A district that was found.
pub(super) struct Here {
    pub(super) storage: Arc<dyn Storage>,
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
    /// Opens the district. A directory or a database without one is left as it is.
    pub(super) fn open(&self) -> Result<Here, Failure> {
        let storage: Arc<dyn Storage> = match &self.engine {
            Engine::Sqlite(data) if data.join(FILE).is_file() => {
                Arc::new(SqliteStorage::open(data)?)
            }
            Engine::Sqlite(_) => return Err(StorageError::DistrictMissing.into()),
            Engine::Postgres(address) => Arc::new(PostgresStorage::open_begun(address)?),
        };
        let district = storage.districts()?.into_iter().next();
        let district = district.ok_or(StorageError::DistrictMissing)?;
        let now = self.clock.now();
        Ok(Here {
            storage,
            district,
            now,
        })
    }

    /// Makes what is to hold a district; refuses where there is one.
    pub(super) fn create(&self) -> Result<Box<dyn Storage>, Failure> {
        let storage: Box<dyn Storage> = match &self.engine {
            Engine::Sqlite(data) => {
                make_directory(data)?;
                Box::new(SqliteStorage::open(data)?)
            }
            Engine::Postgres(address) => Box::new(PostgresStorage::open(address)?),
        };
        if storage.districts()?.is_empty() {
            Ok(storage)
        } else {
            Err(StorageError::DistrictExists.into())
        }
    }
}

fn make_directory(data: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(data).map_err(|e| {
        let data = data.display();
        Failure::new(
            "directory_unwritable",
            format!("不能建立目录 {data}：{e}。请换一个目录，或检查权限。"),
        )
    })
}
