//! Owns adding a small picture of a file: `thumbnail.add@1`. A command of its own, so that a laptop may
//! send it after everything that matters more.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::{Context, Decide, Loaded, Read};
use crate::ids::{AttachmentId, UserId};
use crate::refusal::Refusal;
use crate::row::Row;
use crate::rows::{Attachment, Thumbnail, ThumbnailImage};
use crate::uscc::Uscc;

/// The most that a thumbnail may have, in bytes before base64: it travels with the rows (`sync.md` A.9).
pub const THUMBNAIL_BYTES: usize = 64 * 1024;

/// A small picture of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThumbnailAdd {
    /// In the file of which enterprise.
    pub uscc: Uscc,
    /// Of which attachment.
    pub attachment: AttachmentId,
    /// `image/jpeg` or `image/webp`.
    pub mime: String,
    /// Its bytes in base64 (standard alphabet, padded), 65,536 at most before that.
    pub data: String,
}

impl ThumbnailAdd {
    fn check_picture(&self) -> Result<(), Refusal> {
        if self.data.len() > THUMBNAIL_BYTES.div_ceil(3) * 4 {
            return Err(Refusal::FileTooLarge {
                size_bytes: self.data.len() as u64 / 4 * 3,
                limit: THUMBNAIL_BYTES as u64,
            });
        }
        let bytes = (STANDARD.decode(&self.data)).map_err(|_| Refusal::ThumbnailUnreadable)?;
        let begins_well = match self.mime.as_str() {
            "image/jpeg" => bytes.starts_with(&[0xff, 0xd8, 0xff]),
            "image/webp" => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
            _ => return Err(Refusal::FileTypeUnsupported(self.mime.clone())),
        };
        if !begins_well {
            return Err(Refusal::ThumbnailUnreadable);
        }
        if bytes.len() > THUMBNAIL_BYTES {
            return Err(Refusal::FileTooLarge {
                size_bytes: bytes.len() as u64,
                limit: THUMBNAIL_BYTES as u64,
            });
        }
        Ok(())
    }
}

impl Decide for ThumbnailAdd {
    fn reads(&self, _actor: &UserId) -> Vec<Read> {
        vec![
            Read::row::<Attachment>(self.attachment),
            Read::row::<Thumbnail>(self.attachment),
        ]
    }

    fn enterprise(&self) -> Option<&Uscc> {
        Some(&self.uscc)
    }

    fn decide(&self, context: &Context<'_>, loaded: &Loaded) -> Result<Vec<Row>, Refusal> {
        let attachment = loaded
            .get::<Attachment>(self.attachment)
            .filter(|attachment| attachment.uscc == self.uscc && attachment.removed.is_none())
            .ok_or_else(|| Refusal::AttachmentUnknown(self.attachment.to_string()))?;
        if &attachment.by != context.actor {
            return Err(Refusal::NotYours);
        }
        if loaded.get::<Thumbnail>(self.attachment).is_some() {
            return Err(Refusal::IdTaken(self.attachment.to_string()));
        }
        self.check_picture()?;
        let thumbnail = Thumbnail {
            attachment: self.attachment,
            uscc: self.uscc.clone(),
            image: Some(ThumbnailImage {
                mime: self.mime.clone(),
                data: self.data.clone(),
            }),
        };
        Ok(vec![thumbnail.into()])
    }
}
