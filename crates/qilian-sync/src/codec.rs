//! Owns the one encoding of bodies: JSON, compressed with zstd.
//!
//! Elsewhere: headers and status codes (the transports on both sides).

use std::io::{BufWriter, IntoInnerError, Read};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The media type of every message, in both directions. A body of another type is not ours: it may be
/// the page of a hotel's network.
pub const CONTENT_TYPE: &str = "application/vnd.qilian+zstd";

/// The most that a message may unpack to.
pub const MAX_UNPACKED_BYTES: u64 = 16 * 1024 * 1024;

/// The window that a body may ask to be unpacked with, as a power of two. It is memory that is set aside whatever the
/// body unpacks to; what we write needs an eighth of it.
const WINDOW_LOG_MAX: u32 = 24;

/// zstd's own default: a higher level costs a laptop more time than a slow link saves.
const LEVEL: i32 = 3;

/// JSON is written in pieces of a few letters; the compressor takes this many at once.
const PIECE_BYTES: usize = 64 * 1024;

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
    let packer = zstd::Encoder::new(Vec::new(), LEVEL)?;
    let mut text = BufWriter::with_capacity(PIECE_BYTES, packer);
    serde_json::to_writer(&mut text, message)?;
    let packer = text.into_inner().map_err(IntoInnerError::into_error)?;
    Ok(packer.finish()?)
}

/// Reads a message, never unpacking more than [`MAX_UNPACKED_BYTES`].
///
/// # Errors
/// If the body is not one, is cut off, or is too large.
pub fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, CodecError> {
    let mut text = Vec::new();
    let mut unpacked = zstd::Decoder::new(body)?;
    unpacked.window_log_max(WINDOW_LOG_MAX)?;
    unpacked
        .take(MAX_UNPACKED_BYTES + 1)
        .read_to_end(&mut text)?;
    if text.len() as u64 > MAX_UNPACKED_BYTES {
        return Err(CodecError::TooLarge);
    }
    Ok(serde_json::from_slice(&text)?)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_body_that_asks_for_more_memory_than_it_may_unpack_to_is_refused() {
        // 20 letters that want a window of 128 MiB.
        let packed = |window_log: u32| {
            let mut packer = zstd::Encoder::new(Vec::new(), LEVEL).expect("a packer");
            packer.window_log(window_log).expect("a window");
            packer
                .write_all(&serde_json::to_vec("twenty letters or so").expect("JSON"))
                .expect("packed");
            packer.finish().expect("a body")
        };
        assert!(matches!(
            decode::<String>(&packed(27)),
            Err(CodecError::Packing(_))
        ));
        assert_eq!(
            decode::<String>(&packed(24)).ok().as_deref(),
            Some("twenty letters or so")
        );
    }

    #[test]
    fn the_largest_message_that_is_written_can_be_read() {
        let long = "长".repeat(5 * 1024 * 1024);
        let packed = encode(&long).expect("a body");
        assert_eq!(decode::<String>(&packed).expect("read"), long);
    }
}
