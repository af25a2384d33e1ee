//! 附件: files of a visit, what is known of them, how far their bytes are.

use qilian_domain::media::MediaKind;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::session::Person;

/// What a file is to whoever looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentKind {
    /// 照片.
    Photo,
    /// 录音.
    Audio,
    /// 视频.
    Video,
    /// 文档.
    Document,
}

impl From<MediaKind> for AttachmentKind {
    fn from(kind: MediaKind) -> Self {
        match kind {
            MediaKind::Photo => Self::Photo,
            MediaKind::Audio => Self::Audio,
            MediaKind::Video => Self::Video,
            MediaKind::Document => Self::Document,
        }
    }
}

/// Where a file's bytes are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum AttachmentState {
    /// With the open form, on this laptop.
    Held,
    /// On this laptop, on their way to the district.
    Waiting {
        /// How many bytes the district has.
        #[ts(type = "number")]
        sent_bytes: u64,
    },
    /// In the district's keeping.
    Stored,
    /// On the laptop of whoever added the file, and not yet in the district's keeping.
    Elsewhere,
    /// On this laptop, and something is in their way.
    Trouble {
        /// What.
        code: String,
    },
}

/// A file of a visit or of an open form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct AttachmentView {
    /// Its id.
    pub attachment_id: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: AttachmentKind,
    /// Its media type.
    pub mime: String,
    /// How many bytes it has.
    #[ts(type = "number")]
    pub size_bytes: u64,
    /// A small picture, as an address that an image takes.
    pub thumbnail: Option<String>,
    /// Who added it; `None` in an open form.
    pub by: Option<Person>,
    /// Whether I may take it away.
    pub mine: bool,
    /// Whether its bytes are on this laptop.
    pub here: bool,
    /// Where its bytes are.
    pub state: AttachmentState,
}

/// Names a visit or an open form; a form's id becomes its visit's.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
pub struct AttachmentsArgs {
    /// Its id.
    pub visit_id: String,
}

/// Begins to take in a file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
pub struct IntakeBeginArgs {
    /// For which visit or open form.
    pub visit_id: String,
    /// The file's name.
    pub name: String,
    /// How many bytes will come.
    #[ts(type = "number")]
    pub size_bytes: u64,
}

/// A file that is being taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct IntakeBegun {
    /// Its id, which becomes the attachment's.
    pub intake_id: String,
}

/// The next bytes of a file that is being taken in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
pub struct IntakePieceArgs {
    /// Which.
    pub intake_id: String,
    /// The bytes, in base64.
    pub data: String,
}

/// Names a file that is being taken in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
pub struct IntakeArgs {
    /// Which.
    pub intake_id: String,
}

/// Names an attachment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
pub struct AttachmentArgs {
    /// Its id.
    pub attachment_id: String,
}

/// A file's bytes, for the window to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct AttachmentBytes {
    /// Their media type.
    pub mime: String,
    /// The bytes, in base64.
    pub data: String,
}

/// A copy in the clear, where its user finds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct AttachmentSaved {
    /// The file.
    pub path: String,
}

/// How fast files are sent. Records never wait for them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FilePace {
    /// Not at all, until it is chosen otherwise.
    Paused,
    /// So that others on the same link notice little.
    #[default]
    Gentle,
    /// As fast as the link takes it.
    Full,
}

/// What the user chose about files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FileSettings {
    /// How fast they are sent.
    pub pace: FilePace,
    /// How much room they may take on this laptop, in MB of 1,000,000 bytes.
    pub room_mb: u32,
}

/// How much room files take on this laptop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct FileRoom {
    /// All of them.
    #[ts(type = "number")]
    pub used_bytes: u64,
    /// Those of them that stay whatever the room: nobody else may have them yet.
    #[ts(type = "number")]
    pub needed_bytes: u64,
}

/// A file that this laptop owes the district.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct FileWaiting {
    /// The attachment's id.
    pub attachment_id: String,
    /// Its name.
    pub name: String,
    /// Of which enterprise's visit; `None` once that left the scope.
    pub enterprise: Option<String>,
    /// How many bytes it has.
    #[ts(type = "number")]
    pub size_bytes: u64,
    /// How many of them the district has.
    #[ts(type = "number")]
    pub sent_bytes: u64,
    /// Why it does not go on by itself; a code.
    pub trouble: Option<String>,
}
