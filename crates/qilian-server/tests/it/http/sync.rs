//! The phases of a sync, and with which status they are refused.

use qilian_domain::ids::MutSeq;
use qilian_sync::wire::{ErrorCode, HelloReply, Limits, PullReply, PushReply};
use reqwest::StatusCode;

use super::Running;
use crate::district::{NOON, at};

#[tokio::test(flavor = "multi_thread")]
async fn a_laptop_enrols_pushes_and_pulls() {
    let server = Running::start().await;
    let (mut laptop, token) = server.laptop(1).await;
    assert_eq!(token.len(), 64, "256 bits in hexadecimal");
    laptop.visits(1, 1, "2026-11-20", at(NOON));
    let request = laptop.push_request();
    let first: PushReply = server
        .post("/api/v1/sync/push", &token, &request)
        .await
        .expect("pushed");
    let again: PushReply = server
        .post("/api/v1/sync/push", &token, &request)
        .await
        .expect("pushed");
    assert_eq!(
        first.outcomes, again.outcomes,
        "the reply to a run that was sent twice"
    );
    assert_eq!(again.acked_through, MutSeq(1));
    laptop.acknowledge(&again);
    loop {
        let request = laptop.pull_request(300);
        let page: PullReply = server
            .post("/api/v1/sync/pull", &token, &request)
            .await
            .expect("pulled");
        if laptop.take(page) {
            break;
        }
    }
    assert_eq!(laptop.ids("me:C1", "visit_tally").len(), 1);
    let hello: HelloReply = server
        .post("/api/v1/sync/hello", &token, &())
        .await
        .expect("hello");
    assert_eq!((hello.last_mut_seq, hello.head), (MutSeq(1), laptop.head()));
}

#[tokio::test(flavor = "multi_thread")]
async fn conflicts_have_their_status() {
    let server = Running::start().await;
    let (mut laptop, token) = server.laptop(1).await;
    let mut copy = laptop.clone();
    laptop.visits(1, 1, "2026-11-20", at(NOON));
    laptop.visits(2, 1, "2026-11-20", at(NOON));
    let mut gap = laptop.push_request();
    let first = gap.mutations.remove(0);
    gap.base_hash = gap.base_hash.then(&first.payload);
    let refused = server
        .post::<_, PushReply>("/api/v1/sync/push", &token, &gap)
        .await;
    assert_eq!(
        refused.err(),
        Some((
            StatusCode::CONFLICT,
            ErrorCode::Gap {
                expected: MutSeq(1)
            }
        ))
    );
    let taken = server
        .post::<_, PushReply>("/api/v1/sync/push", &token, &laptop.push_request())
        .await;
    assert!(taken.is_ok());
    copy.visits(3, 2, "2026-11-20", at(NOON));
    let refused = server
        .post::<_, PushReply>("/api/v1/sync/push", &token, &copy.push_request())
        .await;
    assert_eq!(
        refused.err(),
        Some((
            StatusCode::CONFLICT,
            ErrorCode::ForkDetected { at: MutSeq(1) }
        ))
    );
    let mut other = laptop.pull_request(100);
    other.epoch = qilian_domain::ids::Epoch::new(crate::district::uuid(4));
    let refused = server
        .post::<_, PullReply>("/api/v1/sync/pull", &token, &other)
        .await;
    assert_eq!(
        refused.err(),
        Some((StatusCode::CONFLICT, ErrorCode::EpochChanged))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_syncs_without_a_token_of_ours() {
    let server = Running::start().await;
    let (laptop, _) = server.laptop(1).await;
    let unknown = Some((StatusCode::UNAUTHORIZED, ErrorCode::TokenUnknown));
    for token in ["", "0000", "Bearer"] {
        let pull = server
            .post::<_, PullReply>("/api/v1/sync/pull", token, &laptop.pull_request(1))
            .await;
        assert_eq!(pull.err(), unknown);
        let push = server
            .post::<_, PushReply>("/api/v1/sync/push", token, &laptop.push_request())
            .await;
        assert_eq!(push.err(), unknown);
        let hello = server
            .post::<_, HelloReply>("/api/v1/sync/hello", token, &())
            .await;
        assert_eq!(hello.err(), unknown);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_beyond_the_limits_is_refused() {
    let server = Running::start().await;
    let (mut laptop, token) = server.laptop(1).await;
    let most = Limits::default().push_mutations;
    for n in 1..=u64::from(most) + 1 {
        laptop.visits(n, 1, "2026-11-20", at(NOON));
    }
    let refused = server
        .post::<_, PushReply>("/api/v1/sync/push", &token, &laptop.push_request())
        .await;
    assert_eq!(
        refused.err(),
        Some((StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::TooLarge))
    );
    laptop
        .unsent
        .truncate(usize::try_from(most).expect("a small number"));
    let taken: PushReply = server
        .post("/api/v1/sync/push", &token, &laptop.push_request())
        .await
        .expect("pushed");
    assert_eq!(taken.acked_through, MutSeq(u64::from(most)));
}
