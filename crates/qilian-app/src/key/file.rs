//! Owns `key.json`: the store's key, sealed once for each way to open it.

use std::fs;
use std::io;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::passphrase::Stretch;
use super::seal::{self, Sealed};
use super::{KeyError, OsKeyStore, Passphrase, Secret, new_secret};
use crate::home::{Home, write_whole};

const VERSION: u32 = 1;

/// What opens a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// The operating system's key store.
    KeyStore,
    /// A passphrase.
    Passphrase,
}

/// The store's key as it lies on the disk. At least one of the two ways is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyFile {
    version: u32,
    /// Under which the operating system keeps its part.
    id: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key_store: Option<Sealed>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    passphrase: Option<ByPassphrase>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ByPassphrase {
    stretch: Stretch,
    sealed: Sealed,
}

impl KeyFile {
    /// Makes a new key. A passphrase, where one is given, is what opens it; otherwise the key store.
    /// Nothing is written yet.
    ///
    /// # Errors
    /// [`KeyError::KeyStoreMissing`] where there is neither.
    pub(crate) fn create(
        id: Uuid,
        passphrase: Option<&Passphrase>,
        key_store: OsKeyStore,
    ) -> Result<(Self, Secret), KeyError> {
        let key = new_secret()?;
        let mut file = Self {
            version: VERSION,
            id,
            key_store: None,
            passphrase: None,
        };
        match passphrase {
            Some(passphrase) => file.seal_by_passphrase(&key, passphrase)?,
            None => {
                let wrapping = new_secret()?;
                key_store.keep(id, &wrapping)?;
                file.key_store = Some(seal::seal(&key, &wrapping, &file.purpose("key_store"))?);
            }
        }
        Ok((file, key))
    }

    /// Reads a laptop's key file; `None` if there is none.
    ///
    /// # Errors
    /// [`KeyError::Damaged`], [`KeyError::Newer`], or if the file can't be read.
    pub fn read(home: &Home) -> Result<Option<Self>, KeyError> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        let damaged = |e: serde_json::Error| KeyError::Damaged(e.to_string());
        let text = match fs::read(home.key()) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let Versioned { version } = serde_json::from_slice(&text).map_err(damaged)?;
        if version > VERSION {
            return Err(KeyError::Newer(version));
        }
        let file: Self = serde_json::from_slice(&text).map_err(damaged)?;
        if file.key_store.is_none() && file.passphrase.is_none() {
            return Err(KeyError::Damaged("nothing opens it".to_owned()));
        }
        Ok(Some(file))
    }

    /// Writes it, whole or not at all.
    ///
    /// # Errors
    /// If it can't be written.
    pub(crate) fn write(&self, home: &Home) -> Result<(), KeyError> {
        let text = serde_json::to_vec_pretty(self).map_err(io::Error::from)?;
        Ok(write_whole(&home.key(), &text)?)
    }

    /// Lets the operating system forget its part, after an enrolment that came to nothing.
    pub(crate) fn forget(&self, key_store: OsKeyStore) -> Result<(), KeyError> {
        match self.key_store {
            Some(_) => key_store.forget(self.id),
            None => Ok(()),
        }
    }

    /// What opens it without asking, or what has to be asked for.
    pub const fn kind(&self) -> KeyKind {
        match self.key_store {
            Some(_) => KeyKind::KeyStore,
            None => KeyKind::Passphrase,
        }
    }

    /// Opens the key. A passphrase that is given must fit, if the key is sealed by one.
    ///
    /// # Errors
    /// [`KeyError::PassphraseWrong`], [`KeyError::PassphraseNeeded`]; or what the key store came to,
    /// if only that could have opened it.
    pub(crate) fn open(
        &self,
        passphrase: Option<&Passphrase>,
        key_store: OsKeyStore,
    ) -> Result<Secret, KeyError> {
        if let (Some(by), Some(passphrase)) = (&self.passphrase, passphrase) {
            let key = by.stretch.key(passphrase)?;
            return seal::open(&by.sealed, &key, &self.purpose("passphrase"))
                .ok_or(KeyError::PassphraseWrong);
        }
        let Some(sealed) = &self.key_store else {
            return Err(KeyError::PassphraseNeeded);
        };
        match (key_store.read(self.id), &self.passphrase) {
            (Ok(wrapping), _) => seal::open(sealed, &wrapping, &self.purpose("key_store"))
                .ok_or_else(|| KeyError::Damaged("the key store's part".to_owned())),
            (Err(_), Some(_)) => Err(KeyError::PassphraseNeeded),
            (Err(error), None) => Err(error),
        }
    }

    /// Sets or changes the passphrase of a key that `open` gave. What the key store keeps stays.
    pub(crate) fn seal_by_passphrase(
        &mut self,
        key: &Secret,
        passphrase: &Passphrase,
    ) -> Result<(), KeyError> {
        let stretch = Stretch::new()?;
        let wrapping = stretch.key(passphrase)?;
        let sealed = seal::seal(key, &wrapping, &self.purpose("passphrase"))?;
        self.passphrase = Some(ByPassphrase { stretch, sealed });
        Ok(())
    }

    /// Bound into the seal, so that parts of two files can't be mixed.
    fn purpose(&self, way: &str) -> String {
        format!("qilian key {VERSION} {} {way}", self.id)
    }
}

/// Changes the passphrase of an enrolled laptop, or gives one to a laptop that only the key store opens.
///
/// # Errors
/// [`KeyError::PassphraseWrong`] for a wrong old one; then everything stays as it was.
pub(crate) fn change_passphrase(
    home: &Home,
    old: Option<&Passphrase>,
    new: &Passphrase,
    key_store: OsKeyStore,
) -> Result<bool, KeyError> {
    let Some(mut file) = KeyFile::read(home)? else {
        return Ok(false);
    };
    let key = file.open(old, key_store)?;
    file.seal_by_passphrase(&key, new)?;
    file.write(home)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrase(text: &str) -> Passphrase {
        Passphrase::new(text).unwrap()
    }

    fn made(passphrase: &str) -> (tempfile::TempDir, Home, Secret) {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::new(folder.path()).unwrap();
        let (file, key) = KeyFile::create(
            Uuid::from_u128(1),
            Some(&phrase(passphrase)),
            OsKeyStore::Off,
        )
        .unwrap();
        file.write(&home).unwrap();
        (folder, home, key)
    }

    fn opened(home: &Home, passphrase: Option<&str>) -> Result<Secret, KeyError> {
        let passphrase = passphrase.map(phrase);
        KeyFile::read(home)?
            .unwrap()
            .open(passphrase.as_ref(), OsKeyStore::Off)
    }

    #[test]
    fn the_passphrase_opens_the_key_and_no_other_does() {
        let (_folder, home, key) = made("春江水暖");
        assert_eq!(opened(&home, Some("春江水暖\n")).unwrap(), key);
        assert!(matches!(
            opened(&home, Some("春江水冷")),
            Err(KeyError::PassphraseWrong)
        ));
        assert!(matches!(
            opened(&home, None),
            Err(KeyError::PassphraseNeeded)
        ));
    }

    #[test]
    fn the_key_does_not_lie_on_the_disk_in_the_clear() {
        let (_folder, home, key) = made("a");
        let text = fs::read_to_string(home.key()).unwrap();
        let plain = String::from(seal::Base64(key.to_vec()));
        assert!(!text.contains(&plain));
        assert!(!text.contains("\"a\""));
    }

    #[test]
    fn a_changed_passphrase_opens_the_same_key() {
        let (_folder, home, key) = made("old");
        change_passphrase(&home, Some(&phrase("old")), &phrase("new"), OsKeyStore::Off).unwrap();
        assert_eq!(opened(&home, Some("new")).unwrap(), key);
        assert!(matches!(
            opened(&home, Some("old")),
            Err(KeyError::PassphraseWrong)
        ));
    }

    #[test]
    fn without_passphrase_and_key_store_no_key_is_made() {
        let made = KeyFile::create(Uuid::from_u128(1), None, OsKeyStore::Off);
        assert!(matches!(made, Err(KeyError::KeyStoreMissing(_))));
    }

    #[test]
    fn a_damaged_file_and_a_newer_one_are_told_apart() {
        let (_folder, home, _key) = made("a");
        fs::write(home.key(), "{\"version\":1").unwrap();
        assert!(matches!(KeyFile::read(&home), Err(KeyError::Damaged(_))));
        fs::write(home.key(), "{\"version\":2,\"id\":0}").unwrap();
        assert!(matches!(KeyFile::read(&home), Err(KeyError::Newer(2))));
    }
}
