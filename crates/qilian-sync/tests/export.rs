//! The file of an export: only its district opens it, and only if it is whole.

#![expect(
    clippy::expect_used,
    reason = "a test that can't be set up has to fail"
)]

use std::io::{Read as _, Write as _};

use proptest::prelude::*;
use qilian_domain::ids::{At, AttachmentId, DeviceId, DistrictId, MutId, MutSeq};
use qilian_domain::media::ContentHash;
use qilian_sync::export::{
    Export, ExportFault, ExportReader, ExportSecret, ExportWriter, ExportedFile,
};
use qilian_sync::wire::MutationEnvelope;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use uuid::Uuid;

const SECRET: ExportSecret = ExportSecret([7; 32]);
/// Magic and HPKE's key.
const HEAD: usize = 48;

fn district() -> DistrictId {
    DistrictId::new("M4QX07ZD")
}

fn export(size: u64) -> Export {
    Export {
        id: DeviceId::new(Uuid::from_u128(1)),
        device: DeviceId::new(Uuid::from_u128(2)),
        token: "0123".to_owned(),
        made: At::from_unix_ms(1_763_600_000_000).expect("a moment"),
        mutations: vec![MutationEnvelope {
            mut_seq: MutSeq(1),
            mut_id: MutId::new(Uuid::from_u128(3)),
            payload: r#"{"没传的":1}"#.to_owned(),
            had_effect_at: None,
        }],
        files: vec![ExportedFile {
            attachment: AttachmentId::new(Uuid::from_u128(4)),
            sha256: ContentHash::new([5; 32]),
            size,
        }],
    }
}

fn written(bytes: &[u8]) -> Vec<u8> {
    let key = SECRET.key().expect("a key");
    let mut random = StdRng::seed_from_u64(1);
    let contents = export(bytes.len() as u64);
    let writer = ExportWriter::begin(Vec::new(), key, &district(), &mut random, &contents);
    let mut writer = writer.expect("begun");
    writer.write_all(bytes).expect("written");
    writer.finish().expect("finished")
}

fn read(
    sealed: &[u8],
    secret: &ExportSecret,
    of: &DistrictId,
) -> Result<(Export, Vec<u8>), ExportFault> {
    let (export, mut reader) = ExportReader::begin(sealed, secret, of)?;
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes)?;
    reader.end()?;
    Ok((export, bytes))
}

#[test]
fn what_was_sealed_is_opened_however_many_pieces_it_is() {
    for size in [0, 1, 65_535, 65_536, 200_000] {
        let bytes: Vec<u8> = (0..size).map(|n: u32| n.to_le_bytes()[0]).collect();
        let opened = read(&written(&bytes), &SECRET, &district()).expect("opened");
        assert!(opened == (export(size.into()), bytes), "{size}");
    }
}

#[test]
fn another_district_or_secret_opens_nothing() {
    let sealed = written(b"bytes");
    let elsewhere = read(&sealed, &SECRET, &DistrictId::new("d2"));
    assert!(matches!(elsewhere, Err(ExportFault::Damaged)));
    let guessed = read(&sealed, &ExportSecret([8; 32]), &district());
    assert!(matches!(guessed, Err(ExportFault::Damaged)));
}

#[test]
fn an_export_that_ends_early_is_told_from_one_that_was_changed() {
    let sealed = written(&[3; 150_000]);
    for length in [HEAD, 60, 70_000, sealed.len() - 1] {
        let cut = read(&sealed[..length], &SECRET, &district());
        assert!(matches!(cut, Err(ExportFault::CutOff)), "{length}");
    }
    for at in [20, 100, 70_000, sealed.len() - 1] {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        let changed = read(&changed, &SECRET, &district());
        assert!(matches!(changed, Err(ExportFault::Damaged)), "{at}");
    }
}

#[test]
fn a_piece_that_is_left_out_or_called_the_last_is_noticed() {
    let sealed = written(&[3; 150_000]);
    let piece = 5 + 65_536 + 16;
    let without_first = [&sealed[..HEAD], &sealed[HEAD + piece..]].concat();
    let refused = read(&without_first, &SECRET, &district());
    assert!(matches!(refused, Err(ExportFault::Damaged)));
    let mut ended = sealed[..HEAD + piece].to_vec();
    ended[HEAD] = 1;
    let refused = read(&ended, &SECRET, &district());
    assert!(matches!(refused, Err(ExportFault::Damaged)));
}

#[test]
fn another_file_is_no_export() {
    for file in [&b""[..], b"PK", b"qilian-export 2\n and more of it"] {
        let refused = read(file, &SECRET, &district());
        assert!(matches!(refused, Err(ExportFault::NotAnExport)));
    }
}

proptest! {
    #[test]
    fn bytes_that_nobody_sealed_open_nothing(
        rest in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let file = [b"qilian-export 1\n".as_slice(), &rest].concat();
        prop_assert!(read(&file, &SECRET, &district()).is_err());
    }
}
