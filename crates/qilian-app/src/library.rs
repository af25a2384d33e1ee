//! Owns the policy libraries that this laptop has: loaded once each, kept while the program runs.
//!
//! Versions are kept in the store, so that a form keeps the one it was opened with. Elsewhere: the
//! format (`qilian-policy`), importing (the server).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use qilian_domain::ids::{At, LibraryVersion};
use qilian_domain::row::Kind;
use qilian_domain::rows::PolicyLibrary;
use qilian_policy::Library;
use qilian_store::Contents;

use crate::error::AppError;
use crate::laptop::Laptop;

/// One version, ready for use.
#[derive(Debug)]
pub struct Shelved {
    /// Its version in the district.
    pub version: LibraryVersion,
    /// When the district imported it.
    pub imported: At,
    /// The policies.
    pub library: Library,
}

/// The versions that were loaded.
#[derive(Debug, Default)]
pub(crate) struct Shelf(Mutex<BTreeMap<LibraryVersion, Arc<Shelved>>>);

impl Laptop {
    /// The library of that version, or the one in force.
    ///
    /// # Errors
    /// `library_missing` if the district has imported none, or not that one; `library_unreadable` if
    /// this version of the program can't read it.
    pub fn library(&self, wanted: Option<LibraryVersion>) -> Result<Arc<Shelved>, AppError> {
        let version = match wanted {
            Some(version) => version,
            None => {
                let newest = newest_library(&self.reader())?;
                newest.ok_or(AppError::LibraryMissing)?
            }
        };
        let mut shelf = self.shelf.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(shelved) = shelf.get(&version) {
            return Ok(Arc::clone(shelved));
        }
        let row: PolicyLibrary = self
            .reader()
            .get(version)?
            .ok_or(AppError::LibraryMissing)?;
        let files: Vec<_> = row.files.iter().map(|f| (&f.name, &f.text)).collect();
        let (library, _warnings) =
            Library::load(&files).map_err(|faults| AppError::RowUnusable {
                what: format!("policy_library {version}"),
                why: faults
                    .iter()
                    .map(|fault| fault.message.clone())
                    .collect::<Vec<_>>()
                    .join("; "),
            })?;
        let shelved = Arc::new(Shelved {
            version,
            imported: row.imported,
            library,
        });
        shelf.insert(version, Arc::clone(&shelved));
        Ok(shelved)
    }

    /// The library in force; `None` if the district has imported none.
    ///
    /// # Errors
    /// As [`Laptop::library`], but for `library_missing`.
    pub fn library_if_any(&self) -> Result<Option<Arc<Shelved>>, AppError> {
        // The reader is free again before the library is read.
        let newest = newest_library(&self.reader())?;
        newest
            .map(|version| self.library(Some(version)))
            .transpose()
    }
}

/// The greatest version in the store.
pub(crate) fn newest_library(contents: &Contents) -> Result<Option<LibraryVersion>, AppError> {
    let ids = contents.ids(Kind::PolicyLibrary)?;
    Ok(ids
        .iter()
        .filter_map(|id| id.parse().ok())
        .map(LibraryVersion)
        .max())
}

impl From<qilian_policy::FactError> for AppError {
    fn from(error: qilian_policy::FactError) -> Self {
        match error {
            qilian_policy::FactError::FieldUnknown { field } => Self::FieldUnknown(field),
            qilian_policy::FactError::FactsNotMap => Self::ArgumentInvalid {
                field: "facts".to_owned(),
                why: "not an object".to_owned(),
            },
            qilian_policy::FactError::ValueWrongType {
                field, expected, ..
            } => Self::ArgumentInvalid {
                field,
                why: expected,
            },
        }
    }
}
