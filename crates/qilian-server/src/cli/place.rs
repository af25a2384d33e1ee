//! Owns where a command works: the data directory or the database, the one district in it, and the clock.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use qilian_domain::ids::{At, DistrictId};
use qilian_domain::rows::District;

use super::answer::Failure;
use crate::clock::Clock;
use crate::files::{Blobs, Folder, Objects, ObjectsAddress};
use crate::journal::Journal;
use crate::storage::postgres::{Address, PostgresStorage};
use crate::storage::sqlite::{FILE, SqliteStorage};
use crate::storage::{Storage, StorageError};

/// Where a command works.
pub(super) struct Place {
    pub(super) engine: Engine,
    /// The data directory; a district in a database may do without.
    pub(super) data: Option<PathBuf>,
    /// Where the bytes of files are, if not in the data directory.
    pub(super) objects: Option<ObjectsAddress>,
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
            Engine::Sqlite(data) => Arc::new(open_file(data)?),
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

    /// The data directory of a district that is a file there; backups are of that file.
    pub(super) fn file(&self) -> Result<&Path, Failure> {
        match &self.engine {
            Engine::Sqlite(data) => Ok(data),
            Engine::Postgres(_) => Err(Failure::new(
                "backup_by_database",
                "区在 PostgreSQL 数据库里，backup 和 restore 只用于数据目录里的 SQLite。请用数据库自己的办法备份，\
                 如 pg_dump；恢复到旧的时间点以后用 epoch new 换时间线，见 docs/operator.md。",
            )),
        }
    }

    /// The data directory: the journal is there whatever the engine.
    pub(super) fn data(&self) -> Result<&Path, Failure> {
        self.data.as_deref().ok_or_else(|| {
            Failure::new(
                "data_missing",
                "缺少 --data DIR：区在数据库里时也要写明数据目录，记录电脑登记和停用、谁离岗的 journal.jsonl 放在那里。",
            )
        })
    }

    /// The bytes of a district's files.
    pub(super) fn blobs(&self, district: &DistrictId) -> Result<Arc<dyn Blobs>, Failure> {
        Ok(match &self.objects {
            Some(address) => Arc::new(Objects::of(address, district)?),
            None => Arc::new(Folder::of(self.data()?, district)),
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

/// The journal in a data directory. With a database, nothing else may have made the directory.
pub(super) fn journal(data: &Path) -> io::Result<Journal> {
    std::fs::create_dir_all(data)?;
    Journal::open(data)
}

/// Why a journal can't be written.
pub(super) fn journal_unwritable(error: &io::Error) -> Failure {
    let message = format!("journal.jsonl 写不了：{error}。没有改动，请检查权限和剩余空间。");
    Failure::new("journal_unwritable", message)
}

/// The file of a district. A directory without one is left as it is.
pub(super) fn open_file(data: &Path) -> Result<SqliteStorage, StorageError> {
    if data.join(FILE).is_file() {
        SqliteStorage::open(data)
    } else {
        Err(StorageError::DistrictMissing)
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
