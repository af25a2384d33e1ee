//! Owns the bytes of files at the simulated server: a map of hashes to sizes for what is stored, another for what
//! is on its way up. Both outlive the server's power and its database, as folders and object stores do.
//!
//! Elsewhere: who may send, keep and remove them, which is the product's own; what laptops do (`files`).

use std::collections::{BTreeMap, BTreeSet};

use qilian_domain::ids::{At, AttachmentId, DeviceId};
use qilian_domain::media::ContentHash;
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::StoredFile;
use qilian_server::files::reconcile;
use qilian_server::journal::Entry;
use qilian_server::secret;
use qilian_server::storage::files::{FileStorage as _, Proof, UNUSED_KEPT_MS, stored_now};
use qilian_server::storage::{Device, RECOVERY_MS, Storage as _, SyncError, SyncRefusal};
use qilian_sync::wire::DeviceState;

use super::claims::{self, Broken, Claim};
use super::district::District;

/// How a go at an upload ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// A part of the rest is there, and then the link is gone.
    HalfOpen,
    /// The bytes are put, and the server is killed before it says so.
    Killed,
    /// The server says so, and the laptop does not hear it.
    Unheard,
    /// The laptop hears it.
    Heard,
}

impl Ends {
    /// As an action says it.
    pub(super) const fn of(ends: u8) -> Self {
        match ends % 4 {
            0 => Self::HalfOpen,
            1 => Self::Killed,
            2 => Self::Unheard,
            _ => Self::Heard,
        }
    }
}

/// What a laptop hears of its upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    /// Nothing.
    Nothing,
    /// The server has so many bytes.
    Open(u64),
    /// The server has them all.
    Stored,
    /// The server knows no such attachment of its user's.
    Unknown,
}

/// The bytes of files at the server.
#[derive(Default)]
pub(super) struct Bytes {
    /// How many, and when they were put.
    there: BTreeMap<ContentHash, (u64, At)>,
    /// How many came, and when the last of them did.
    half: BTreeMap<(DeviceId, ContentHash), (u64, At)>,
    /// Lost, and the server has not looked since.
    unnoticed: BTreeSet<ContentHash>,
    /// Lost, and nobody has brought them again.
    lost: BTreeSet<ContentHash>,
    /// Nothing is removed before: a backup was brought back.
    resting_until: Option<At>,
}

impl Bytes {
    pub(super) fn has(&self, sha256: ContentHash) -> bool {
        self.there.contains_key(&sha256)
    }

    /// What was stored is there, or the server has not yet seen that it was lost.
    pub(super) fn bears_out(&self, file: &StoredFile) -> bool {
        let there = self.there.get(&file.sha256);
        there.is_some_and(|(size, _)| *size == file.size_bytes)
            || self.unnoticed.contains(&file.sha256)
    }

    /// The server had them and lost them: who let go of theirs did so rightly.
    pub(super) fn is_lost(&self, sha256: ContentHash) -> bool {
        self.lost.contains(&sha256)
    }

    /// All that is there, as a server that comes back from a backup lists it.
    pub(super) fn listed(&mut self, now: At) -> BTreeMap<ContentHash, u64> {
        self.unnoticed.clear();
        self.resting_until = Some(now.plus_ms(RECOVERY_MS));
        self.sizes()
    }

    fn sizes(&self) -> BTreeMap<ContentHash, u64> {
        let sizes = self.there.iter().map(|(hash, (size, _))| (*hash, *size));
        sizes.collect()
    }

    fn put(&mut self, sha256: ContentHash, size: u64, now: At) {
        self.there.insert(sha256, (size, now));
        self.unnoticed.remove(&sha256);
        self.lost.remove(&sha256);
    }

    /// One is lost.
    pub(super) fn lose(&mut self, nth: u8) {
        let Some(nth) = usize::from(nth).checked_rem(self.there.len()) else {
            return;
        };
        if let Some(sha256) = self.there.keys().nth(nth).copied() {
            self.there.remove(&sha256);
            self.unnoticed.insert(sha256);
            self.lost.insert(sha256);
        }
    }
}

impl District {
    /// The laptop of a token.
    pub(super) fn device(&self, token: &str) -> Device {
        let device = self.storage().device(&self.id, &secret::hash(token));
        device.expect("read").expect("a device")
    }

    /// A laptop asks where an upload stands and sends what is missing, as the routes take it.
    pub(super) fn take_file(
        &mut self,
        token: &str,
        attachment: AttachmentId,
        ends: Ends,
        now: At,
    ) -> Result<Sent, Broken> {
        let device = self.device(token);
        let may = self.storage().upload(&self.id, device.id, attachment, now);
        let upload = match allowed(&device, may)? {
            None => return Ok(Sent::Nothing),
            Some(None) => return Ok(Sent::Unknown),
            Some(Some(upload)) => upload,
        };
        let told = if ends == Ends::Heard {
            Sent::Stored
        } else {
            Sent::Nothing
        };
        if upload.stored {
            return Ok(told);
        }
        let said = stored_now(&upload.attachment, now);
        if upload.readable && self.keep(&device, &said, Proof::Readable, now)? {
            return Ok(told);
        }
        let (sha256, size) = (said.sha256, said.size_bytes);
        let (came, at) = (self.bytes.half)
            .entry((device.id, sha256))
            .or_insert((0, now));
        (*came, *at) = match ends {
            Ends::HalfOpen => (*came + (size - *came) / 2, now),
            _ => (size, now),
        };
        if ends == Ends::HalfOpen {
            return Ok(Sent::Open(*came));
        }
        let may_begin = self.storage().begin_keeping(&self.id, sha256, now);
        if !may_begin.expect("written") {
            return Ok(Sent::Nothing);
        }
        self.bytes.put(sha256, size, now);
        if ends == Ends::Killed {
            self.restart();
            return Ok(Sent::Nothing);
        }
        let kept = self.keep(&device, &said, Proof::Sent, now)?;
        self.bytes.half.remove(&(device.id, sha256));
        Ok(if kept { told } else { Sent::Unknown })
    }

    /// Says in the journal and in the database that bytes are stored.
    fn keep(
        &self,
        device: &Device,
        file: &StoredFile,
        proof: Proof,
        now: At,
    ) -> Result<bool, Broken> {
        self.write_down(&Entry::Stored {
            district: self.id.clone(),
            file: file.clone(),
            at: now,
        });
        let kept = (self.storage()).keep(&self.id, device.id, file.attachment, proof, now);
        Ok(allowed(device, kept)?.flatten().is_some())
    }

    /// A file of a hash that the laptop of a token may read.
    pub(super) fn readable(
        &self,
        token: &str,
        sha256: ContentHash,
        now: At,
    ) -> Result<Option<StoredFile>, Broken> {
        let device = self.device(token);
        let file = self.storage().readable(&self.id, device.id, sha256, now);
        Ok(allowed(&device, file)?.flatten())
    }

    /// Compares what the database says of files with what is there.
    pub(super) fn check_files(&mut self, now: At) {
        let there = self.bytes.sizes();
        self.bytes.unnoticed.clear();
        let checked = (self.storage()).change(&self.id, &[Kind::StoredFile], now, &mut |loaded| {
            let said = loaded.all::<StoredFile>().cloned();
            let differently = reconcile(said, &there, Some(now), now);
            differently.into_iter().map(Row::from).collect()
        });
        checked.expect("written");
    }

    /// Removes what nobody has needed for long.
    pub(super) fn collect_files(&mut self, now: At) {
        let before = now.plus_ms(-UNUSED_KEPT_MS);
        self.bytes.half.retain(|_, (_, at)| *at >= before);
        if self.bytes.resting_until.is_some_and(|until| now < until) {
            return;
        }
        let old = (self.bytes.there.iter()).filter(|(_, (_, put))| *put < before);
        let old: Vec<_> = old.map(|(sha256, _)| *sha256).collect();
        for sha256 in old {
            let nobody_needs_it = (self.storage()).begin_collecting(&self.id, sha256, now);
            if nobody_needs_it.expect("written") {
                self.bytes.there.remove(&sha256);
                let removed = self.storage().end_collecting(&self.id, sha256);
                removed.expect("written");
            }
        }
    }
}

/// What a laptop that may sync was answered; `None` if it may not, and then it must not be answered.
fn allowed<T>(device: &Device, answer: Result<T, SyncError>) -> Result<Option<T>, Broken> {
    let stopped = device.state != DeviceState::Active;
    match answer {
        Ok(_) if stopped => Err(claims::served_though_stopped(device.id)),
        Ok(answer) => Ok(Some(answer)),
        Err(SyncError::Refused(SyncRefusal::DeviceStopped(_))) if stopped => Ok(None),
        Err(error) => Err(Claim::NoFailure.broken(error.to_string())),
    }
}
