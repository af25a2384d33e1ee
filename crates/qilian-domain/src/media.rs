//! Owns which files are kept, what each is, and how large it may be; and the identity of a file's content.
//!
//! A type is known by its media type, and a laptop finds that by the file's name. The list is of what
//! enterprises hand over and telephones make. Programs and archives are not on it: a file that a colleague
//! opens shall be what it looks like. Elsewhere: bytes (the server's files, the laptop's).

use std::fmt;

use serde::{Deserialize, Serialize};

const MIB: u64 = 1024 * 1024;

/// What an attachment is to whoever looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// 照片.
    Photo,
    /// 录音.
    Audio,
    /// 视频.
    Video,
    /// 文档.
    Document,
}

impl MediaKind {
    /// The most that a file of this kind may have, in bytes: several times what telephones and scanners
    /// make (a photo of 100 megapixels, two hours of speech, three minutes of full HD, a scanned contract),
    /// and little enough that a district's disk lasts for years.
    pub const fn limit(self) -> u64 {
        match self {
            Self::Photo | Self::Document => 20 * MIB,
            Self::Audio => 50 * MIB,
            Self::Video => 200 * MIB,
        }
    }
}

/// The most that any file may have, in bytes.
pub const LARGEST: u64 = MediaKind::Video.limit();

/// A type of files that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaType {
    /// The media type, such as `image/jpeg`.
    pub mime: &'static str,
    /// What it is to whoever looks at it.
    pub kind: MediaKind,
    /// Ends of file names, in lower case.
    pub extensions: &'static [&'static str],
}

const fn media(
    kind: MediaKind,
    mime: &'static str,
    extensions: &'static [&'static str],
) -> MediaType {
    MediaType {
        mime,
        kind,
        extensions,
    }
}

/// All types that are kept.
pub const TYPES: &[MediaType] = &[
    media(MediaKind::Photo, "image/jpeg", &["jpg", "jpeg"]),
    media(MediaKind::Photo, "image/png", &["png"]),
    media(MediaKind::Photo, "image/webp", &["webp"]),
    media(MediaKind::Photo, "image/heic", &["heic", "heif"]),
    media(MediaKind::Photo, "image/gif", &["gif"]),
    media(MediaKind::Photo, "image/bmp", &["bmp"]),
    media(MediaKind::Audio, "audio/mpeg", &["mp3"]),
    media(MediaKind::Audio, "audio/mp4", &["m4a"]),
    media(MediaKind::Audio, "audio/aac", &["aac"]),
    media(MediaKind::Audio, "audio/wav", &["wav"]),
    media(MediaKind::Audio, "audio/ogg", &["ogg", "opus"]),
    media(MediaKind::Audio, "audio/amr", &["amr"]),
    media(MediaKind::Video, "video/mp4", &["mp4", "m4v"]),
    media(MediaKind::Video, "video/quicktime", &["mov"]),
    media(MediaKind::Video, "video/webm", &["webm"]),
    media(MediaKind::Video, "video/3gpp", &["3gp"]),
    media(MediaKind::Document, "application/pdf", &["pdf"]),
    // 版式文档, the state's own format of documents (GB/T 33190).
    media(MediaKind::Document, "application/ofd", &["ofd"]),
    media(MediaKind::Document, "application/msword", &["doc"]),
    media(
        MediaKind::Document,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        &["docx"],
    ),
    media(MediaKind::Document, "application/vnd.ms-excel", &["xls"]),
    media(
        MediaKind::Document,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        &["xlsx"],
    ),
    media(
        MediaKind::Document,
        "application/vnd.ms-powerpoint",
        &["ppt"],
    ),
    media(
        MediaKind::Document,
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        &["pptx"],
    ),
    media(
        MediaKind::Document,
        "application/vnd.wps-office.wps",
        &["wps"],
    ),
    media(MediaKind::Document, "text/plain", &["txt"]),
    media(MediaKind::Document, "text/csv", &["csv"]),
];

/// The type of that media type, if it is kept.
pub fn of_mime(mime: &str) -> Option<&'static MediaType> {
    TYPES.iter().find(|known| known.mime == mime)
}

/// The type of a file of that name, if it is kept.
pub fn of_file_name(name: &str) -> Option<&'static MediaType> {
    let (_, extension) = name.rsplit_once('.')?;
    let extension = extension.to_ascii_lowercase();
    TYPES
        .iter()
        .find(|known| known.extensions.contains(&extension.as_str()))
}

/// SHA-256 of a file's bytes: the identity of its content. Written in lower-case hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ContentHash([u8; 32]);

/// Text that is no SHA-256 in lower-case hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a SHA-256 in lower-case hexadecimal")]
pub struct NotAHash;

impl ContentHash {
    /// Takes the digest.
    pub const fn new(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// The digest.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for ContentHash {
    type Err = NotAHash;

    fn from_str(text: &str) -> Result<Self, NotAHash> {
        let digit = |c: u8| match c {
            b'0'..=b'9' => Ok(c - b'0'),
            b'a'..=b'f' => Ok(c - b'a' + 10),
            _ => Err(NotAHash),
        };
        let mut digest = [0; 32];
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != digest.len() || !rest.is_empty() {
            return Err(NotAHash);
        }
        for (byte, [high, low]) in digest.iter_mut().zip(pairs) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Ok(Self(digest))
    }
}

impl TryFrom<String> for ContentHash {
    type Error = NotAHash;

    fn try_from(text: String) -> Result<Self, NotAHash> {
        text.parse()
    }
}

impl From<ContentHash> for String {
    fn from(hash: ContentHash) -> Self {
        hash.to_string()
    }
}
