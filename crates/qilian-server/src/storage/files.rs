//! Owns what the district's database says of files, for every engine: who may send the bytes of an
//! attachment, who may read them, that they are stored, and which of them nobody needs any more.
//!
//! Bytes are put and removed outside the database. That the two never cross is what a hold is for: whoever
//! is about to put the bytes of a hash, or to remove them, says so in a transaction first, and the other
//! waits. Transactions that write take turns, so one of them is first, also of two server processes.
//!
//! Elsewhere: bytes (`crate::files`), rows about files (`qilian_domain::rows`), SQL (the engines).

use qilian_domain::bucket::Bucket;
use qilian_domain::command::Scope;
use qilian_domain::ids::{At, AttachmentId, DeviceId, DistrictId, UserId};
use qilian_domain::media::ContentHash;
use qilian_domain::row::{Kind, Known as _, Row, RowKey};
use qilian_domain::rows::{Attachment, Held, StoredFile};
use qilian_sync::wire::DeviceState;

use super::transaction::{DistrictTx, Engine, FileTx};
use super::write::write;
use super::{StorageError, SyncError, SyncRefusal, leaving, recovery};

/// Bytes that nobody needs are kept this long: a file taken back, an upload that was never finished.
pub const UNUSED_KEPT_MS: i64 = 30 * 24 * 3600 * 1000;

/// Who puts bytes is done, or dead, after this long.
const KEEPING_MS: i64 = 24 * 3600 * 1000;
/// Who removes bytes is done, or dead, after this long.
const COLLECTING_MS: i64 = 3600 * 1000;

/// The part of a district's database that is about files. One method is one transaction.
pub trait FileStorage {
    /// What a device may do about the bytes of an attachment; `None` if it is not its user's.
    ///
    /// # Errors
    /// The device may not sync, or what goes wrong in the database.
    fn upload(
        &self,
        district: &DistrictId,
        device: DeviceId,
        attachment: AttachmentId,
        at: At,
    ) -> Result<Option<Upload>, SyncError>;

    /// Says that the bytes of a hash are about to be put: nobody removes them meanwhile. `false` while
    /// somebody does.
    ///
    /// # Errors
    /// What goes wrong in the database.
    fn begin_keeping(
        &self,
        district: &DistrictId,
        sha256: ContentHash,
        at: At,
    ) -> Result<bool, StorageError>;

    /// Says that the district has the bytes of an attachment, verified and durable. `None` if the
    /// attachment is not the device's user's any more, or nothing proves that they may have them.
    ///
    /// # Errors
    /// The device may not sync, or what goes wrong in the database.
    fn keep(
        &self,
        district: &DistrictId,
        device: DeviceId,
        attachment: AttachmentId,
        proof: Proof,
        at: At,
    ) -> Result<Option<StoredFile>, SyncError>;

    /// A file of a hash that the device's user may read.
    ///
    /// # Errors
    /// The device may not sync, or what goes wrong in the database.
    fn readable(
        &self,
        district: &DistrictId,
        device: DeviceId,
        sha256: ContentHash,
        at: At,
    ) -> Result<Option<StoredFile>, SyncError>;

    /// Says that the bytes of a hash are about to be removed: nobody needs them, and nobody puts them
    /// meanwhile. `false` if somebody does.
    ///
    /// # Errors
    /// What goes wrong in the database.
    fn begin_collecting(
        &self,
        district: &DistrictId,
        sha256: ContentHash,
        at: At,
    ) -> Result<bool, StorageError>;

    /// Says that they are removed.
    ///
    /// # Errors
    /// What goes wrong in the database.
    fn end_collecting(
        &self,
        district: &DistrictId,
        sha256: ContentHash,
    ) -> Result<(), StorageError>;
}

/// Each method is one transaction, and the same one on every engine.
impl<S: Engine> FileStorage for S {
    fn upload(
        &self,
        district: &DistrictId,
        device: DeviceId,
        attachment: AttachmentId,
        at: At,
    ) -> Result<Option<Upload>, SyncError> {
        self.settle(district, at)?;
        self.in_snapshot(district, |tx| upload(tx, device, attachment))
    }

    fn begin_keeping(
        &self,
        district: &DistrictId,
        sha256: ContentHash,
        at: At,
    ) -> Result<bool, StorageError> {
        self.in_turn(district, |tx| begin_keeping(tx, sha256, at))
    }

    fn keep(
        &self,
        district: &DistrictId,
        device: DeviceId,
        attachment: AttachmentId,
        proof: Proof,
        at: At,
    ) -> Result<Option<StoredFile>, SyncError> {
        self.in_turn(district, |tx| keep(tx, device, attachment, proof, at))
    }

    fn readable(
        &self,
        district: &DistrictId,
        device: DeviceId,
        sha256: ContentHash,
        at: At,
    ) -> Result<Option<StoredFile>, SyncError> {
        self.settle(district, at)?;
        self.in_snapshot(district, |tx| readable(tx, device, sha256))
    }

    fn begin_collecting(
        &self,
        district: &DistrictId,
        sha256: ContentHash,
        at: At,
    ) -> Result<bool, StorageError> {
        self.in_turn(district, |tx| begin_collecting(tx, sha256, at))
    }

    fn end_collecting(
        &self,
        district: &DistrictId,
        sha256: ContentHash,
    ) -> Result<(), StorageError> {
        self.in_turn(district, |tx| tx.drop_hold(sha256))
    }
}

/// What a device may do about the bytes of an attachment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The attachment, which is the device's user's and not taken back.
    pub attachment: Attachment,
    /// The district has its bytes.
    pub stored: bool,
    /// The district has bytes of this hash, and the user may read them: they need not be sent.
    pub readable: bool,
}

/// Why a user may have bytes stored for an attachment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// They sent them.
    Sent,
    /// They may read them already.
    Readable,
}

/// What somebody is about to do with the bytes of a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hold {
    /// Put them.
    Keeping,
    /// Remove them.
    Collecting,
}

impl Hold {
    const fn lasts_ms(self) -> i64 {
        match self {
            Self::Keeping => KEEPING_MS,
            Self::Collecting => COLLECTING_MS,
        }
    }
}

/// What a device may do about the bytes of an attachment.
pub(super) fn upload(
    tx: &impl DistrictTx,
    device: DeviceId,
    attachment: AttachmentId,
) -> Result<Option<Upload>, SyncError> {
    let user = active(tx, device)?;
    let Some(attachment) = own(tx, &user, attachment)? else {
        return Ok(None);
    };
    let stored = stored(tx, attachment.id)?.is_some_and(|file| file.is_stored());
    let readable = !stored && find_readable(tx, &user, attachment.sha256)?.is_some();
    Ok(Some(Upload {
        attachment,
        stored,
        readable,
    }))
}

/// Holds the bytes of a hash for whoever puts them.
pub(super) fn begin_keeping(
    tx: &impl FileTx,
    sha256: ContentHash,
    at: At,
) -> Result<bool, StorageError> {
    if holds(tx, sha256, Hold::Collecting, at)? {
        return Ok(false);
    }
    tx.put_hold(sha256, Hold::Keeping, at)?;
    Ok(true)
}

/// Says that bytes are stored.
pub(super) fn keep(
    tx: &impl FileTx,
    device: DeviceId,
    attachment: AttachmentId,
    proof: Proof,
    at: At,
) -> Result<Option<StoredFile>, SyncError> {
    let user = active(tx, device)?;
    let Some(attachment) = own(tx, &user, attachment)? else {
        return Ok(None);
    };
    if let Some(file) = stored(tx, attachment.id)?.filter(StoredFile::is_stored) {
        return Ok(Some(file));
    }
    match proof {
        // Where another upload of the same hash came first, its file keeps the bytes from being removed.
        Proof::Sent => {
            let safe = holds(tx, attachment.sha256, Hold::Keeping, at)?
                || of_hash(tx, attachment.sha256)?
                    .iter()
                    .any(|file| is_needed(file, at));
            if !safe {
                return Err(StorageError::Busy("the bytes may be gone".to_owned()).into());
            }
        }
        Proof::Readable => {
            if find_readable(tx, &user, attachment.sha256)?.is_none() {
                return Ok(None);
            }
        }
    }
    let file = stored_now(&attachment, at);
    write(tx, &[file.clone().into()], at)?;
    if proof == Proof::Sent {
        tx.drop_hold(attachment.sha256)?;
    }
    Ok(Some(file))
}

/// What is said of an attachment whose bytes are stored from now on.
pub fn stored_now(attachment: &Attachment, at: At) -> StoredFile {
    StoredFile {
        attachment: attachment.id,
        uscc: attachment.uscc.clone(),
        sha256: attachment.sha256,
        size_bytes: attachment.size_bytes,
        held: Held::Stored(at),
    }
}

/// A file of a hash that a device's user may read.
pub(super) fn readable(
    tx: &impl DistrictTx,
    device: DeviceId,
    sha256: ContentHash,
) -> Result<Option<StoredFile>, SyncError> {
    let user = active(tx, device)?;
    leaving::may_be_given(tx, &user)?;
    Ok(find_readable(tx, &user, sha256)?)
}

/// Holds the bytes of a hash for whoever removes them. Nobody may after a restore, as long as laptops have yet to say
/// what they need.
pub(super) fn begin_collecting(
    tx: &impl FileTx,
    sha256: ContentHash,
    at: At,
) -> Result<bool, StorageError> {
    if recovery::is_open(tx, at)? {
        return Ok(false);
    }
    let somebody_else =
        holds(tx, sha256, Hold::Keeping, at)? || holds(tx, sha256, Hold::Collecting, at)?;
    if somebody_else || of_hash(tx, sha256)?.iter().any(|file| is_needed(file, at)) {
        return Ok(false);
    }
    tx.put_hold(sha256, Hold::Collecting, at)?;
    Ok(true)
}

/// Whether the bytes of a file are of use, now or if somebody finds them again.
fn is_needed(file: &StoredFile, at: At) -> bool {
    match file.held {
        Held::Stored(_) | Held::Missing(_) => true,
        Held::Removed(since) => at.ms_since(since) < UNUSED_KEPT_MS,
    }
}

/// Whether somebody is about to do this with the bytes of a hash.
fn holds(tx: &impl FileTx, sha256: ContentHash, what: Hold, at: At) -> Result<bool, StorageError> {
    let held = tx.hold(sha256)?;
    Ok(held.is_some_and(|(hold, since)| hold == what && at.ms_since(since) < hold.lasts_ms()))
}

/// The user of a device that may sync.
fn active(tx: &impl DistrictTx, device: DeviceId) -> Result<UserId, SyncError> {
    let device = tx.device(device)?.ok_or(SyncRefusal::DeviceUnknown)?;
    if device.state == DeviceState::Active {
        Ok(device.user)
    } else {
        Err(SyncRefusal::DeviceStopped(device.state).into())
    }
}

/// An attachment that a user added and did not take back.
fn own(
    tx: &impl DistrictTx,
    user: &UserId,
    id: AttachmentId,
) -> Result<Option<Attachment>, StorageError> {
    let found = tx.row(&RowKey::of::<Attachment>(id))?;
    let found = found.and_then(|row| Attachment::try_from(row).ok());
    Ok(found.filter(|attachment| &attachment.by == user && attachment.removed.is_none()))
}

fn stored(tx: &impl DistrictTx, id: AttachmentId) -> Result<Option<StoredFile>, StorageError> {
    let found = tx.row(&RowKey::of::<StoredFile>(id))?;
    Ok(found.as_ref().and_then(StoredFile::of).cloned())
}

/// All that is said of the bytes of a hash.
fn of_hash(tx: &impl DistrictTx, sha256: ContentHash) -> Result<Vec<StoredFile>, StorageError> {
    let rows = tx.children(Kind::StoredFile, &sha256.to_string(), None)?;
    let files = rows.into_iter().filter_map(|row: Row| row.try_into().ok());
    Ok(files.collect())
}

/// A stored file of a hash in a bucket that a user holds.
fn find_readable(
    tx: &impl DistrictTx,
    user: &UserId,
    sha256: ContentHash,
) -> Result<Option<StoredFile>, StorageError> {
    for file in of_hash(tx, sha256)? {
        let bucket = Bucket::Enterprise(file.uscc.clone());
        if file.is_stored() && tx.scope(user, &bucket, None)? == Scope::Held {
            return Ok(Some(file));
        }
    }
    Ok(None)
}
