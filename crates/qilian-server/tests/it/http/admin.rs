//! The administrator's routes: who gets an answer, and what an act does.

use std::collections::BTreeSet;
use std::sync::Arc;

use qilian_domain::ids::{DistrictId, UserId};
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::{Programme, Role, Service, User};
use qilian_server::clock::Clock;
use qilian_server::journal::{self, Entry, Journal};
use qilian_server::routes::Server;
use qilian_server::storage::sqlite::SqliteStorage;
use qilian_sync::codec;
use qilian_sync::wire::{
    DeviceState, DevicesReply, ErrorCode, InvalidateReply, InvalidateRequest, LaptopView, Need,
    ProgrammeReply, ProgrammeRequest, PullReply, StateRequest, SyncHealthReply,
};
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;

use super::Running;
use super::authorised::ROLES;
use crate::district::{NOON, TestDistrict, at, user, uuid};

impl Running {
    fn district(&self) -> TestDistrict<'_> {
        TestDistrict {
            storage: self.storage.as_ref(),
            id: DistrictId::new("d1"),
            now: at(NOON),
        }
    }

    /// Gives cadre 1 these roles and no others.
    fn roles(&self, roles: impl IntoIterator<Item = Role>) {
        let changed = User {
            roles: BTreeSet::from_iter(roles),
            ..user(1)
        };
        self.district().write(&[Row::from(changed)]);
    }

    async fn look_up<A: DeserializeOwned>(
        &self,
        path: &str,
        token: &str,
    ) -> Result<A, (StatusCode, ErrorCode)> {
        let response = self
            .client
            .get(format!("{}{path}", self.url))
            .header("qilian-protocol", "1")
            .bearer_auth(token)
            .send()
            .await
            .expect("answered");
        let status = response.status();
        let body = response.bytes().await.expect("a body");
        if status.is_success() {
            Ok(codec::decode(&body).expect("a reply"))
        } else {
            let reply: qilian_sync::wire::ErrorReply = codec::decode(&body).expect("an error");
            Err((status, reply.error))
        }
    }
}

/// Asks each of the administrator's routes for something harmless; how each was answered.
async fn each_route(server: &Running, token: &str) -> Vec<(String, StatusCode)> {
    let nothing = uuid(0xFFFF);
    let state = codec::encode(&StateRequest {
        state: DeviceState::Active,
    });
    let nobody = codec::encode(&InvalidateRequest::default());
    let lease = codec::encode(&ProgrammeRequest { lease_days: 14 });
    let asked = [
        (Method::GET, "/api/v1/admin/sync-health".to_owned(), None),
        (Method::GET, "/api/v1/admin/devices".to_owned(), None),
        (Method::GET, "/api/v1/admin/programme".to_owned(), None),
        (
            Method::POST,
            "/api/v1/admin/programme".to_owned(),
            Some(lease.expect("a body")),
        ),
        (
            Method::POST,
            "/api/v1/admin/invalidate-cursors".to_owned(),
            Some(nobody.expect("a body")),
        ),
        (
            Method::POST,
            format!("/api/v1/admin/quarantine/{nothing}/release"),
            Some(codec::encode(&()).expect("a body")),
        ),
        (
            Method::POST,
            format!("/api/v1/devices/{nothing}/state"),
            Some(state.expect("a body")),
        ),
    ];
    let mut answered = Vec::new();
    for (method, path, body) in asked {
        let request = server
            .client
            .request(method, format!("{}{path}", server.url))
            .header("qilian-protocol", "1")
            .header("content-type", codec::CONTENT_TYPE)
            .bearer_auth(token)
            .body(body.unwrap_or_default());
        let status = request.send().await.expect("answered").status();
        answered.push((path, status));
    }
    answered
}

#[tokio::test(flavor = "multi_thread")]
async fn of_all_roles_only_the_administrators_gets_an_answer() {
    let server = Running::start().await;
    let (_, token) = server.laptop(1).await;
    for role in ROLES {
        server.roles([role]);
        for (path, status) in each_route(&server, &token).await {
            let refused = status == StatusCode::FORBIDDEN;
            assert_eq!(refused, role != Role::Admin, "{role:?} {path}: {status}");
        }
    }
    server.roles(ROLES.into_iter().filter(|role| *role != Role::Admin));
    let refused = server
        .look_up::<DevicesReply>("/api/v1/admin/devices", &token)
        .await;
    let role_missing = (StatusCode::FORBIDDEN, ErrorCode::RoleMissing);
    assert_eq!(refused.err(), Some(role_missing), "all others together");
    for (path, status) in each_route(&server, "").await {
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_laptop_administers_nothing() {
    let server = Running::start().await;
    let (laptop, token) = server.laptop(1).await;
    server.roles([Role::Admin]);
    let id = DistrictId::new("d1");
    for state in [
        DeviceState::Suspended,
        DeviceState::Revoked,
        DeviceState::Wipe,
    ] {
        server
            .storage
            .set_state(&id, laptop.device, state)
            .expect("works");
        for (path, status) in each_route(&server, &token).await {
            assert_eq!(status, StatusCode::FORBIDDEN, "{state:?} {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_who_leaves_administers_nothing() {
    let server = Running::start().await;
    let (_, token) = server.laptop(1).await;
    let since = server.district().now;
    let leaving = User {
        roles: BTreeSet::from([Role::Admin]),
        service: Service::Leaving { since },
        ..user(1)
    };
    server.district().write(&[Row::from(leaving)]);
    for (path, status) in each_route(&server, &token).await {
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_stops_a_laptop_and_lets_it_go_on() {
    let server = Running::start().await;
    let (_, token) = server.laptop(1).await;
    let (laptop, other) = server.laptop(2).await;
    server.roles([Role::Admin]);
    let path = format!("/api/v1/devices/{}/state", laptop.device);
    for (state, may) in [
        (DeviceState::Suspended, false),
        (DeviceState::Revoked, false),
        (DeviceState::Wipe, false),
        (DeviceState::Active, true),
    ] {
        let set: LaptopView = server
            .post(&path, &token, &StateRequest { state })
            .await
            .expect("set");
        assert_eq!((set.state, set.user.name.as_str()), (state, "干部2"));
        let pull = server
            .post::<_, PullReply>("/api/v1/sync/pull", &other, &laptop.pull_request(100))
            .await;
        assert_eq!(pull.is_ok(), may, "{state:?}");
    }
    let missing = format!("/api/v1/devices/{}/state", uuid(0xFFFF));
    let request = StateRequest {
        state: DeviceState::Revoked,
    };
    let refused = server
        .post::<_, LaptopView>(&missing, &token, &request)
        .await;
    let not_found = (StatusCode::NOT_FOUND, ErrorCode::NotFound);
    assert_eq!(refused.err(), Some(not_found));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_is_set_from_1_to_30_days_and_the_quota_stays_as_it_is() {
    let server = Running::start().await;
    let (_, token) = server.laptop(1).await;
    server.roles([Role::Admin]);
    let path = "/api/v1/admin/programme";
    let rules = || {
        let rows = server
            .storage
            .rows(&DistrictId::new("d1"), &[Kind::Programme]);
        Programme::try_from(rows.expect("rows").remove(0)).expect("the rules")
    };
    let before = rules();
    for lease_days in [0, 31] {
        let request = ProgrammeRequest { lease_days };
        let refused = server.post::<_, ProgrammeReply>(path, &token, &request);
        let unreadable = (StatusCode::BAD_REQUEST, ErrorCode::Unreadable);
        assert_eq!(refused.await.err(), Some(unreadable), "{lease_days}");
    }
    assert_eq!(rules(), before, "nothing was written");
    for lease_days in [1, 30, 30] {
        let request = ProgrammeRequest { lease_days };
        let set: Result<ProgrammeReply, _> = server.post(path, &token, &request).await;
        assert_eq!(set.expect("set").lease_days, lease_days);
        let told: Result<ProgrammeReply, _> = server.look_up(path, &token).await;
        assert_eq!(told.expect("told").lease_days, lease_days);
    }
    let after = Programme {
        lease_days: 30,
        ..before
    };
    assert_eq!(rules(), after);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_administrator_says_of_a_laptop_is_in_the_journal_before_it_is_done() {
    let data = tempfile::tempdir().expect("a directory");
    let storage = Arc::new(SqliteStorage::open(data.path()).expect("opened"));
    let id = TestDistrict::found(storage.as_ref()).id;
    let kept = Journal::open(data.path()).expect("a journal");
    let server = Server::with_journal(storage.clone(), id, Clock::set_to(at(NOON)), kept);
    let server = Running::serving(server, storage, data).await;
    let (laptop, token) = server.laptop(1).await;
    server.roles([Role::Admin]);
    let path = format!("/api/v1/devices/{}/state", laptop.device);
    let request = StateRequest {
        state: DeviceState::Suspended,
    };
    let set = server.post::<_, LaptopView>(&path, &token, &request).await;
    assert!(set.is_ok());
    let told = journal::read(server.data()).expect("read");
    let Some(Entry::State {
        device,
        state: DeviceState::Suspended,
        at: Some(_),
        ..
    }) = told.entries.last()
    else {
        panic!("{told:?}");
    };
    assert_eq!(*device, laptop.device);
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_need_a_look_come_longest_without_a_sync_first() {
    let server = Running::start().await;
    let (mut laptop, token) = server.laptop(1).await;
    server.laptop(2).await;
    let district = server.district();
    district.pull(&mut laptop);
    server.roles([Role::Admin]);
    let health = |days: u32| {
        let path = format!("/api/v1/admin/sync-health?days={days}");
        let (server, token) = (&server, &token);
        async move {
            let reply = server.look_up::<SyncHealthReply>(&path, token).await;
            reply.expect("health")
        }
    };
    let week = health(7).await;
    assert_eq!((week.laptops, week.needy.len()), (2, 0), "all is well");
    let id = DistrictId::new("d1");
    server
        .storage
        .set_state(&id, laptop.device, DeviceState::Active)
        .expect("works");
    server
        .storage
        .invalidate_cuts(&id, &[laptop.device], at(NOON))
        .expect("works");
    let needs: Vec<_> = health(7).await.needy.into_iter().map(|n| n.needs).collect();
    assert_eq!(needs, [vec![Need::ResyncDue]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cohort_is_named_by_user_unit_laptop_or_all() {
    let server = Running::start().await;
    let (laptop, token) = server.laptop(1).await;
    server.laptop(2).await;
    server.roles([Role::Admin]);
    let of = |request: InvalidateRequest| {
        let (server, token) = (&server, &token);
        async move {
            let path = "/api/v1/admin/invalidate-cursors";
            let reply = server
                .post::<_, InvalidateReply>(path, token, &request)
                .await;
            reply.map(|reply| reply.devices.len())
        }
    };
    let all = InvalidateRequest {
        all: true,
        ..InvalidateRequest::default()
    };
    assert_eq!(of(all).await, Ok(2));
    let users = InvalidateRequest {
        users: vec![UserId::new("C2")],
        ..InvalidateRequest::default()
    };
    assert_eq!(of(users).await, Ok(1));
    let devices = InvalidateRequest {
        devices: vec![laptop.device],
        ..InvalidateRequest::default()
    };
    assert_eq!(of(devices).await, Ok(1));
    let units = InvalidateRequest {
        units: vec!["没有这个单位".to_owned()],
        ..InvalidateRequest::default()
    };
    let nobody = (StatusCode::NOT_FOUND, ErrorCode::NotFound);
    assert_eq!(of(units).await, Err(nobody));
}
