//! Owns the journal: a file beside the database that names what a backup, brought back, would not know and
//! what must not be forgotten with it: laptops that were enrolled since, and those that were stopped
//! (`sync.md` A.0 8). Append only.
//!
//! Elsewhere: bringing a backup back (`restore`).

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use qilian_domain::ids::{At, DeviceId, DistrictId};
use qilian_domain::rows::StoredFile;
use qilian_sync::wire::DeviceState;
use serde::{Deserialize, Serialize};

use crate::storage::Enlisted;

/// The file's name in the data directory.
const FILE: &str = "journal.jsonl";

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Entry {
    /// A laptop began: enrolled, or a copy of one.
    Device {
        /// In which district.
        district: DistrictId,
        /// The laptop.
        device: Enlisted,
    },
    /// An administrator said whether a laptop may sync.
    State {
        /// In which district.
        district: DistrictId,
        /// The laptop.
        device: DeviceId,
        /// Whether it may.
        state: DeviceState,
    },
    /// The bytes of a file are stored, or about to be: whether they are is for whoever reads this to see.
    Stored {
        /// In which district.
        district: DistrictId,
        /// The file.
        file: StoredFile,
    },
    /// A backup was brought back.
    Restored {
        /// Of which district.
        district: DistrictId,
        /// When.
        at: At,
    },
}

/// The file, open for appending.
#[derive(Debug)]
pub struct Journal {
    file: Mutex<File>,
}

impl Journal {
    /// Opens the journal in a data directory, making it as needed.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn open(data: &Path) -> io::Result<Self> {
        let mut file = OpenOptions::new()
            .create(true)
            .read(true)
            .append(true)
            .open(data.join(FILE))?;
        // What a power cut left of a line is ended, so that it spoils no other.
        if file.seek(SeekFrom::End(0))? > 0 {
            file.seek(SeekFrom::End(-1))?;
            let mut last = [0];
            file.read_exact(&mut last)?;
            if last != *b"\n" {
                file.write_all(b"\n")?;
            }
        }
        Ok(Self {
            file: Mutex::new(file),
        })
    }

    /// Writes an entry. It is on the disk when this returns.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn append(&self, entry: &Entry) -> io::Result<()> {
        let mut line = serde_json::to_string(entry)?;
        line.push('\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(line.as_bytes())?;
        file.sync_data()
    }
}

/// What a journal says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// In the order in which it happened.
    pub entries: Vec<Entry>,
    /// Lines that could not be read: what a power cut left, or a newer version wrote.
    pub unreadable: u32,
}

/// Reads the journal of a data directory; there may be none.
///
/// # Errors
/// If there is one that can't be read.
pub fn read(data: &Path) -> io::Result<Told> {
    let file = match File::open(data.join(FILE)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Told::default()),
        Err(error) => return Err(error),
    };
    let mut told = Told::default();
    for line in BufReader::new(file).split(b'\n') {
        match serde_json::from_slice(&line?) {
            Ok(entry) => told.entries.push(entry),
            Err(_) => told.unreadable += 1,
        }
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
    use qilian_domain::ids::UserId;
    use uuid::Uuid;

    use super::*;
    use crate::storage::SecretHash;

    fn entry(n: u128) -> Entry {
        Entry::Device {
            district: DistrictId::new("d1"),
            device: Enlisted {
                id: DeviceId::new(Uuid::from_u128(n)),
                user: UserId::new("BA0001"),
                name: "办公室\n笔记本".to_owned(),
                copy_of: None,
                token: SecretHash([7; 32]),
                version: "0.1.0".to_owned(),
                at: At::from_unix_ms(1_793_000_000_000).expect("a moment"),
            },
        }
    }

    #[test]
    fn what_was_appended_is_read_in_order_also_by_a_journal_opened_again() {
        let data = tempfile::tempdir().expect("a directory");
        for n in 1..=3 {
            let journal = Journal::open(data.path()).expect("opened");
            journal.append(&entry(n)).expect("appended");
        }
        let told = read(data.path()).expect("read");
        assert_eq!(told.entries, [entry(1), entry(2), entry(3)]);
        assert_eq!(told.unreadable, 0);
    }

    #[test]
    fn a_line_that_a_power_cut_left_spoils_no_other_and_is_counted() {
        let data = tempfile::tempdir().expect("a directory");
        let journal = Journal::open(data.path()).expect("opened");
        journal.append(&entry(1)).expect("appended");
        let whole = std::fs::read(data.path().join(FILE)).expect("read");
        std::fs::write(
            data.path().join(FILE),
            [&whole[..], b"{\"act\":\"de"].concat(),
        )
        .expect("torn");
        let journal = Journal::open(data.path()).expect("opened again");
        journal.append(&entry(2)).expect("appended");
        let told = read(data.path()).expect("read");
        assert_eq!(told.entries, [entry(1), entry(2)]);
        assert_eq!(told.unreadable, 1);
    }

    #[test]
    fn no_journal_says_nothing() {
        let data = tempfile::tempdir().expect("a directory");
        assert_eq!(read(data.path()).expect("read"), Told::default());
    }
}
