//! Owns the journal: a file beside the database that names what a backup, brought back, would not know and
//! what must not be forgotten with it: laptops that were enrolled since, those that were stopped, users who
//! leave (`sync.md` A.0 8). Append only.
//!
//! Files that are stored are noted too, in a journal of each month beside it: there are hundreds of thousands
//! a year, and of use only as long as a backup is kept that lacks them. Old months are removed.
//!
//! Elsewhere: bringing a backup back (`restore`), what it is told of the journals (`replay`).

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use qilian_domain::ids::{At, DeviceId, DistrictId, UserId};
use qilian_domain::rows::{Service, StoredFile};
use qilian_sync::wire::DeviceState;
use serde::{Deserialize, Serialize};

use crate::files::sync_folder;
use crate::storage::{Enlisted, Served};

/// The file's name in the data directory.
const FILE: &str = "journal.jsonl";
/// The beginning of the name of a month's stored files.
const STORED: &str = "stored-";
/// A month of stored files is kept this long after it: three times as long as laptops keep what they sent.
const STORED_KEPT_MS: i64 = 105 * 24 * 3600 * 1000;

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
    /// An administrator said whether a laptop may sync, or its user has left.
    State {
        /// In which district.
        district: DistrictId,
        /// The laptop.
        device: DeviceId,
        /// Whether it may.
        state: DeviceState,
        /// When; an earlier version did not say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<At>,
    },
    /// A user leaves, has left, or is back.
    Service {
        /// In which district.
        district: DistrictId,
        /// Who.
        user: UserId,
        /// Whether they work here.
        service: Service,
        /// When.
        at: At,
    },
    /// The bytes of a file are stored, or about to be: whether they are is for whoever reads this to see.
    Stored {
        /// In which district.
        district: DistrictId,
        /// The file.
        file: StoredFile,
        /// When.
        at: At,
    },
    /// A backup was brought back.
    Restored {
        /// Of which district.
        district: DistrictId,
        /// When.
        at: At,
    },
}

impl Entry {
    /// Whether a user works here, after the laptops that are revoked with it.
    pub fn of_service(district: &DistrictId, served: &Served, at: At) -> Vec<Self> {
        let revoked = served.revoked.iter().map(|&device| Self::State {
            district: district.clone(),
            device,
            state: DeviceState::Revoked,
            at: Some(at),
        });
        let service = Self::Service {
            district: district.clone(),
            user: served.user.id.clone(),
            service: served.user.service.clone(),
            at,
        };
        revoked.chain([service]).collect()
    }
}

/// The files, open for appending.
#[derive(Debug)]
pub struct Journal {
    data: PathBuf,
    file: Mutex<File>,
    /// The last month in which a file was stored.
    stored: Mutex<Option<(String, File)>>,
}

impl Journal {
    /// Opens the journal in a data directory, making it as needed.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn open(data: &Path) -> io::Result<Self> {
        Ok(Self {
            data: data.to_owned(),
            file: Mutex::new(open(&data.join(FILE))?),
            stored: Mutex::default(),
        })
    }

    /// Writes an entry. It is on the disk when this returns.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn append(&self, entry: &Entry) -> io::Result<()> {
        let Entry::Stored { at, .. } = entry else {
            let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            return write(&file, entry);
        };
        let name = format!("{STORED}{}.jsonl", at.cst().format("%Y-%m"));
        let mut stored = self.stored.lock().unwrap_or_else(PoisonError::into_inner);
        let file = match stored.take() {
            Some((month, file)) if month == name => file,
            _ => {
                let file = open(&self.data.join(&name))?;
                sync_folder(&self.data)?;
                file
            }
        };
        let (_, file) = stored.insert((name, file));
        write(file, entry)
    }

    /// Removes the months of stored files that no backup lacks any more.
    ///
    /// # Errors
    /// If one can't be removed.
    pub fn forget_stored(&self, now: At) -> io::Result<()> {
        // The name of a month sorts as it follows.
        let oldest = now.plus_ms(-STORED_KEPT_MS).cst().format("%Y-%m");
        let oldest = format!("{STORED}{oldest}.jsonl");
        let old = months(&self.data)?.into_iter();
        old.filter(|name| *name < oldest)
            .try_for_each(|name| fs::remove_file(self.data.join(name)))
    }
}

/// Opens a file of lines. What a power cut left of a line is ended, so that it spoils no other.
fn open(path: &Path) -> io::Result<File> {
    let mut file = OpenOptions::new()
        .create(true)
        .read(true)
        .append(true)
        .open(path)?;
    if file.seek(SeekFrom::End(0))? > 0 {
        file.seek(SeekFrom::End(-1))?;
        let mut last = [0];
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            file.write_all(b"\n")?;
        }
    }
    Ok(file)
}

fn write(mut file: &File, entry: &Entry) -> io::Result<()> {
    let mut line = serde_json::to_string(entry)?;
    line.push('\n');
    file.write_all(line.as_bytes())?;
    file.sync_data()
}

/// The names of the months in which files were stored, in order.
fn months(data: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(data)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.starts_with(STORED) && name.ends_with(".jsonl") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// What a journal says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// In the order in which it happened.
    pub entries: Vec<Entry>,
    /// Lines that could not be read: what a power cut left, or a newer version wrote.
    pub unreadable: u32,
}

/// Reads the journal of a data directory, without the files that were stored; there may be none.
///
/// # Errors
/// If there is one that can't be read.
pub fn read(data: &Path) -> io::Result<Told> {
    let mut told = Told::default();
    told.read(&data.join(FILE))?;
    Ok(told)
}

/// The same, with the files that were stored in the last months.
///
/// # Errors
/// If there is one that can't be read.
pub fn read_all(data: &Path) -> io::Result<Told> {
    let mut told = read(data)?;
    told.read_months(data)?;
    Ok(told)
}

/// Reads another server's journal, with the files that were stored in the months beside it.
///
/// # Errors
/// If it can't be read, or is not there.
pub fn read_file(path: &Path) -> io::Result<Told> {
    File::open(path)?;
    let mut told = Told::default();
    told.read(path)?;
    let beside = path.parent().filter(|folder| *folder != Path::new(""));
    told.read_months(beside.unwrap_or(Path::new(".")))?;
    Ok(told)
}

impl Told {
    fn read_months(&mut self, folder: &Path) -> io::Result<()> {
        let mut names = months(folder)?.into_iter();
        names.try_for_each(|name| self.read(&folder.join(name)))
    }

    fn read(&mut self, path: &Path) -> io::Result<()> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        for line in BufReader::new(file).split(b'\n') {
            match serde_json::from_slice(&line?) {
                Ok(entry) => self.entries.push(entry),
                Err(_) => self.unreadable += 1,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use qilian_domain::ids::AttachmentId;
    use qilian_domain::media::ContentHash;
    use qilian_domain::rows::Held;
    use qilian_domain::uscc::Uscc;
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

    fn stored(on: &str) -> Entry {
        let at = At::new(chrono::DateTime::parse_from_rfc3339(on).expect("a moment"));
        Entry::Stored {
            district: DistrictId::new("d1"),
            file: StoredFile {
                attachment: AttachmentId::new(Uuid::from_u128(1)),
                uscc: Uscc::from_parts('9', '1', "990101", "MA000010").expect("a code"),
                sha256: ContentHash::new([1; 32]),
                size_bytes: 1,
                held: Held::Stored(at),
            },
            at,
        }
    }

    #[test]
    fn stored_files_are_kept_by_month_and_old_months_go() {
        let data = tempfile::tempdir().expect("a directory");
        let journal = Journal::open(data.path()).expect("opened");
        let all = [
            "2026-08-01T00:00:00+08:00",
            "2026-10-31T23:59:59+08:00",
            "2026-11-01T00:00:00+08:00",
        ]
        .map(stored);
        for entry in [&all[1], &all[2], &all[0], &all[2]] {
            journal.append(entry).expect("appended");
        }
        journal.append(&entry(1)).expect("appended");
        assert_eq!(read(data.path()).expect("read").entries, [entry(1)]);
        let told = read_all(data.path()).expect("read").entries;
        let [first, second, third] = all;
        assert_eq!(
            told,
            [
                entry(1),
                first,
                second.clone(),
                third.clone(),
                third.clone()
            ]
        );
        let later = At::new(
            chrono::DateTime::parse_from_rfc3339("2027-01-20T00:00:00+08:00").expect("a moment"),
        );
        journal.forget_stored(later).expect("forgotten");
        let told = read_all(data.path()).expect("read").entries;
        assert_eq!(told, [entry(1), second, third.clone(), third]);
    }

    #[test]
    fn another_server_s_journal_is_read_with_the_months_beside_it() {
        let data = tempfile::tempdir().expect("a directory");
        let journal = Journal::open(data.path()).expect("opened");
        let file = stored("2026-11-01T00:00:00+08:00");
        for entry in [&file, &entry(1)] {
            journal.append(entry).expect("appended");
        }
        let told = read_file(&data.path().join(FILE)).expect("read");
        assert_eq!(told.entries, [entry(1), file]);
    }

    #[test]
    fn what_an_earlier_version_wrote_of_a_laptop_is_read() {
        let line = r#"{"act":"state","district":"d1","device":"01a202a0-f2bf-7062-b258-067826a737cf","state":"wipe"}"#;
        let entry: Entry = serde_json::from_str(line).expect("an entry");
        assert!(matches!(entry, Entry::State { at: None, .. }), "{entry:?}");
        assert_eq!(serde_json::to_string(&entry).expect("a line"), line);
    }

    #[test]
    fn no_journal_says_nothing() {
        let data = tempfile::tempdir().expect("a directory");
        assert_eq!(read(data.path()).expect("read"), Told::default());
    }
}
