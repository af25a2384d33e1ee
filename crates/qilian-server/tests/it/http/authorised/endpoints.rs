//! Which endpoints answer whom.

use std::collections::BTreeSet;

use qilian_domain::ids::{AttachmentId, DeviceId, DistrictId, UserId};
use qilian_domain::rows::Role;
use qilian_sync::codec;
use qilian_sync::wire::{
    AuditRequest, Cursor, DeviceState, EnrolRequest, FALSE, ForkRequest, InvalidateRequest,
    PARTIAL_UPLOAD, PROTOCOL_HEADER, ProgrammeRequest, StateRequest, UPLOAD_COMPLETE,
    UPLOAD_OFFSET, UploadRequest, WipedRequest,
};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, StatusCode};

use super::{Office, Person, ROLES, Standing};
use crate::district::uuid;

/// Whom an endpoint answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Open {
    /// Whoever reaches it.
    Everybody,
    /// A device that we know, also one that was stopped.
    Devices,
    /// A device that may sync, and one that is suspended: what it sends is put aside.
    UnrevokedDevices,
    /// A device that may sync.
    ActiveDevices,
    /// A device that may sync, of a user with one of these roles.
    Roles(&'static [Role]),
}

use Open::{ActiveDevices, Devices, Everybody, Roles, UnrevokedDevices};

/// What a caller sends; `None` for no body.
pub(super) type Body = fn(&Person) -> Option<Vec<u8>>;

/// Every endpoint, whom it is open to, and a body that it understands.
#[rustfmt::skip]
pub(super) const ENDPOINTS: &[(&str, &str, Open, Body)] = &[
    ("get", "/healthz", Everybody, |_| None),
    ("get", "/readyz", Everybody, |_| None),
    ("get", "/metrics", Everybody, |_| None),
    ("get", "/api/openapi.json", Everybody, |_| None),
    ("post", "/api/v1/devices/enrol", Everybody, |_| Some(enrol())),
    ("post", "/api/v1/devices/fork", ActiveDevices, |person| Some(fork(person))),
    ("post", "/api/v1/sync/hello", Devices, |_| Some(packed(&()))),
    ("post", "/api/v1/sync/push", UnrevokedDevices, |person| Some(packed(&person.laptop.push_request()))),
    ("post", "/api/v1/sync/pull", ActiveDevices, |person| Some(packed(&person.laptop.pull_request(1)))),
    ("post", "/api/v1/sync/audit", ActiveDevices, |person| Some(audit(person))),
    ("get", "/api/v1/sync/poke", ActiveDevices, |_| None),
    ("post", "/api/v1/uploads", ActiveDevices, |_| Some(upload())),
    ("head", "/api/v1/uploads/{id}", ActiveDevices, |_| None),
    ("patch", "/api/v1/uploads/{id}", ActiveDevices, |_| Some(b"bytes".to_vec())),
    ("delete", "/api/v1/uploads/{id}", ActiveDevices, |_| None),
    ("get", "/api/v1/blobs/{sha256}", ActiveDevices, |_| None),
    ("get", "/api/v1/admin/sync-health", Roles(&[Role::Admin]), |_| None),
    ("get", "/api/v1/admin/devices", Roles(&[Role::Admin]), |_| None),
    ("get", "/api/v1/admin/programme", Roles(&[Role::Admin]), |_| None),
    ("post", "/api/v1/admin/programme", Roles(&[Role::Admin]), |_| Some(packed(&ProgrammeRequest { lease_days: 14 }))),
    ("post", "/api/v1/devices/{id}/state", Roles(&[Role::Admin]), |_| Some(packed(&StateRequest { state: DeviceState::Wipe }))),
    ("post", "/api/v1/admin/invalidate-cursors", Roles(&[Role::Admin]), |_| Some(packed(&nobody()))),
    ("post", "/api/v1/admin/quarantine/{mutation}/release", Roles(&[Role::Admin]), |_| None),
    ("post", "/api/v1/devices/wiped", Devices, |_| Some(packed(&WipedRequest { unsent: 0 }))),
];

const NO_BYTES: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// What stands for the parameters of paths: nothing that there is, so that whoever is let in changes nothing.
const PARAMETERS: &[(&str, &str)] = &[
    ("{id}", "01900000-0000-7000-8000-00000000ffff"),
    ("{mutation}", "01900000-0000-7000-8000-00000000ffff"),
    ("{sha256}", NO_BYTES),
];

pub(super) fn packed<T: serde::Serialize>(message: &T) -> Vec<u8> {
    codec::encode(message).expect("a message")
}

fn enrol() -> Vec<u8> {
    packed(&EnrolRequest {
        code: "BBBB-BBBB".to_owned(),
        device_name: String::new(),
        version: String::new(),
    })
}

fn fork(person: &Person) -> Vec<u8> {
    packed(&ForkRequest {
        device_id: DeviceId::new(uuid(0xF000 + person.n)),
        token: format!("token of copy {}", person.n),
        version: String::new(),
    })
}

fn audit(person: &Person) -> Vec<u8> {
    let pull = person.laptop.pull_request(1);
    packed(&AuditRequest {
        epoch: pull.epoch,
        incarnation: pull.incarnation,
        cursor: Cursor::default(),
        after: None,
    })
}

fn upload() -> Vec<u8> {
    packed(&UploadRequest {
        attachment_id: AttachmentId::new(uuid(0xffff)),
        sha256: NO_BYTES.parse().expect("a hash"),
        size: 1,
        mime: "image/jpeg".to_owned(),
    })
}

fn nobody() -> InvalidateRequest {
    InvalidateRequest {
        users: vec![UserId::new("nobody")],
        ..InvalidateRequest::default()
    }
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Asking {
    WithoutToken,
    WithUnknownToken,
    Active(Role),
    Stopped(DeviceState),
}

/// With which status somebody is turned away; `None` if they are let in, whatever is answered then.
pub(super) fn turned_away(open: Open, asking: Asking) -> Option<StatusCode> {
    match (open, asking) {
        (Everybody, _) => None,
        (_, Asking::WithoutToken | Asking::WithUnknownToken) => Some(StatusCode::UNAUTHORIZED),
        (Devices, _) => None,
        (UnrevokedDevices, Asking::Stopped(DeviceState::Suspended)) => None,
        (_, Asking::Stopped(_)) => Some(StatusCode::FORBIDDEN),
        (UnrevokedDevices | ActiveDevices, Asking::Active(_)) => None,
        (Roles(roles), Asking::Active(role)) => {
            (!roles.contains(&role)).then_some(StatusCode::FORBIDDEN)
        }
    }
}

#[test]
fn a_role_that_is_not_named_is_turned_away() {
    let away = |role| turned_away(Roles(&[Role::Admin]), Asking::Active(role));
    assert_eq!(away(Role::Admin), None);
    assert_eq!(away(Role::Cadre), Some(StatusCode::FORBIDDEN));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_endpoint_is_listed() {
    let office = Office::opened().await;
    let url = format!("{}/api/openapi.json", office.server.url);
    let document = office
        .server
        .client
        .get(url)
        .send()
        .await
        .expect("answered");
    let document: serde_json::Value =
        serde_json::from_slice(&document.bytes().await.expect("read")).expect("a document");
    let paths = document["paths"].as_object().expect("paths");
    let served: BTreeSet<_> = paths
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().expect("methods");
            methods.keys().map(move |m| (m.as_str(), path.as_str()))
        })
        .collect();
    let listed: BTreeSet<_> = ENDPOINTS.iter().map(|(m, p, ..)| (*m, *p)).collect();
    assert_eq!(listed, served, "say whom each endpoint is open to");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_endpoint_lets_in_whom_the_table_says() {
    let office = Office::opened().await;
    let holders: Vec<_> = (office.people.iter())
        .filter(|p| p.standing == Standing::Holds)
        .collect();
    assert_eq!(holders.len(), ROLES.len());
    let mut asking: Vec<_> = holders
        .iter()
        .map(|p| (Asking::Active(p.role), *p, p.token.as_str()))
        .collect();
    asking.push((Asking::WithoutToken, holders[0], ""));
    asking.push((Asking::WithUnknownToken, holders[0], "0000"));
    let never = office
        .people
        .iter()
        .filter(|p| p.standing == Standing::Never);
    let stopped = [
        DeviceState::Suspended,
        DeviceState::Revoked,
        DeviceState::Wipe,
    ];
    for (state, person) in stopped.into_iter().zip(never) {
        let id = DistrictId::new("d1");
        let device = person.laptop.device;
        let set = office.server.storage.set_state(&id, device, state);
        set.expect("written").expect("a device");
        asking.push((Asking::Stopped(state), person, &person.token));
    }

    let mut faults = Vec::new();
    for (method, path, open, body) in ENDPOINTS {
        for (asking, person, token) in &asking {
            let status = ask(&office, method, path, token, body(person)).await;
            let away = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&status);
            let expected = turned_away(*open, *asking);
            let right = expected.map_or(!away, |expected| status == expected);
            if !right {
                faults.push(format!(
                    "{method} {path} answers {status} to {asking:?}, not {expected:?}"
                ));
            }
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

async fn ask(
    office: &Office,
    method: &str,
    path: &str,
    token: &str,
    body: Option<Vec<u8>>,
) -> StatusCode {
    let path = PARAMETERS
        .iter()
        .fold(path.to_owned(), |path, (name, value)| {
            path.replace(name, value)
        });
    let piece = Piece {
        offset: 0,
        last: FALSE,
    };
    request(office, method, &path, token, body, piece).await
}

/// Where the bytes of a `PATCH` belong.
pub(super) struct Piece {
    pub(super) offset: usize,
    pub(super) last: &'static str,
}

/// How a request is answered.
pub(super) async fn request(
    office: &Office,
    method: &str,
    path: &str,
    token: &str,
    body: Option<Vec<u8>>,
    piece: Piece,
) -> StatusCode {
    let method: Method = method.to_uppercase().parse().expect("a method");
    let url = format!("{}{path}", office.server.url);
    let mut request = office.server.client.request(method.clone(), url);
    request = request.header(PROTOCOL_HEADER, "1");
    if !token.is_empty() {
        request = request.bearer_auth(token);
    }
    if method == Method::PATCH {
        request = request
            .header(CONTENT_TYPE, PARTIAL_UPLOAD)
            .header(UPLOAD_OFFSET, piece.offset)
            .header(UPLOAD_COMPLETE, piece.last);
    } else if body.is_some() {
        request = request.header(CONTENT_TYPE, codec::CONTENT_TYPE);
    }
    if let Some(body) = body {
        request = request.body(body);
    }
    request.send().await.expect("answered").status()
}
