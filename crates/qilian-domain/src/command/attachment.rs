//! Owns adding a file to a visit, `attachment.add@1`, and taking it back, `attachment.remove@1`. Both are
//! about what is known of a file; its bytes travel by themselves, later.
//!
//! Elsewhere: whether the district has the bytes ([`StoredFile`], which the server writes).

use serde::{Deserialize, Serialize};

use super::{Context, Decide, Loaded, Read};
use crate::ids::{At, AttachmentId, UserId};
use crate::media::{self, ContentHash, MediaType};
use crate::refusal::Refusal;
use crate::row::Row;
use crate::rows::{
    Assignment, AttachedTo, Attachment, Held, Removed, StoredFile, Thumbnail, Visit,
};
use crate::uscc::Uscc;

/// The longest name of a file, in characters: what file systems take.
const NAME_LIMIT: usize = 200;

/// A file was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentAdd {
    /// Made by the laptop.
    pub attachment: AttachmentId,
    /// In the file of which enterprise.
    pub uscc: Uscc,
    /// What it belongs to.
    pub to: AttachedTo,
    /// The file's name, without a folder: 1 to 200 characters, none of them a slash, a backslash or a control character.
    pub name: String,
    /// The media type, one of [`crate::media::TYPES`].
    pub mime: String,
    /// How many bytes it has: at least one, at most what its type may have.
    pub size_bytes: u64,
    /// Of its bytes.
    pub sha256: ContentHash,
    /// When it was taken, if the file says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<At>,
}

impl AttachmentAdd {
    fn check_file(&self) -> Result<&'static MediaType, Refusal> {
        if self.name.trim().is_empty() {
            return Err(Refusal::TextMissing("name"));
        }
        if self.name.chars().count() > NAME_LIMIT {
            return Err(Refusal::TextTooLong {
                field: "name",
                limit: NAME_LIMIT,
            });
        }
        if self
            .name
            .contains(|c: char| c.is_control() || matches!(c, '/' | '\\'))
        {
            return Err(Refusal::FileNameUnusable(self.name.clone()));
        }
        let media = media::of_mime(&self.mime)
            .ok_or_else(|| Refusal::FileTypeUnsupported(self.mime.clone()))?;
        let limit = media.kind.limit();
        match self.size_bytes {
            0 => Err(Refusal::FileEmpty),
            size_bytes if size_bytes > limit => Err(Refusal::FileTooLarge { size_bytes, limit }),
            _ => Ok(media),
        }
    }

    fn is(&self, there: &Attachment) -> bool {
        there.uscc == self.uscc
            && there.to == self.to
            && there.name == self.name
            && there.mime == self.mime
            && there.size_bytes == self.size_bytes
            && there.sha256 == self.sha256
    }

    /// The visit, if the actor was on it and may still write about it.
    fn check_visit<'a>(
        &self,
        context: &Context<'_>,
        loaded: &'a Loaded,
    ) -> Result<&'a Visit, Refusal> {
        let AttachedTo::Visit(id) = self.to;
        let visit = loaded
            .get::<Visit>(id)
            .filter(|visit| visit.uscc == self.uscc)
            .ok_or_else(|| Refusal::VisitUnknown(id.to_string()))?;
        if !visit.cadres.contains(context.actor) {
            return Err(Refusal::NotYours);
        }
        context.check_scope(&self.uscc, Some(visit.on), loaded)?;
        Ok(visit)
    }
}

impl Decide for AttachmentAdd {
    fn reads(&self, _actor: &UserId) -> Vec<Read> {
        let AttachedTo::Visit(visit) = self.to;
        vec![
            Read::row::<Attachment>(self.attachment),
            Read::row::<Visit>(visit),
            Read::children::<Assignment>(&self.uscc),
        ]
    }

    fn enterprise(&self) -> Option<&Uscc> {
        Some(&self.uscc)
    }

    fn decide(&self, context: &Context<'_>, loaded: &Loaded) -> Result<Vec<Row>, Refusal> {
        let media = self.check_file()?;
        match loaded.get::<Attachment>(self.attachment) {
            None => {}
            // The same file from its author's other laptop, or sent once more. Taken back, it stays so.
            Some(there) if self.is(there) && &there.by == context.actor => return Ok(Vec::new()),
            Some(_) => return Err(Refusal::IdTaken(self.attachment.to_string())),
        }
        let visit = self.check_visit(context, loaded)?;
        let added = Attachment {
            id: self.attachment,
            uscc: self.uscc.clone(),
            to: self.to,
            on: visit.on,
            by: context.actor.clone(),
            name: self.name.clone(),
            mime: self.mime.clone(),
            kind: media.kind,
            size_bytes: self.size_bytes,
            sha256: self.sha256,
            taken_at: self.taken_at,
            recorded: context.stamp,
            removed: None,
        };
        Ok(vec![added.into()])
    }
}

/// A file was taken back: a photo of the wrong enterprise, say. That it was there stays known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentRemove {
    /// In the file of which enterprise.
    pub uscc: Uscc,
    /// Which.
    pub attachment: AttachmentId,
}

impl Decide for AttachmentRemove {
    fn reads(&self, _actor: &UserId) -> Vec<Read> {
        vec![
            Read::row::<Attachment>(self.attachment),
            Read::row::<Thumbnail>(self.attachment),
            Read::row::<StoredFile>(self.attachment),
        ]
    }

    fn enterprise(&self) -> Option<&Uscc> {
        Some(&self.uscc)
    }

    fn decide(&self, context: &Context<'_>, loaded: &Loaded) -> Result<Vec<Row>, Refusal> {
        let attachment = loaded
            .get::<Attachment>(self.attachment)
            .filter(|attachment| attachment.uscc == self.uscc)
            .ok_or_else(|| Refusal::AttachmentUnknown(self.attachment.to_string()))?;
        if &attachment.by != context.actor {
            return Err(Refusal::NotYours);
        }
        if attachment.removed.is_some() {
            return Ok(Vec::new());
        }
        let removed = Attachment {
            removed: Some(Removed {
                by: context.actor.clone(),
                recorded: context.stamp,
            }),
            ..attachment.clone()
        };
        let thumbnail = loaded.get::<Thumbnail>(self.attachment).map(|thumbnail| {
            Row::from(Thumbnail {
                image: None,
                ..thumbnail.clone()
            })
        });
        let at = (context.stamp.received).unwrap_or_else(|| context.stamp.corrected());
        let stored = loaded.get::<StoredFile>(self.attachment).map(|stored| {
            Row::from(StoredFile {
                held: Held::Removed(at),
                ..stored.clone()
            })
        });
        Ok([Row::from(removed)]
            .into_iter()
            .chain(thumbnail)
            .chain(stored)
            .collect())
    }
}
