//! Owns looking at a file: its bytes from this laptop, or fetched from the district and kept.
//!
//! Fetching goes on where it was cut, and what was fetched counts only when its hash is the attachment's. How
//! much is kept is bounded; what only this laptop has is never let go of. Elsewhere: that rule (`qilian-store`).

use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use qilian_domain::refusal::Refusal;
use qilian_domain::rows::Attachment;
use qilian_store::{DataKey, LocalFile};
use qilian_sync::wire::{APPEND_BYTES, ErrorCode};

use super::send::hash;
use super::{AttachmentError, id};
use crate::contract::{AttachmentArgs, AttachmentBytes, AttachmentSaved};
use crate::error::AppError;
use crate::key;
use crate::laptop::Laptop;
use crate::transport::TransportError;

/// Bytes in one request of a fetch.
const PART: u64 = APPEND_BYTES / 4;

impl Laptop {
    /// A file's bytes, for the window to show.
    ///
    /// # Errors
    /// `attachment_unknown`, `file_not_there`, `file_damaged`, `server_unreachable`.
    pub fn attachment_bytes(&self, args: &AttachmentArgs) -> Result<AttachmentBytes, AppError> {
        let (_, mime, file) = self.whole_file(args)?;
        let mut bytes = Vec::new();
        let read = (self.open_file(&file)?.read_to_end(&mut bytes)).map_err(AttachmentError::from);
        if let Err(error @ AttachmentError::Damaged(_)) = read {
            // The next try fetches it, if the district has it.
            self.store().forget_spare_file(&file.sha256)?;
            return Err(error.into());
        }
        read?;
        Ok(AttachmentBytes {
            mime,
            data: BASE64.encode(bytes),
        })
    }

    /// Writes a copy in the clear into a folder, under the file's name; where there is one of that name already,
    /// with a number behind it.
    ///
    /// # Errors
    /// As [`Laptop::attachment_bytes`], or the folder's.
    pub fn attachment_save(
        &self,
        args: &AttachmentArgs,
        folder: &Path,
    ) -> Result<AttachmentSaved, AppError> {
        let (name, _, file) = self.whole_file(args)?;
        let failed = |error| AppError::home(folder, error);
        let (path, mut copy) = new_file(folder, &name).map_err(failed)?;
        let mut reader = self.open_file(&file)?;
        let copied = io::copy(&mut reader, &mut copy).and_then(|_| copy.sync_all());
        if let Err(error) = copied {
            // Half a copy would look like the file.
            let _ = std::fs::remove_file(&path);
            return Err(AttachmentError::from(error).into());
        }
        Ok(AttachmentSaved {
            path: path.display().to_string(),
        })
    }

    /// Name, type and bytes of a file; the bytes are here when this returns.
    fn whole_file(&self, args: &AttachmentArgs) -> Result<(String, String, LocalFile), AppError> {
        let id = id(&args.attachment_id)?;
        let held = self.reader().held_file(id)?;
        let (name, mime, sha256, size) = match held {
            Some(held) => (held.name, held.mime, held.sha256, held.size),
            None => {
                let row: Attachment = (self.reader().get(id)?)
                    .filter(|row: &Attachment| row.removed.is_none())
                    .ok_or_else(|| Refusal::AttachmentUnknown(args.attachment_id.clone()))?;
                let sha256 = row.sha256.to_string();
                (row.name, row.mime, sha256, row.size_bytes)
            }
        };
        let kept = self.reader().local_file(&sha256)?;
        if let Some(file) = kept.as_ref().filter(|file| file.whole)
            && self.open_file(file).is_ok()
        {
            self.store().use_file(&sha256, self.now())?;
            return Ok((name, mime, file.clone()));
        }
        let file = self.fetch(&sha256, size, kept)?;
        self.keep_to_room()?;
        Ok((name, mime, file))
    }

    /// Fetches bytes, going on with what is here.
    fn fetch(
        &self,
        sha256: &str,
        size: u64,
        begun: Option<LocalFile>,
    ) -> Result<LocalFile, AppError> {
        let file = match begun {
            Some(file) if !file.whole => file,
            // Damaged, and never the reason to let go of what may be the only copy.
            Some(_) if !self.store().forget_spare_file(sha256)? => {
                return Err(AttachmentError::Damaged("it can't be opened".to_owned()).into());
            }
            _ => {
                let file = LocalFile {
                    sha256: sha256.to_owned(),
                    size,
                    place: self.new_id(),
                    key: DataKey::new(*key::new_secret()?),
                    whole: false,
                    used_at: self.now(),
                };
                self.store().keep_file(&file)?;
                file
            }
        };
        let mut writer =
            (self.files.resume(file.place, &file.key)).map_err(AttachmentError::from)?;
        let (transport, token) = (self.transport()?, self.token()?);
        while writer.position() < size {
            let from = writer.position();
            let to = size.min(from + PART) - 1;
            let part = transport
                .blob(&token, sha256, from, to)
                .map_err(|error| match error {
                    TransportError::Refused(ErrorCode::FileUnknown) => {
                        AppError::from(AttachmentError::NotThere)
                    }
                    other => other.into(),
                })?;
            if part.is_empty() {
                return Err(AttachmentError::NotThere.into());
            }
            writer.write_all(&part).map_err(AttachmentError::from)?;
        }
        // Its row names it already: no sweep takes it.
        drop(writer.finish().map_err(AttachmentError::from)?);
        if hash(self.open_file(&file)?)? != sha256 {
            self.store().forget_file(sha256)?;
            self.sweep_files()?;
            return Err(AttachmentError::Damaged("other bytes came".to_owned()).into());
        }
        let whole = LocalFile {
            whole: true,
            used_at: self.now(),
            ..file
        };
        self.store().keep_file(&whole)?;
        Ok(whole)
    }
}

/// A new file of that name, or of the first number behind it that is free.
pub(crate) fn new_file(folder: &Path, name: &str) -> io::Result<(PathBuf, std::fs::File)> {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    for n in 0..1000 {
        let numbered = match n {
            0 => name.to_owned(),
            n => format!("{stem} ({n}).{extension}"),
        };
        let path = folder.join(numbered);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}
