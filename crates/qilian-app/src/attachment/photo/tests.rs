//! What of a photo is kept and what is not.

use super::*;

/// A picture of which every quarter has a colour of its own, 400 × 200.
fn picture() -> RgbImage {
    RgbImage::from_fn(400, 200, |x, y| match (x < 200, y < 100) {
        (true, true) => Rgb([220, 20, 20]),
        (false, true) => Rgb([20, 200, 20]),
        (true, false) => Rgb([20, 20, 220]),
        (false, false) => Rgb([240, 240, 240]),
    })
}

fn encoded(format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// EXIF as a telephone writes it: orientation, and a directory of positions.
fn with_position(up: u8) -> Bytes {
    let mut exif = Vec::from(*b"II*\0\x08\0\0\0\x02\0");
    exif.extend_from_slice(b"\x12\x01\x03\0\x01\0\0\0");
    exif.extend_from_slice(&[up, 0, 0, 0]);
    // GPS directory at 38.
    exif.extend_from_slice(b"\x25\x88\x04\0\x01\0\0\0\x26\0\0\0\0\0\0\0");
    exif.extend_from_slice(b"\x01\0\x01\0\x02\0\x02\0\0\0N\0\0\0\0\0\0\0");
    exif.extend_from_slice(b"GPS-SECRET-22.5431N");
    exif.into()
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

fn telephones_jpeg(up: u8) -> Vec<u8> {
    let mut jpeg = Jpeg::from_bytes(encoded(ImageFormat::Jpeg).into()).unwrap();
    jpeg.set_exif(Some(with_position(up)));
    let segment = |marker, text: &'static [u8]| {
        img_parts::jpeg::JpegSegment::new_with_contents(marker, Bytes::from_static(text))
    };
    let xmp = b"http://ns.adobe.com/xap/1.0/\0GPS-SECRET-XMP";
    jpeg.segments_mut().insert(1, segment(markers::APP1, xmp));
    jpeg.segments_mut()
        .insert(1, segment(markers::APP13, b"Photoshop GPS-SECRET-IPTC"));
    jpeg.segments_mut()
        .insert(1, segment(markers::COM, b"GPS-SECRET-COMMENT"));
    let mut bytes = jpeg.encoder().bytes().to_vec();
    // What is behind the end.
    bytes.extend_from_slice(b"ftypmp42 GPS-SECRET-FILM");
    bytes
}

#[test]
fn a_jpeg_is_kept_without_its_position_and_stays_the_same_picture() {
    let before = telephones_jpeg(1);
    assert!(holds(&before, b"GPS-SECRET"));
    let photo = take_in(before.clone()).unwrap();
    assert!(!holds(&photo.bytes, b"GPS-SECRET"), "nothing of it is left");
    assert_eq!(photo.mime, "image/jpeg");
    let pixels = |bytes: &[u8]| image::load_from_memory(bytes).unwrap().to_rgb8();
    assert!(pixels(&photo.bytes) == pixels(&before), "pixel for pixel");
}

#[test]
fn a_photo_taken_upright_stays_upright() {
    let photo = take_in(telephones_jpeg(6)).unwrap();
    assert!(!holds(&photo.bytes, b"GPS-SECRET"));
    let mut decoder = ImageReader::with_format(Cursor::new(&photo.bytes), ImageFormat::Jpeg)
        .into_decoder()
        .unwrap();
    assert_eq!(decoder.orientation().unwrap(), Orientation::Rotate90);
    let small = BASE64.decode(photo.thumbnail.unwrap()).unwrap();
    let small = image::load_from_memory(&small).unwrap();
    assert_eq!(
        (small.width(), small.height()),
        (128, 256),
        "also when small"
    );
}

#[test]
fn png_and_webp_lose_their_positions_too() {
    let mut png = Png::from_bytes(encoded(ImageFormat::Png).into()).unwrap();
    png.set_exif(Some(with_position(1)));
    let text = img_parts::png::PngChunk::new(*b"iTXt", Bytes::from_static(b"XML GPS-SECRET"));
    png.chunks_mut().insert(1, text);
    let mut webp = WebP::from_bytes(encoded(ImageFormat::WebP).into()).unwrap();
    webp.set_exif(Some(with_position(1)));
    for (bytes, mime) in [
        (png.encoder().bytes(), "image/png"),
        (webp.encoder().bytes(), "image/webp"),
    ] {
        assert!(holds(&bytes, b"GPS-SECRET"));
        let photo = take_in(bytes.to_vec()).unwrap();
        assert!(!holds(&photo.bytes, b"GPS-SECRET"), "{mime}");
        assert_eq!(photo.mime, mime);
        assert!(photo.thumbnail.is_some());
        image::load_from_memory(&photo.bytes).unwrap();
    }
}

#[test]
fn a_thumbnail_is_small_in_every_sense() {
    let noise = RgbImage::from_fn(2_000, 1_500, |x, y| {
        let n = (x * 7_919 + y * 104_729).wrapping_mul(2_654_435_761);
        Rgb([n as u8, (n >> 8) as u8, (n >> 16) as u8])
    });
    let mut bytes = Cursor::new(Vec::new());
    noise.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    let photo = take_in(bytes.into_inner()).unwrap();
    let small = BASE64.decode(photo.thumbnail.unwrap()).unwrap();
    assert!(small.len() <= THUMBNAIL_BYTES, "{} bytes", small.len());
    let small = image::load_from_memory(&small).unwrap();
    assert_eq!((small.width(), small.height()), (256, 192));
}

#[test]
fn heic_is_refused_also_under_the_name_of_a_jpeg() {
    let mut heic = Vec::from(*b"\0\0\0\x18ftypheic\0\0\0\0mif1heic");
    heic.extend_from_slice(&[0; 500]);
    assert!(matches!(
        take_in(heic),
        Err(AttachmentError::HeicUnsupported)
    ));
}

#[test]
fn what_is_no_photo_is_not_taken_for_one() {
    let text = take_in(b"just a text in a file named .jpg".to_vec());
    assert!(matches!(text, Err(AttachmentError::PhotoUnreadable(_))));
}

#[test]
fn a_torn_photo_is_kept_as_far_as_it_goes() {
    let mut torn = telephones_jpeg(1);
    torn.truncate(torn.len() - 1_000);
    match take_in(torn) {
        Ok(photo) => assert!(!holds(&photo.bytes, b"GPS-SECRET")),
        Err(error) => assert!(matches!(error, AttachmentError::PhotoUnreadable(_))),
    }
}
