//! The stream of pokes: whom a change concerns, who is refused, what it costs the others.

use qilian_domain::ids::{Epoch, Seq, UnitId};
use qilian_domain::rows::Unit;
use qilian_sync::codec;
use qilian_sync::wire::{DeviceState, ErrorCode, ErrorReply};
use reqwest::{Response, StatusCode};

use super::Running;
use crate::district::{NOON, TestDistrict, at, uuid};
use crate::door::{Door, PATIENCE, Pokes};
use crate::laptop::Laptop;

/// A laptop of a cadre, up to date, and its stream.
async fn listening(server: &Running, code: &str, whose: u32) -> (Laptop, String, Pokes) {
    server.code(code, whose, at(NOON).plus_ms(60_000));
    let door = server.door();
    let (mut laptop, token) = door.laptop(code).await;
    door.pull(&mut laptop, &token).await;
    let pokes = door.pokes(&laptop, &token).await;
    (laptop, token, pokes)
}

/// Changes something for everybody.
async fn tell_everybody(server: &Running, n: u32) {
    let storage = server.storage.clone();
    let unit = Unit {
        id: UnitId::new(format!("U{n}")),
        name: format!("第{n}局"),
    };
    let written = tokio::task::spawn_blocking(move || {
        let district = TestDistrict {
            storage: storage.as_ref(),
            id: qilian_domain::ids::DistrictId::new("d1"),
            now: at(NOON),
        };
        district.write(&[unit.into()])
    });
    assert_eq!(written.await.expect("written").rows, 1);
}

async fn refusal(response: Response) -> (StatusCode, ErrorCode) {
    let status = response.status();
    let reply: ErrorReply =
        codec::decode(&response.bytes().await.expect("read")).expect("an error");
    (status, reply.error)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_pokes_whom_it_concerns_and_not_the_laptop_that_pushed() {
    let server = Running::start().await;
    let door = server.door();
    let (mut pushing, token, mut own) = listening(&server, "AAAA-AAA1", 1).await;
    let (_, _, mut second) = listening(&server, "AAAA-AAA2", 1).await;
    let (_, _, mut other) = listening(&server, "AAAA-AAA3", 2).await;

    pushing.visits(1, 1, "2026-11-20", at(NOON));
    door.push(&mut pushing, &token).await;
    second.poked().await;
    door.pull(&mut pushing, &token).await;

    tell_everybody(&server, 1).await;
    for stream in [&mut own, &mut second, &mut other] {
        stream.poked().await;
    }
    server.server.end_streams();
    for stream in [own, second, other] {
        assert_eq!(stream.rest().await, [""; 0], "it was poked once for this");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reassignment_pokes_who_loses_the_enterprise_and_who_gains_it() {
    let server = Running::start().await;
    let (_, _, mut old) = listening(&server, "AAAA-AAA1", 1).await;
    let (_, _, mut new) = listening(&server, "AAAA-AAA2", 3).await;
    let storage = server.storage.clone();
    let handed_over = tokio::task::spawn_blocking(move || {
        let district = TestDistrict {
            storage: storage.as_ref(),
            id: qilian_domain::ids::DistrictId::new("d1"),
            now: at(NOON),
        };
        district.write(&[
            crate::district::assignment(1, 1, 1, "2026-10-01", "2026-11-19").into(),
            crate::district::assignment(10, 1, 3, "2026-11-20", "").into(),
        ]);
    });
    handed_over.await.expect("written");
    old.poked().await;
    new.poked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_missed_something_is_poked_at_once_and_who_did_not_is_not() {
    let server = Running::start().await;
    let door = server.door();
    let (mut laptop, token, first) = listening(&server, "AAAA-AAA1", 1).await;
    let (epoch, behind) = (laptop.epoch, laptop.head());
    tell_everybody(&server, 1).await;
    door.pull(&mut laptop, &token).await;
    let head = laptop.head();
    for stands in [
        None,
        Some((epoch, behind)),
        Some((Epoch::new(uuid(4)), head)),
        Some((epoch, Seq(head.0 + 1))),
    ] {
        let stream = door.try_pokes(&token, stands).await;
        let mut stream = stream.unwrap_or_else(|_| panic!("a stream"));
        assert_eq!(stream.next().await.as_deref(), Some("open"));
        stream.poked().await;
    }
    // The one that it takes the place of has ended long ago.
    drop(first.rest().await);
    let mut up_to_date = door.pokes(&laptop, &token).await;
    tell_everybody(&server, 2).await;
    up_to_date.poked().await;
    server.server.end_streams();
    let rest = up_to_date.rest().await;
    assert_eq!(rest, [""; 0], "it was poked for the second change only");
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_new_timeline_everybody_is_poked() {
    let server = Running::start().await;
    let (_, _, mut one) = listening(&server, "AAAA-AAA1", 1).await;
    let (_, _, mut two) = listening(&server, "AAAA-AAA2", 2).await;
    let district = qilian_domain::ids::DistrictId::new("d1");
    let begun = server
        .storage
        .begin_epoch(&district, Epoch::new(uuid(0xE2)), at(NOON));
    begun.expect("begun");
    one.poked().await;
    two.poked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_laptop_loses_its_stream_and_gets_no_other() {
    let server = Running::start().await;
    let door = server.door();
    let (laptop, token, stream) = listening(&server, "AAAA-AAA1", 1).await;
    let (_, _, mut other) = listening(&server, "AAAA-AAA2", 1).await;
    let district = qilian_domain::ids::DistrictId::new("d1");
    let state = DeviceState::Suspended;
    let stopped = server.storage.set_state(&district, laptop.device, state);
    stopped.expect("set").expect("a laptop");
    assert_eq!(stream.rest().await, [""; 0]);
    let refused = door.try_pokes(&token, None).await;
    let Err(response) = refused else {
        panic!("a stopped laptop has no stream");
    };
    let stopped = ErrorCode::DeviceStopped { state };
    assert_eq!(refusal(response).await, (StatusCode::FORBIDDEN, stopped));
    tell_everybody(&server, 1).await;
    other.poked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_listens_without_a_token_or_with_nonsense() {
    let server = Running::start().await;
    let door = server.door();
    let (_, token, _) = listening(&server, "AAAA-AAA1", 1).await;
    for unknown in ["", "0000"] {
        let Err(response) = door.try_pokes(unknown, None).await else {
            panic!("somebody without a token listens");
        };
        let expected = (StatusCode::UNAUTHORIZED, ErrorCode::TokenUnknown);
        assert_eq!(refusal(response).await, expected);
    }
    let nonsense = Door::at(&server.url);
    let response = nonsense
        .client
        .get(format!("{}/api/v1/sync/poke?seq=first", server.url))
        .header("qilian-protocol", "1")
        .bearer_auth(&token)
        .send()
        .await
        .expect("answered");
    let expected = (StatusCode::BAD_REQUEST, ErrorCode::Unreadable);
    assert_eq!(refusal(response).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_place_is_left_the_newest_is_told_when_to_come_back_and_syncs_all_the_same() {
    let server = Running::start().await;
    server.server.limit_pokes(1);
    let door = server.door();
    let (laptop, token, first) = listening(&server, "AAAA-AAA1", 1).await;
    server.code("AAAA-AAA2", 2, at(NOON).plus_ms(60_000));
    let (mut newest, newest_token) = door.laptop("AAAA-AAA2").await;
    let Err(response) = door.try_pokes(&newest_token, None).await else {
        panic!("there was no place");
    };
    let seconds = response.headers()["retry-after"].to_str().expect("text");
    let seconds: u32 = seconds.parse().expect("seconds");
    assert!((60..180).contains(&seconds), "{seconds}");
    let expected = (StatusCode::SERVICE_UNAVAILABLE, ErrorCode::BUSY);
    assert_eq!(refusal(response).await, expected);
    door.pull(&mut newest, &newest_token).await;

    // Its own place is a laptop's to take again: it may not know yet that its connection is gone.
    let again = door.pokes(&laptop, &token).await;
    assert_eq!(first.rest().await, [""; 0], "the earlier one ends");
    drop(again);
    let begun = std::time::Instant::now();
    while let Err(response) = door.try_pokes(&newest_token, None).await {
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(
            begun.elapsed() < PATIENCE,
            "a stream that is closed is a free place"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_hold_up_no_sync_and_are_counted_once() {
    let server = Running::start().await;
    let door = server.door();
    let mut streams = Vec::new();
    for n in 10..40 {
        streams.push(listening(&server, &format!("AAAA-AA{n}"), 1).await);
    }
    let (mut laptop, token, _own) = listening(&server, "AAAA-AAA1", 2).await;
    laptop.visits(1, 3, "2026-11-20", at(NOON));
    door.push(&mut laptop, &token).await;
    door.pull(&mut laptop, &token).await;
    let metrics = door.client.get(format!("{}/metrics", server.url)).send();
    let text = metrics.await.expect("answered").text().await.expect("read");
    let opened = "qilian_requests_total{path=\"/api/v1/sync/poke\",status=\"200\"} 31";
    assert!(text.contains(opened), "{text}");
    assert!(text.contains("\nqilian_poke_streams 31\n"), "{text}");
}
