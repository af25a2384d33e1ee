//! Owns files that belong to visits: what is known of them, their small pictures, and whether the district
//! has their bytes. Three kinds of rows, because they differ in weight and in who writes them.
//!
//! Elsewhere: which files are kept (`media`), bytes (the server's files, the laptop's).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::bucket::Bucket;
use crate::ids::{At, AttachmentId, UserId, VisitId};
use crate::media::{ContentHash, MediaKind};
use crate::row::Body;
use crate::stamp::Stamp;
use crate::uscc::Uscc;

/// What a file belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttachedTo {
    /// A visit.
    Visit(VisitId),
}

/// A file that belongs to a visit. Its bytes may be on the author's laptop only, for as long as there is
/// no [`StoredFile`] of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its id.
    pub id: AttachmentId,
    /// In the file of which enterprise.
    pub uscc: Uscc,
    /// What it belongs to.
    pub to: AttachedTo,
    /// The day of what it belongs to.
    pub on: NaiveDate,
    /// Who added it.
    pub by: UserId,
    /// The file's name, as people see it.
    pub name: String,
    /// The media type, one of [`crate::media::TYPES`].
    pub mime: String,
    /// What it is.
    pub kind: MediaKind,
    /// How many bytes it has.
    pub size_bytes: u64,
    /// Of its bytes.
    pub sha256: ContentHash,
    /// When it was taken, if the file says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<At>,
    /// When it was added.
    pub recorded: Stamp,
    /// That it was taken back. The row stays; its bytes go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed: Option<Removed>,
}

/// That a file was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// By whom.
    pub by: UserId,
    /// When.
    pub recorded: Stamp,
}

impl Body for Attachment {
    fn row_id(&self) -> String {
        self.id.to_string()
    }

    fn parent(&self) -> Option<String> {
        Some(self.uscc.to_string())
    }

    fn day(&self) -> Option<NaiveDate> {
        Some(self.on)
    }

    fn buckets(&self) -> Vec<Bucket> {
        vec![Bucket::Enterprise(self.uscc.clone())]
    }
}

/// A small picture of an attachment, made by the laptop that added it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thumbnail {
    /// Of which attachment; there is one for each at most.
    pub attachment: AttachmentId,
    /// In the file of which enterprise.
    pub uscc: Uscc,
    /// The picture; `None` once the attachment was taken back, and then nobody holds the row.
    pub image: Option<ThumbnailImage>,
}

/// A small picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThumbnailImage {
    /// `image/jpeg` or `image/webp`.
    pub mime: String,
    /// Its bytes in base64 (standard alphabet, padded).
    pub data: String,
}

impl Body for Thumbnail {
    fn row_id(&self) -> String {
        self.attachment.to_string()
    }

    fn parent(&self) -> Option<String> {
        Some(self.uscc.to_string())
    }

    fn buckets(&self) -> Vec<Bucket> {
        match self.image {
            Some(_) => vec![Bucket::Enterprise(self.uscc.clone())],
            None => Vec::new(),
        }
    }
}

/// What the district says of an attachment's bytes. Only the server writes it, and only when somebody who
/// may do so proved to have them: an attachment alone lets nobody read a file whose hash they guessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFile {
    /// Of which attachment.
    pub attachment: AttachmentId,
    /// In the file of which enterprise.
    pub uscc: Uscc,
    /// Of the bytes.
    pub sha256: ContentHash,
    /// How many bytes.
    pub size_bytes: u64,
    /// Whether it has them.
    pub held: Held,
}

/// Whether the district has the bytes of an attachment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state", content = "at")]
pub enum Held {
    /// Verified and durable, since then.
    Stored(At),
    /// The attachment was taken back then; nobody may read them through it.
    Removed(At),
    /// They were found missing then: laptops that still have them send them again.
    Missing(At),
}

impl StoredFile {
    /// Whether the bytes can be read.
    pub const fn is_stored(&self) -> bool {
        matches!(self.held, Held::Stored(_))
    }
}

impl Body for StoredFile {
    fn row_id(&self) -> String {
        self.attachment.to_string()
    }

    /// The content: what is stored is found by it.
    fn parent(&self) -> Option<String> {
        Some(self.sha256.to_string())
    }

    fn buckets(&self) -> Vec<Bucket> {
        if self.is_stored() {
            vec![Bucket::Enterprise(self.uscc.clone())]
        } else {
            Vec::new()
        }
    }
}
