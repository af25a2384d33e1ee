//! Owns taking in a file, piece by piece: it is sealed, hashed and known to be whole before it counts.
//!
//! A photo is held in memory while it comes, since it is cleaned first; everything else goes straight to the
//! disk. What is begun and not ended is forgotten with the program. Elsewhere: cleaning (`photo`).

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use qilian_domain::media::{self, ContentHash, MediaKind, MediaType};
use qilian_domain::refusal::Refusal;
use qilian_domain::rows::Visit;
use qilian_store::{DataKey, HeldFile, LocalFile, SealedWriter};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::photo::{self, Photo};
use super::{AttachmentError, id};
use crate::contract::{AttachmentView, IntakeArgs, IntakeBeginArgs, IntakeBegun, IntakePieceArgs};
use crate::error::AppError;
use crate::key;
use crate::laptop::Laptop;

/// The most that may be under way at once: a page that was reloaded leaves its own behind.
const MOST_AT_ONCE: usize = 16;
/// The longest name that an attachment may have.
const NAME_CHARS: usize = 200;
const PIECE: usize = 1024 * 1024;

/// Files that are being taken in.
#[derive(Debug, Default)]
pub(crate) struct Intakes(Mutex<HashMap<Uuid, Intake>>);

impl Intakes {
    fn all(&self) -> MutexGuard<'_, HashMap<Uuid, Intake>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
struct Intake {
    /// The key of the form.
    form: String,
    name: String,
    media: &'static MediaType,
    announced: u64,
    bytes: Taking,
}

#[derive(Debug)]
enum Taking {
    Photo(Vec<u8>),
    Streamed(Box<Sealing>),
}

/// Bytes on their way into the folder.
#[derive(Debug)]
struct Sealing {
    place: Uuid,
    key: DataKey,
    writer: SealedWriter,
    hash: Sha256,
}

impl Sealing {
    fn begin(laptop: &Laptop) -> Result<Self, AppError> {
        let place = laptop.new_id();
        let key = DataKey::new(*key::new_secret()?);
        Ok(Self {
            writer: laptop
                .files
                .begin(place, &key)
                .map_err(AttachmentError::from)?,
            place,
            key,
            hash: Sha256::new(),
        })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), AttachmentError> {
        self.writer.write_all(bytes)?;
        self.hash.update(bytes);
        Ok(())
    }
}

impl Intake {
    fn came(&self) -> u64 {
        match &self.bytes {
            Taking::Photo(bytes) => bytes.len() as u64,
            Taking::Streamed(sealing) => sealing.writer.position(),
        }
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), AttachmentError> {
        let came = self.came() + bytes.len() as u64;
        if came > self.announced {
            return Err(AttachmentError::Changed {
                announced: self.announced,
                came,
            });
        }
        match &mut self.bytes {
            Taking::Photo(taken) => taken.extend_from_slice(bytes),
            Taking::Streamed(sealing) => sealing.write(bytes)?,
        }
        Ok(())
    }
}

impl Laptop {
    /// Begins to take in a file for an open form or a visit.
    ///
    /// # Errors
    /// `file_type_unsupported`, `file_too_large`, `file_empty`, `not_yours`; or the disk's.
    pub fn intake_begin(&self, args: &IntakeBeginArgs) -> Result<IntakeBegun, AppError> {
        let visit = id(&args.visit_id)?;
        if let Some(visit) = self.reader().get::<Visit>(visit)?
            && !visit.cadres.contains(&self.user().id)
        {
            return Err(Refusal::NotYours.into());
        }
        let media = media::of_file_name(&args.name).ok_or_else(|| {
            let (_, extension) = args.name.rsplit_once('.').unwrap_or_default();
            Refusal::FileTypeUnsupported(extension.to_owned())
        })?;
        if media.mime == "image/heic" {
            return Err(AttachmentError::HeicUnsupported.into());
        }
        let limit = media.kind.limit();
        match args.size_bytes {
            0 => return Err(Refusal::FileEmpty.into()),
            size_bytes if size_bytes > limit => {
                return Err(Refusal::FileTooLarge { size_bytes, limit }.into());
            }
            _ => {}
        }
        let bytes = if media.kind == MediaKind::Photo {
            Taking::Photo(Vec::new())
        } else {
            Taking::Streamed(Box::new(Sealing::begin(self)?))
        };
        let intake = Intake {
            form: crate::form::key(&args.visit_id),
            name: plain_name(&args.name),
            media,
            announced: args.size_bytes,
            bytes,
        };
        let intake_id = self.new_id();
        let mut all = self.intakes.all();
        if all.len() >= MOST_AT_ONCE {
            // Ids sort by time.
            let oldest = all.keys().min().copied();
            oldest.and_then(|oldest| all.remove(&oldest));
        }
        all.insert(intake_id, intake);
        Ok(IntakeBegun {
            intake_id: intake_id.to_string(),
        })
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// `file_changed` if more come than were announced; the disk's. The intake is over then.
    pub fn intake_piece(&self, args: &IntakePieceArgs) -> Result<(), AppError> {
        let bytes = BASE64
            .decode(&args.data)
            .map_err(|error| AppError::ArgumentInvalid {
                field: "data".to_owned(),
                why: error.to_string(),
            })?;
        self.intake_bytes(id(&args.intake_id)?, &bytes)
    }

    fn intake_bytes(&self, intake_id: Uuid, bytes: &[u8]) -> Result<(), AppError> {
        let mut all = self.intakes.all();
        let intake = all
            .get_mut(&intake_id)
            .ok_or(AttachmentError::IntakeUnknown)?;
        let taken = intake.take(bytes);
        if taken.is_err() {
            all.remove(&intake_id);
        }
        Ok(taken?)
    }

    /// Gives up a file that was begun.
    ///
    /// # Errors
    /// If the id is none.
    pub fn intake_cancel(&self, args: &IntakeArgs) -> Result<(), AppError> {
        self.intakes.all().remove(&id(&args.intake_id)?);
        self.sweep_files()
    }

    /// Keeps a file of which everything came: it is with its form, also after a crash. A file of a visit that is
    /// on record is attached to it at once.
    ///
    /// # Errors
    /// `file_changed`, `photo_heic_unsupported`, `photo_unreadable`; `disk_full`; the store's. Nothing is kept then.
    pub fn intake_end(&self, args: &IntakeArgs) -> Result<AttachmentView, AppError> {
        let intake_id = id(&args.intake_id)?;
        let intake =
            (self.intakes.all().remove(&intake_id)).ok_or(AttachmentError::IntakeUnknown)?;
        let came = intake.came();
        if came != intake.announced {
            return Err(AttachmentError::Changed {
                announced: intake.announced,
                came,
            }
            .into());
        }
        let (mime, thumbnail, sealing) = match intake.bytes {
            Taking::Photo(bytes) if photo::cleaned(intake.media.mime) || photo::is_heic(&bytes) => {
                let Photo {
                    bytes,
                    mime,
                    thumbnail,
                } = photo::take_in(bytes)?;
                (mime, thumbnail, self.sealing_of(&bytes)?)
            }
            Taking::Photo(bytes) => (intake.media.mime, None, self.sealing_of(&bytes)?),
            Taking::Streamed(sealing) => (intake.media.mime, None, *sealing),
        };
        let size = sealing.writer.position();
        let sha256 = ContentHash::new(sealing.hash.finalize().into()).to_string();
        // Until it has its row, no sweep takes it away.
        let sealed = sealing.writer.finish().map_err(AttachmentError::from)?;
        let now = self.now();
        let local = LocalFile {
            sha256: sha256.clone(),
            size,
            place: sealing.place,
            key: sealing.key,
            whole: true,
            used_at: now,
        };
        let held = HeldFile {
            id: intake_id,
            form: intake.form,
            sha256,
            size,
            name: intake.name,
            mime: mime.to_owned(),
            thumbnail,
            added_at: now,
        };
        let needed = self.store().hold_file(&local, &held)?;
        drop(sealed);
        if !needed {
            self.sweep_files()?;
        }
        self.settle_attachments()?;
        self.attachment(intake_id)
    }

    fn sealing_of(&self, bytes: &[u8]) -> Result<Sealing, AppError> {
        let mut sealing = Sealing::begin(self)?;
        sealing.write(bytes)?;
        Ok(sealing)
    }

    /// Takes in a file of this machine.
    ///
    /// # Errors
    /// `file_unreadable`, or as the steps of an intake.
    pub fn attach_file(&self, visit_id: &str, path: &Path) -> Result<AttachmentView, AppError> {
        let unreadable = |error: std::io::Error| AppError::FileUnreadable {
            file: path.display().to_string(),
            why: error.to_string(),
        };
        let mut file = File::open(path).map_err(unreadable)?;
        let size_bytes = file.metadata().map_err(unreadable)?.len();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let IntakeBegun { intake_id } = self.intake_begin(&IntakeBeginArgs {
            visit_id: visit_id.to_owned(),
            name: name.into_owned(),
            size_bytes,
        })?;
        let args = IntakeArgs { intake_id };
        let of = id(&args.intake_id)?;
        let mut piece = vec![0; PIECE];
        loop {
            match file.read(&mut piece) {
                Ok(0) => return self.intake_end(&args),
                Ok(n) => self.intake_bytes(of, &piece[..n])?,
                Err(error) => {
                    self.intake_cancel(&args)?;
                    return Err(unreadable(error));
                }
            }
        }
    }
}

/// A name without a folder, without what no list can show, and no longer than the rules take.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let plain: String = last.chars().filter(|c| !c.is_control()).collect();
    match plain.rsplit_once('.') {
        Some((stem, extension)) if plain.chars().count() > NAME_CHARS => {
            let room = NAME_CHARS.saturating_sub(extension.chars().count() + 1);
            let stem: String = stem.chars().take(room).collect();
            format!("{stem}.{extension}")
        }
        _ => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_name_and_keeps_its_end() {
        assert_eq!(plain_name("C:\\照片\\车间.jpg"), "车间.jpg");
        assert_eq!(plain_name("a\u{7}b.pdf"), "ab.pdf");
        let long = plain_name(&format!("{}.docx", "长".repeat(300)));
        assert_eq!(long.chars().count(), NAME_CHARS);
        assert!(long.ends_with("长.docx"));
    }
}
