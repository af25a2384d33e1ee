//! Owns the one encoding of bodies: JSON, compressed with zstd.
//!
//! Elsewhere: headers and status codes (the transports on both sides).

use std::io::Read;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The media type of every message, in both directions. A body of another type is not ours: it may be
/// the page of a hotel's network.
pub const CONTENT_TYPE: &str = "application/vnd.qilian+zstd";

/// The most that a message may unpack to.
pub const MAX_UNPACKED_BYTES: u64 = 16 * 1024 * 1024;

/// zstd's own default: a higher level costs a laptop more time than a slow link saves.
const LEVEL: i32 = 3;

/// Why a body can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// Not zstd, or cut off.
    #[error("not a zstd body: {0}")]
    Packing(#[from] std::io::Error),
    /// Unpacks to more than [`MAX_UNPACKED_BYTES`].
    #[error("unpacks to more than {MAX_UNPACKED_BYTES} bytes")]
    TooLarge,
    /// Not the message that was expected.
    #[error("not the expected message: {0}")]
    Json(#[from] serde_json::Error),
}

/// Writes a message.
///
/// # Errors
/// If it can't be written as JSON.
pub fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, CodecError> {
    let mut packed = zstd::Encoder::new(Vec::new(), LEVEL)?;
    serde_json::to_writer(&mut packed, message)?;
    Ok(packed.finish()?)
}

/// Reads a message, never unpacking more than [`MAX_UNPACKED_BYTES`].
///
/// # Errors
/// If the body is not one, is cut off, or is too large.
pub fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, CodecError> {
    let mut text = Vec::new();
    zstd::Decoder::new(body)?
        .take(MAX_UNPACKED_BYTES + 1)
        .read_to_end(&mut text)?;
    if text.len() as u64 > MAX_UNPACKED_BYTES {
        return Err(CodecError::TooLarge);
    }
    Ok(serde_json::from_slice(&text)?)
}
