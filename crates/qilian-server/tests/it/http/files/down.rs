//! Bytes down: parts of them, and who may not have any.

use qilian_domain::ids::DistrictId;
use qilian_sync::wire::{DeviceState, UploadReply};

use super::{Sender, bytes, hash, stands};
use crate::district::{NOON, TestDistrict, assignment, at};
use crate::http::Running;

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_a_file_is_read_by_its_range() {
    let server = Running::start().await;
    let mut sender = Sender::new(&server, 1).await;
    let whole = bytes(700_000);
    sender.adds(1, 1, &whole).await;
    assert_eq!(
        sender.sends(1, 0, true, &whole).await,
        stands(700_000, true)
    );
    let sha256 = hash(&whole).to_string();
    let cases = [
        ("bytes=0-9", 0..10),
        ("bytes=699990-", 699_990..700_000),
        ("bytes=-5", 699_995..700_000),
        ("bytes=300000-600000", 300_000..600_001),
        ("bytes=699999-800000", 699_999..700_000),
    ];
    for (asked, range) in cases {
        let response = sender.reads(&sha256, Some(asked)).await;
        assert_eq!(response.status(), 206, "{asked}");
        let told = format!("bytes {}-{}/700000", range.start, range.end - 1);
        assert_eq!(response.headers()["content-range"], told);
        assert_eq!(
            response.headers()["content-length"],
            range.len().to_string()
        );
        let body = response.bytes().await.expect("a body");
        assert_eq!(body, whole[range], "{asked}");
    }
    let outside = sender.reads(&sha256, Some("bytes=700000-")).await;
    assert_eq!(outside.status(), 416);
    assert_eq!(outside.headers()["content-range"], "bytes */700000");
    let several = sender.reads(&sha256, Some("bytes=0-1,5-6")).await;
    assert_eq!(several.status(), 200, "HTTP lets a server ignore several");
    assert_eq!(several.headers()["accept-ranges"], "bytes");
    assert_eq!(several.headers()["etag"], format!("\"{sha256}\""));
    assert_eq!(
        several.headers()["content-type"],
        "application/octet-stream"
    );
    assert_eq!(several.bytes().await.expect("a body"), whole);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_read_a_hash_sends_its_bytes_and_learns_nothing() {
    let server = Running::start().await;
    let mut author = Sender::new(&server, 1).await;
    let mut other = Sender::new(&server, 2).await;
    let whole = bytes(2000);
    author.adds(1, 1, &whole).await;
    other.adds(2, 3, &whole).await;
    let before = other.begins(2, &whole).await;
    author.sends(1, 0, true, &whole).await;
    assert_eq!(other.begins(2, &whole).await, before, "as if nobody had it");
    assert_eq!(other.content(hash(&whole)).await, None);
    author.adds(3, 2, &whole).await;
    assert_eq!(author.begins(3, &whole).await, Ok(UploadReply::Stored));
    assert_eq!(other.sends(2, 0, true, &whole).await, stands(2000, true));
    assert_eq!(other.content(hash(&whole)).await, Some(whole.clone()));
    let sha256 = hash(&whole).to_string();
    let shard = server.data.path().join("blobs/d1").join(&sha256[..2]);
    assert_eq!(
        std::fs::read_dir(shard).expect("read").count(),
        1,
        "one copy"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn out_of_scope_a_file_is_as_if_it_were_not_there() {
    let server = Running::start().await;
    let mut author = Sender::new(&server, 1).await;
    let successor = Sender::new(&server, 2).await;
    let whole = bytes(2000);
    author.adds(1, 1, &whole).await;
    author.sends(1, 0, true, &whole).await;
    assert_eq!(successor.content(hash(&whole)).await, None);
    let district = TestDistrict {
        storage: server.storage.as_ref(),
        id: DistrictId::new("d1"),
        now: at(NOON),
    };
    district.write(&[
        assignment(1, 1, 1, "2026-10-01", "2026-11-19").into(),
        assignment(10, 1, 2, "2026-11-20", "").into(),
    ]);
    assert_eq!(
        author.content(hash(&whole)).await,
        None,
        "after the handover"
    );
    assert_eq!(successor.content(hash(&whole)).await, Some(whole.clone()));
    assert_eq!(
        author.asks(1).await,
        stands(2000, true),
        "their own upload they may ask of"
    );

    let device = successor.laptop.device;
    (server
        .storage
        .set_state(&district.id, device, DeviceState::Revoked))
    .expect("works");
    let refused = successor.reads(&hash(&whole).to_string(), None).await;
    assert_eq!(refused.status(), 403);
    for nonsense in [
        "",
        "0",
        &hash(&whole).to_string().to_uppercase(),
        "..%2F..%2Fjournal.jsonl",
    ] {
        assert_eq!(
            author.reads(nonsense, None).await.status(),
            404,
            "{nonsense}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_back_is_read_by_nobody() {
    let server = Running::start().await;
    let mut author = Sender::new(&server, 1).await;
    let whole = bytes(2000);
    author.adds(1, 1, &whole).await;
    author.sends(1, 0, true, &whole).await;
    author.removes(1, 1).await;
    assert_eq!(author.content(hash(&whole)).await, None);
}
