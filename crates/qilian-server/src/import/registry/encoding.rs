//! Owns the two encodings that registries and offices write text files in, read strictly: a byte
//! that does not belong is found, never replaced.
//!
//! Elsewhere: which of the two a file is in (`csv_lines`, by its header).

use std::borrow::Cow;

use encoding_rs::GB18030;

/// The encoding of a text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// With or without a byte order mark.
    Utf8,
    /// GB18030, and with it GBK and GB 2312.
    Gb18030,
}

impl Encoding {
    /// Both, the likelier one first.
    pub(in super::super) const ALL: [Self; 2] = [Self::Utf8, Self::Gb18030];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Gb18030 => "GB18030",
        }
    }

    /// The text, or `None` if some byte does not belong.
    pub(in super::super) fn decode(self, bytes: &[u8]) -> Option<Cow<'_, str>> {
        match self {
            Self::Utf8 => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Self::Gb18030 => GB18030.decode_without_bom_handling_and_without_replacement(bytes),
        }
    }
}
