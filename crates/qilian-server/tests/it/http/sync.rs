//! The phases of a sync, and with which status they are refused.

use std::sync::Arc;

use qilian_domain::ids::{DistrictId, MutSeq};
use qilian_domain::row::Kind;
use qilian_domain::rows::Service;
use qilian_server::files::Folder;
use qilian_server::journal::{self, Entry};
use qilian_server::storage::ATTEMPTS;
use qilian_server::storage::sqlite::SqliteStorage;
use qilian_sync::wire::{
    DeviceState, ErrorCode, HelloReply, Limits, OutcomeReply, PullReply, PushReply, ReplyStatus,
};
use reqwest::StatusCode;

use super::Running;
use crate::district::{NOON, TestDistrict, at, cadre, mut_id};
use crate::laptop::visit;

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

/// Larger than what is free in a database of this size.
const LONG_NOTE: usize = 20_000;

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_a_push_is_put_off_whole_and_taken_once_when_there_is_room() {
    let data = tempfile::tempdir().expect("a directory");
    let storage = Arc::new(SqliteStorage::open(data.path()).expect("opened"));
    let id = TestDistrict::found(storage.as_ref()).id;
    let blobs = Arc::new(Folder::of(data.path(), &id));
    let server = Running::serve(storage.clone(), data, blobs).await;
    let (mut laptop, token) = server.laptop(1).await;
    for n in 1..=3 {
        let mut visit = visit(n, 1, "2026-11-20");
        visit.note = "满".repeat(LONG_NOTE);
        laptop.does(mut_id(n), &visit.into(), at(NOON));
    }
    let hello = async || -> HelloReply {
        let said = server.post("/api/v1/sync/hello", &token, &()).await;
        said.expect("hello")
    };
    let before = hello().await;
    storage.limit_pages(1).expect("full");
    // More often than a mutation may fail before it is put aside: a full disk is no fault of a mutation.
    for _ in 0..=ATTEMPTS {
        let refused = server
            .post::<_, PushReply>("/api/v1/sync/push", &token, &laptop.push_request())
            .await;
        let busy = (StatusCode::SERVICE_UNAVAILABLE, ErrorCode::BUSY);
        assert_eq!(refused.err(), Some(busy));
    }
    let full = hello().await;
    assert_eq!((full.last_mut_seq, full.head), (MutSeq(0), before.head));
    let rows = || {
        let kinds = [Kind::Visit, Kind::VisitTally, Kind::Outcome];
        kinds.map(|kind| server.storage.rows(&id, &[kind]).expect("read").len())
    };
    assert_eq!(rows(), [0, 0, 0], "nothing is half done");

    storage.limit_pages(1_000_000).expect("room");
    for _ in 0..2 {
        let taken: PushReply = server
            .post("/api/v1/sync/push", &token, &laptop.push_request())
            .await
            .expect("pushed");
        let all = |o: &OutcomeReply| o.status == ReplyStatus::Applied;
        assert!(
            taken.outcomes.len() == 3 && taken.outcomes.iter().all(all),
            "{taken:?}"
        );
        assert_eq!(rows(), [3, 3, 0], "once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn that_a_user_has_left_is_in_the_journal_after_their_laptops() {
    let server = Running::start().await;
    let (laptop, token) = server.laptop(1).await;
    let since = at(NOON).plus_ms(-1);
    let leaving = Service::Leaving { since };
    let id = DistrictId::new("d1");
    tokio::task::block_in_place(|| server.storage.set_service(&id, &cadre(1), &leaving, since))
        .expect("works")
        .expect("a user");
    let pull = laptop.pull_request(100);
    let refused = server
        .post::<_, PullReply>("/api/v1/sync/pull", &token, &pull)
        .await;
    let leaving = (StatusCode::FORBIDDEN, ErrorCode::UserLeaving);
    assert_eq!(refused.err(), Some(leaving));
    let told = journal::read(server.data()).expect("read");
    let [
        ..,
        Entry::State {
            device,
            state: DeviceState::Revoked,
            at: Some(_),
            ..
        },
        Entry::Service {
            user,
            service: Service::Left { reason: None, .. },
            ..
        },
    ] = told.entries.as_slice()
    else {
        panic!("{told:?}");
    };
    assert_eq!((device, user), (&laptop.device, &cadre(1)));
}
