//! Bytes up: in order, over broken lines, twice, and wrong.

use std::io::Read as _;
use std::net::TcpStream;
use std::time::Duration;

use qilian_sync::wire::{APPEND_BYTES, ErrorCode, UploadReply};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use reqwest::StatusCode;

use super::{Said, Sender, bytes, hash, stands};
use crate::http::Running;

/// Longer than anything here takes, and shorter than a half-open connection hangs.
const AT_ONCE: Duration = Duration::from_secs(10);

const fn open(offset: u64) -> UploadReply {
    UploadReply::Open {
        offset,
        append_bytes: APPEND_BYTES,
    }
}

fn error(status: u16, error: ErrorCode) -> Said {
    let offset = match error {
        ErrorCode::OffsetMismatch { offset } => Some(offset),
        _ => None,
    };
    Said {
        status,
        offset,
        complete: None,
        error: Some(error),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_goes_up_in_pieces_and_is_stored_with_the_last() {
    let server = Running::start().await;
    let mut sender = Sender::new(&server, 1).await;
    let whole = bytes(5_000_000);
    sender.adds(1, 1, &whole).await;
    assert_eq!(sender.begins(1, &whole).await, Ok(open(0)));
    let (first, last) = whole.split_at(4_000_000);
    assert_eq!(
        sender.sends(1, 0, false, first).await,
        stands(4_000_000, false)
    );
    assert_eq!(
        sender.begins(1, &whole).await,
        Ok(open(4_000_000)),
        "as it was"
    );
    assert_eq!(sender.content(hash(&whole)).await, None, "not yet");
    assert_eq!(
        sender.sends(1, 4_000_000, true, last).await,
        stands(5_000_000, true)
    );
    assert_eq!(sender.begins(1, &whole).await, Ok(UploadReply::Stored));
    assert_eq!(sender.asks(1).await, stands(5_000_000, true));
    assert_eq!(sender.content(hash(&whole)).await, Some(whole));
    let left = std::fs::read_dir(server.data.path().join("uploads/0")).expect("read");
    assert_eq!(left.count(), 1, "the lock only");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_cut_line_brought_is_kept_and_an_offset_never_shrinks() {
    let server = Running::start().await;
    let mut sender = Sender::new(&server, 1).await;
    for seed in 0..5 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut whole = bytes(1_000_000);
        whole.extend(seed.to_le_bytes());
        let n = seed + 1;
        sender.adds(n, 1, &whole).await;
        let (mut have, mut sent_upto) = (0, 0);
        while have < whole.len() {
            let room = (whole.len() - have).min(usize::try_from(APPEND_BYTES).expect("fits"));
            let sent = random.random_range(0..=room);
            drop(sender.hangs(n, have, room, &whole[have..have + sent]));
            // What was sent on a line that broke may come in late.
            sent_upto = sent_upto.max(have + sent);
            let now = offset(&sender, n).await;
            assert!(
                have <= now && now <= sent_upto,
                "seed {seed}: {have}, {sent_upto}, {now}"
            );
            have = now;
            if random.random_bool(0.3) && have < whole.len() {
                let upto = random.random_range(have..=whole.len());
                sent_upto = sent_upto.max(upto);
                let said = sender.sends(n, have, false, &whole[have..upto]).await;
                if said == stands(upto, false) {
                    have = upto;
                } else {
                    assert!(is_late(&said), "seed {seed}: {said:?}");
                }
            }
        }
        assert_eq!(have, whole.len());
        let mut said = sender.sends(n, have, true, &[]).await;
        while is_late(&said) {
            said = sender.sends(n, have, true, &[]).await;
        }
        assert_eq!(said, stands(have, true));
        assert!(
            sender.content(hash(&whole)).await.as_ref() == Some(&whole),
            "seed {seed}"
        );
    }
}

/// Where an upload stands. A line that comes in late is newer than the question: then it is asked again.
async fn offset(sender: &Sender, n: u64) -> usize {
    let said = tokio::time::timeout(AT_ONCE, async {
        loop {
            let said = sender.asks(n).await;
            if said.status != 409 {
                break said;
            }
        }
    });
    let said = said.await.expect("at once");
    usize::try_from(said.offset.expect("an offset")).expect("fits")
}

/// Whether a line that broke came in after the request was begun, and before it was done.
fn is_late(said: &Said) -> bool {
    let error = said.error.as_ref();
    matches!(
        error,
        Some(ErrorCode::Superseded | ErrorCode::OffsetMismatch { .. })
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_request_ends_one_that_hangs() {
    let server = Running::start().await;
    let mut sender = Sender::new(&server, 1).await;
    let whole = bytes(100_000);
    sender.adds(1, 1, &whole).await;
    let mut hanging = sender.hangs(1, 0, 50_000, &whole[..10_000]);
    // The server has what came on the hanging line, or not yet: either way it goes on from there.
    let have = offset(&sender, 1).await;
    assert!(have <= 10_000);
    let mut second = sender.hangs(1, have, 50_000, &whole[have..have + 1]);
    loop {
        let have = offset(&sender, 1).await;
        let sent = tokio::time::timeout(AT_ONCE, sender.sends(1, have, false, &whole[have..]));
        let sent = sent.await.expect("at once");
        if sent == stands(whole.len(), false) {
            break;
        }
        assert!(is_late(&sent), "{sent:?}");
    }
    for line in [&mut hanging, &mut second] {
        assert_eq!(status(line), "HTTP/1.1 409");
    }
    assert_eq!(
        sender.sends(1, whole.len(), true, &[]).await,
        stands(whole.len(), true)
    );
    assert_eq!(sender.content(hash(&whole)).await, Some(whole));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_refused_is_told_also_on_a_line_on_which_nothing_more_comes() {
    let server = Running::start().await;
    let mut sender = Sender::new(&server, 1).await;
    let whole = bytes(100_000);
    sender.adds(1, 1, &whole).await;
    let mut hanging = sender.hangs(1, 5, 50_000, &whole[..10]);
    assert_eq!(status(&mut hanging), "HTTP/1.1 409");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_let_in_is_told_while_they_still_send() {
    let server = Running::start().await;
    let mut sender = Sender::new(&server, 1).await;
    sender.token = "nobody's".to_owned();
    let piece = bytes(usize::try_from(APPEND_BYTES).expect("fits"));
    for _ in 0..5 {
        assert_eq!(sender.sends(1, 0, false, &piece).await.status, 401);
    }
}

/// What a line is told first.
fn status(line: &mut TcpStream) -> String {
    line.set_read_timeout(Some(AT_ONCE)).expect("set");
    let mut told = [0; 12];
    line.read_exact(&mut told).expect("told");
    String::from_utf8_lossy(&told).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_offset_is_told_the_right_one() {
    let server = Running::start().await;
    let mut sender = Sender::new(&server, 1).await;
    let whole = bytes(1000);
    sender.adds(1, 1, &whole).await;
    let mismatch = |offset| error(409, ErrorCode::OffsetMismatch { offset });
    assert_eq!(sender.sends(1, 5, false, &whole[5..]).await, mismatch(0));
    assert_eq!(
        sender.sends(1, 0, false, &whole[..600]).await,
        stands(600, false)
    );
    for wrong in [0, 599, 601, 1000] {
        assert_eq!(sender.sends(1, wrong, false, &[]).await, mismatch(600));
    }
    assert_eq!(
        sender.sends(1, 600, true, &whole[600..]).await,
        stands(1000, true)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_of_another_hash_are_thrown_away_and_the_upload_begins_anew() {
    let server = Running::start().await;
    let mut sender = Sender::new(&server, 1).await;
    let whole = bytes(1000);
    sender.adds(1, 1, &whole).await;
    let wrong = vec![7; 1000];
    let said = sender.sends(1, 0, true, &wrong).await;
    assert_eq!(said, error(422, ErrorCode::HashMismatch));
    assert_eq!(sender.asks(1).await, stands(0, false));
    assert_eq!(sender.content(hash(&wrong)).await, None);
    assert_eq!(sender.sends(1, 0, true, &whole).await, stands(1000, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_last_piece_sent_again_is_answered_as_before() {
    let server = Running::start().await;
    let mut sender = Sender::new(&server, 1).await;
    let whole = bytes(300_000);
    sender.adds(1, 1, &whole).await;
    sender.sends(1, 0, false, &whole[..200_000]).await;
    let last = || sender.sends(1, 200_000, true, &whole[200_000..]);
    let both = tokio::join!(last(), last());
    for said in [both.0, both.1] {
        let superseded = said.error == Some(ErrorCode::Superseded);
        // The older was ended after it had taken some, or all.
        let some =
            matches!(said.error, Some(ErrorCode::OffsetMismatch { offset }) if offset > 200_000);
        let done = said == stands(300_000, true);
        assert!(superseded || some || done, "{said:?}");
    }
    let have = offset(&sender, 1).await;
    let said = sender.sends(1, have, true, &whole[have..]).await;
    assert_eq!(said, stands(300_000, true));
    assert_eq!(last().await, stands(300_000, true));
    assert_eq!(sender.content(hash(&whole)).await, Some(whole));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_refused() {
    let server = Running::start().await;
    let mut sender = Sender::new(&server, 1).await;
    let whole = bytes(6_000_000);
    sender.adds(1, 1, &whole).await;
    let too_large = error(413, ErrorCode::TooLarge);
    let append = usize::try_from(APPEND_BYTES).expect("fits");
    assert_eq!(
        sender.sends(1, 0, false, &whole[..=append]).await,
        too_large
    );
    assert_eq!(sender.asks(1).await, stands(0, false));
    let unreadable = error(400, ErrorCode::Unreadable);
    assert_eq!(
        sender.sends(1, 0, true, &whole[..10]).await,
        unreadable,
        "not the last"
    );
    assert_eq!(sender.asks(1).await, stands(10, false));
    sender.sends(1, 10, false, &whole[10..append]).await;
    let mut more = whole[append..].to_vec();
    more.push(0);
    assert_eq!(sender.sends(1, append, true, &more).await, too_large);
    let said = sender.sends(1, append, true, &whole[append..]).await;
    assert_eq!(said, stands(6_000_000, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_is_given_up_begins_anew() {
    let server = Running::start().await;
    let mut sender = Sender::new(&server, 1).await;
    let whole = bytes(1000);
    sender.adds(1, 1, &whole).await;
    sender.sends(1, 0, false, &whole[..600]).await;
    assert_eq!(sender.cancels(1).await.status, 204);
    assert_eq!(sender.asks(1).await, stands(0, false));
    sender.sends(1, 0, true, &whole).await;
    assert_eq!(sender.cancels(1).await.status, 204);
    assert_eq!(
        sender.asks(1).await,
        stands(1000, true),
        "what is stored stays"
    );
    assert_eq!(sender.content(hash(&whole)).await, Some(whole));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_of_an_attachment_of_ones_own() {
    let server = Running::start().await;
    let mut author = Sender::new(&server, 1).await;
    let colleague = Sender::new(&server, 2).await;
    let whole = bytes(1000);
    let unknown = (StatusCode::NOT_FOUND, ErrorCode::AttachmentUnknown);
    assert_eq!(
        author.begins(1, &whole).await,
        Err(unknown.clone()),
        "not pushed"
    );
    author.adds(1, 1, &whole).await;
    assert_eq!(colleague.begins(1, &whole).await, Err(unknown.clone()));
    assert_eq!(colleague.sends(1, 0, true, &whole).await.status, 404);
    assert_eq!(colleague.asks(1).await.status, 404);
    assert_eq!(colleague.cancels(1).await.status, 404);
    let other = author.begins(1, &whole[1..]).await;
    assert_eq!(other, Err((StatusCode::BAD_REQUEST, ErrorCode::Unreadable)));
    author.sends(1, 0, false, &whole[..500]).await;
    author.removes(1, 1).await;
    assert_eq!(author.sends(1, 500, true, &whole[500..]).await.status, 404);
    assert_eq!(author.begins(1, &whole).await, Err(unknown));
    let stranger = Sender::at(server.url.clone(), author.laptop.clone(), "0".repeat(64));
    assert_eq!(stranger.asks(1).await.status, 401);
    assert_eq!(stranger.sends(1, 0, true, &whole).await.status, 401);
    assert_eq!(
        stranger
            .reads(&hash(&whole).to_string(), None)
            .await
            .status(),
        401
    );
}
