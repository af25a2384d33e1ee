//! Owns bringing to the server the bytes that this laptop owes it, after records and beside them.
//!
//! The smallest file first, in parts; whatever is in doubt is asked again, since the server answers the same
//! question with where it stands. One process a home sends at a time. It stops as soon as something new is
//! recorded: records never wait for bytes. Elsewhere: how much goes in a part (`pace`), when to send
//! (`autosync`), HTTP (`transport`).

use std::collections::HashSet;
use std::fs::TryLockError;
use std::io::{Read, Seek, SeekFrom};
use std::time::Duration;

use qilian_domain::ids::AttachmentId;
use qilian_domain::row::RowKey;
use qilian_domain::rows::Attachment;
use qilian_store::{LocalFile, SealedReader, Upload};
use qilian_sync::wire::{ErrorCode, UploadReply, UploadRequest};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::pace::Parts;
use super::{AttachmentError, id};
use crate::contract::{AttachmentArgs, FilePace};
use crate::error::AppError;
use crate::laptop::Laptop;
use crate::transport::{Transport, TransportError};

/// How often one file is begun again in one go: a server that never agrees must not keep the others waiting.
const MOST_BEGINNINGS: u32 = 3;

/// What sending came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FilesSent {
    /// Files that the server now has.
    pub stored: u32,
    /// Whether it was stopped by something that goes first.
    pub stopped: bool,
}

/// How one file ended.
enum Ended {
    Stored,
    /// Its row is still on its way.
    NotYet,
    Trouble(&'static str),
    Stopped,
}

/// What may happen between two parts: whoever sends is asked whether to go on after a rest, and told of progress.
pub(crate) trait Watch {
    /// Rests so long; `false` if something else goes first.
    fn rest(&self, rest: Duration) -> bool;
    /// A part arrived.
    fn progress(&self);
}

/// Nobody waits for anything else.
struct Alone;

impl Watch for Alone {
    fn rest(&self, _rest: Duration) -> bool {
        true
    }

    fn progress(&self) {}
}

/// One go.
struct Go<'a> {
    laptop: &'a Laptop,
    transport: &'a Transport,
    token: String,
    parts: Parts,
    watch: &'a dyn Watch,
}

impl Laptop {
    /// Sends all that is owed, as fast as the link takes it, also if sending is paused: somebody asked for it.
    ///
    /// # Errors
    /// As an exchange; what was acknowledged stays acknowledged.
    pub fn send_files(&self) -> Result<FilesSent, AppError> {
        self.send_files_at(FilePace::Full, &Alone)
    }

    pub(crate) fn send_files_at(
        &self,
        pace: FilePace,
        watch: &dyn Watch,
    ) -> Result<FilesSent, AppError> {
        let mut sent = FilesSent::default();
        if pace == FilePace::Paused || self.reader().uploads()?.is_empty() {
            return Ok(sent);
        }
        let path = self.home().files_lock();
        let failed = |error| AppError::home(&path, error);
        let lock = self.home().open_private(&path).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            // Another process of this home sends them.
            Err(TryLockError::WouldBlock) => return Ok(sent),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let mut go = Go {
            laptop: self,
            transport: self.transport()?,
            token: self.token()?,
            parts: Parts::at(pace),
            watch,
        };
        let mut seen = HashSet::new();
        while let Some(upload) = self.next_upload(&seen)? {
            seen.insert(upload.attachment);
            match go.send(&upload)? {
                Ended::Stored => {
                    self.store().note_stored(upload.attachment)?;
                    sent.stored += 1;
                    tracing::info!(attachment = %upload.attachment, "a file is at the server");
                }
                Ended::NotYet => {}
                Ended::Trouble(code) => {
                    tracing::warn!(attachment = %upload.attachment, code, "a file can't be sent");
                    self.store().note_trouble(upload.attachment, Some(code))?;
                }
                Ended::Stopped => {
                    sent.stopped = true;
                    break;
                }
            }
            watch.progress();
        }
        self.keep_to_room()?;
        Ok(sent)
    }

    /// The smallest that was not tried in this go.
    fn next_upload(&self, seen: &HashSet<Uuid>) -> Result<Option<Upload>, AppError> {
        let uploads = self.reader().uploads()?;
        Ok((uploads.into_iter())
            .find(|upload| upload.trouble.is_none() && !seen.contains(&upload.attachment)))
    }

    /// Tries a file again that something was in the way of.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn attachment_retry(&self, args: &AttachmentArgs) -> Result<(), AppError> {
        self.store().note_trouble(id(&args.attachment_id)?, None)?;
        self.bell.send_files_now();
        Ok(())
    }

    /// Lets this program's own thread sync, and go on with files, as soon as it can.
    pub fn sync_soon(&self) {
        self.bell.asked();
    }

    /// Sends what is owed in this program's own thread, as soon as it can, once, whatever the pace chosen.
    pub fn send_files_soon(&self) {
        self.bell.send_files_now();
    }
}

impl Go<'_> {
    fn send(&mut self, upload: &Upload) -> Result<Ended, AppError> {
        let Some(file) = self.laptop.reader().local_file(&upload.sha256)? else {
            return Ok(Ended::Trouble("file_damaged"));
        };
        let mut mismatched = false;
        for _ in 0..MOST_BEGINNINGS {
            let (offset, most) = match self.begin(upload) {
                Ok(UploadReply::Stored) => return Ok(Ended::Stored),
                Ok(UploadReply::Open {
                    offset,
                    append_bytes,
                }) => (offset, append_bytes),
                Err(TransportError::Refused(ErrorCode::AttachmentUnknown)) => {
                    return self.unknown(upload);
                }
                Err(error) => return refused(error),
            };
            match self.send_from(upload, &file, offset, most) {
                Ok(ended) => return Ok(ended),
                Err(Broken::File(error)) => {
                    tracing::error!(%error, "a file of this laptop can't be read");
                    return Ok(Ended::Trouble("file_damaged"));
                }
                Err(Broken::Store(error)) => return Err(error),
                Err(Broken::Link(error)) => match error {
                    // The server threw them away: were they right when they left?
                    TransportError::Refused(ErrorCode::HashMismatch) => {
                        if mismatched || !self.intact(&file) {
                            return Ok(Ended::Trouble("file_damaged"));
                        }
                        mismatched = true;
                    }
                    TransportError::Refused(ErrorCode::AttachmentUnknown) => {
                        return self.unknown(upload);
                    }
                    TransportError::Refused(ErrorCode::TooLarge) => {
                        return Ok(Ended::Trouble("file_too_large"));
                    }
                    // Where it stands is asked anew.
                    TransportError::Refused(
                        ErrorCode::OffsetMismatch { .. } | ErrorCode::Superseded,
                    ) => {}
                    other => return refused(other),
                },
            }
        }
        // It goes on in the next go.
        Ok(Ended::NotYet)
    }

    fn begin(&self, upload: &Upload) -> Result<UploadReply, TransportError> {
        let request = UploadRequest {
            attachment_id: AttachmentId::new(upload.attachment),
            sha256: (upload.sha256.parse())
                .map_err(|_| TransportError::SetUp("an upload's hash".to_owned()))?,
            size: upload.size,
            mime: upload.mime.clone(),
        };
        let answered = self.transport.upload(&self.token, &request)?;
        Ok(answered.reply)
    }

    fn send_from(
        &mut self,
        upload: &Upload,
        file: &LocalFile,
        mut offset: u64,
        most: u64,
    ) -> Result<Ended, Broken> {
        let mut reader = self.laptop.open_file(file)?;
        loop {
            self.laptop.store().note_sent(upload.attachment, offset)?;
            self.watch.progress();
            if !self.watch.rest(Duration::ZERO) {
                return Ok(Ended::Stopped);
            }
            let size = self
                .parts
                .next(most)
                .min(upload.size.saturating_sub(offset));
            let part = read_part(&mut reader, offset, size)?;
            let complete = offset + size == upload.size;
            let id = upload.attachment.to_string();
            match self
                .transport
                .append(&self.token, &id, offset, complete, part)
            {
                Ok(took) => {
                    offset += size;
                    if complete {
                        return Ok(Ended::Stored);
                    }
                    let rest = self.parts.rest(size, took);
                    self.parts = self.parts.after(took);
                    if !self.watch.rest(rest) {
                        self.laptop.store().note_sent(upload.attachment, offset)?;
                        return Ok(Ended::Stopped);
                    }
                }
                Err(error) => {
                    self.parts = self.parts.after_failure();
                    return Err(Broken::Link(error));
                }
            }
        }
    }

    /// The server does not know the attachment: it is still in the outbox, or it was refused.
    fn unknown(&self, upload: &Upload) -> Result<Ended, AppError> {
        let key = RowKey::of::<Attachment>(upload.attachment);
        let pending = self.laptop.reader().pending(&key)?.is_some();
        Ok(if pending {
            Ended::NotYet
        } else {
            Ended::Trouble("attachment_unknown")
        })
    }

    fn intact(&self, file: &LocalFile) -> bool {
        let hashed = self.laptop.open_file(file).and_then(hash);
        hashed.is_ok_and(|hash| hash == file.sha256)
    }
}

/// A file that the server will never take must not keep the others waiting; everything else ends the go.
fn refused(error: TransportError) -> Result<Ended, AppError> {
    match error {
        TransportError::Refused(ErrorCode::Unreadable) | TransportError::RefusedOtherwise(_) => {
            Ok(Ended::Trouble("server_refused"))
        }
        other => Err(other.into()),
    }
}

/// Why a file did not go through.
enum Broken {
    File(AttachmentError),
    Link(TransportError),
    Store(AppError),
}

impl From<AttachmentError> for Broken {
    fn from(error: AttachmentError) -> Self {
        Self::File(error)
    }
}

impl From<qilian_store::StoreError> for Broken {
    fn from(error: qilian_store::StoreError) -> Self {
        Self::Store(error.into())
    }
}

impl Laptop {
    pub(crate) fn open_file(&self, file: &LocalFile) -> Result<SealedReader, AttachmentError> {
        Ok(self.files.open(file.place, &file.key, file.size)?)
    }
}

fn read_part(
    reader: &mut SealedReader,
    offset: u64,
    size: u64,
) -> Result<Vec<u8>, AttachmentError> {
    reader.seek(SeekFrom::Start(offset))?;
    let mut part = vec![0; usize::try_from(size).unwrap_or(0)];
    reader.read_exact(&mut part)?;
    Ok(part)
}

/// The hash of all that is left to read, in hexadecimal.
pub(super) fn hash(mut reader: impl Read) -> Result<String, AttachmentError> {
    let mut hash = Sha256::new();
    let mut piece = vec![0; 256 * 1024];
    loop {
        match reader.read(&mut piece)? {
            0 => break,
            n => hash.update(&piece[..n]),
        }
    }
    Ok(qilian_domain::media::ContentHash::new(hash.finalize().into()).to_string())
}
