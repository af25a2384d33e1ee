//! Owns what a photo is made of before it is kept: the picture, without what the camera knew of place and person.
//!
//! A position is a track of the cadre, which nobody asked for: EXIF, XMP, IPTC, comments, maker's notes and
//! pictures behind the picture are left out, whoever may have wanted them. The pixels are not touched, and
//! which side is up is kept. Elsewhere: videos, recordings and documents are kept as they are.

use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, Rgb, RgbImage};
use img_parts::jpeg::{Jpeg, markers};
use img_parts::png::Png;
use img_parts::webp::{CHUNK_EXIF, CHUNK_XMP, WebP};
use img_parts::{Bytes, ImageEXIF as _};
use qilian_domain::command::THUMBNAIL_BYTES;

use super::AttachmentError;

/// The type of all thumbnails.
pub(super) const THUMBNAIL_MIME: &str = "image/jpeg";
/// The longer side of a thumbnail, in pixels: sharp in a list, some 10 KB.
const THUMBNAIL_SIDE: u32 = 256;
/// What a picture may take in memory while its thumbnail is made: 100 megapixels.
const MOST_MEMORY: u64 = 400 * 1024 * 1024;
/// Parts of a PNG that say something about its maker: text, time, EXIF.
const PNG_LEFT_OUT: [&[u8; 4]; 5] = [b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"];

/// A photo, ready to be kept.
pub(super) struct Photo {
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// What it really is, whatever its name says.
    pub(super) mime: &'static str,
    /// A small JPEG in base64, if the picture can be drawn.
    pub(super) thumbnail: Option<String>,
}

/// Whether a photo of that type can be cleaned and drawn. The others are kept as they are.
pub(super) fn cleaned(mime: &str) -> bool {
    matches!(mime, "image/jpeg" | "image/png" | "image/webp")
}

/// Makes a photo ready to be kept.
pub(super) fn take_in(bytes: Vec<u8>) -> Result<Photo, AttachmentError> {
    if is_heic(&bytes) {
        return Err(AttachmentError::HeicUnsupported);
    }
    let format = image::guess_format(&bytes).map_err(unreadable)?;
    let drawn = draw(&bytes, format);
    let up = drawn.as_ref().map_or(Orientation::NoTransforms, |d| d.up);
    let bytes = Bytes::from(bytes);
    let (mime, bytes) = match format {
        ImageFormat::Jpeg => ("image/jpeg", clean_jpeg(bytes, up)?),
        ImageFormat::Png => ("image/png", clean_png(bytes, up)?),
        ImageFormat::WebP => ("image/webp", clean_webp(bytes, up)?),
        other => return Err(AttachmentError::PhotoUnreadable(format!("{other:?}"))),
    };
    Ok(Photo {
        bytes,
        mime,
        thumbnail: drawn.as_ref().and_then(thumbnail),
    })
}

/// A telephone's HEIC, also under the name of a JPEG.
pub(super) fn is_heic(bytes: &[u8]) -> bool {
    const BRANDS: [&[u8]; 7] = [
        b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1",
    ];
    bytes.get(4..8) == Some(b"ftyp") && bytes.get(8..12).is_some_and(|b| BRANDS.contains(&b))
}

fn unreadable(error: impl ToString) -> AttachmentError {
    AttachmentError::PhotoUnreadable(error.to_string())
}

struct Drawn {
    picture: DynamicImage,
    up: Orientation,
}

/// The picture; `None` if it is damaged or too large to be drawn, which does not keep it from being kept.
fn draw(bytes: &[u8], format: ImageFormat) -> Option<Drawn> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let up = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = match DynamicImage::from_decoder(decoder) {
        Ok(picture) => picture,
        Err(error) => {
            tracing::info!(%error, "a photo has no thumbnail");
            return None;
        }
    };
    Some(Drawn { picture, up })
}

fn thumbnail(drawn: &Drawn) -> Option<String> {
    let mut small = drawn.picture.thumbnail(THUMBNAIL_SIDE, THUMBNAIL_SIDE);
    small.apply_orientation(drawn.up);
    let small = on_white(&small);
    for quality in [72, 50, 30] {
        let mut jpeg = Vec::new();
        let encoder = JpegEncoder::new_with_quality(&mut jpeg, quality);
        if let Err(error) = small.write_with_encoder(encoder) {
            tracing::warn!(%error, "a thumbnail can't be written");
            return None;
        }
        if jpeg.len() <= THUMBNAIL_BYTES {
            return Some(BASE64.encode(jpeg));
        }
    }
    None
}

/// Transparent parts become white, like paper.
fn on_white(picture: &DynamicImage) -> RgbImage {
    let source = picture.to_rgba8();
    RgbImage::from_fn(source.width(), source.height(), |x, y| {
        let [r, g, b, a] = source.get_pixel(x, y).0.map(u16::from);
        let over = |c: u16| u8::try_from((c * a + 255 * (255 - a)) / 255).unwrap_or(u8::MAX);
        Rgb([over(r), over(g), over(b)])
    })
}

fn clean_jpeg(bytes: Bytes, up: Orientation) -> Result<Vec<u8>, AttachmentError> {
    let mut jpeg = Jpeg::from_bytes(bytes).map_err(unreadable)?;
    jpeg.segments_mut().retain(|segment| {
        let begins = |with: &[u8]| segment.contents().starts_with(with);
        match segment.marker() {
            markers::APP0 => begins(b"JFIF\0"),
            markers::APP2 => begins(b"ICC_PROFILE\0"),
            markers::APP14 => begins(b"Adobe"),
            marker => !(markers::APP0..=markers::APP15).contains(&marker) && marker != markers::COM,
        }
    });
    jpeg.set_exif(upright(up));
    let mut clean = jpeg.encoder().bytes().to_vec();
    // Some telephones put a film, or a second picture with a position of its own, behind the end.
    if let Some(end) = end_of_jpeg(&clean) {
        clean.truncate(end);
    }
    Ok(clean)
}

fn clean_png(bytes: Bytes, up: Orientation) -> Result<Vec<u8>, AttachmentError> {
    let mut png = Png::from_bytes(bytes).map_err(unreadable)?;
    for kind in PNG_LEFT_OUT {
        png.remove_chunks_by_type(*kind);
    }
    png.set_exif(upright(up));
    Ok(png.encoder().bytes().to_vec())
}

fn clean_webp(bytes: Bytes, up: Orientation) -> Result<Vec<u8>, AttachmentError> {
    let mut webp = WebP::from_bytes(bytes).map_err(unreadable)?;
    webp.remove_chunks_by_id(CHUNK_XMP);
    webp.remove_chunks_by_id(CHUNK_EXIF);
    webp.set_exif(upright(up));
    Ok(webp.encoder().bytes().to_vec())
}

/// EXIF that says which side is up and nothing else; `None` where that is plain.
fn upright(up: Orientation) -> Option<Bytes> {
    if up == Orientation::NoTransforms {
        return None;
    }
    // Little-endian TIFF: one directory at 8, with one entry, tag 0x0112, one SHORT.
    let mut exif = Vec::from(*b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0");
    exif.extend_from_slice(&[up.to_exif(), 0, 0, 0]);
    exif.extend_from_slice(&[0; 4]);
    Some(exif.into())
}

/// Where a JPEG ends: after the first end marker that is not inside a segment.
fn end_of_jpeg(jpeg: &[u8]) -> Option<usize> {
    let mut at = 2;
    loop {
        while *jpeg.get(at)? != markers::P {
            at += 1;
        }
        let marker = *jpeg.get(at + 1)?;
        match marker {
            markers::EOI => return Some(at + 2),
            // Stuffing, and marks between parts of the picture's data.
            markers::Z | markers::RST0..=markers::RST7 => at += 2,
            markers::P => at += 1,
            _ => {
                let length = [*jpeg.get(at + 2)?, *jpeg.get(at + 3)?];
                at += 2 + usize::from(u16::from_be_bytes(length));
            }
        }
    }
}

#[cfg(test)]
mod tests;
