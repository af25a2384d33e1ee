//! What becomes of a request that names somebody's data: a file, a laptop, a mutation, or what is the caller's own.
//! Whoever may not ask at all is in `endpoints`.

use std::collections::BTreeSet;

use qilian_domain::ids::{AttachmentId, DeviceId, MutId, UserId};
use qilian_domain::media::ContentHash;
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::{Service, User};
use qilian_sync::wire::{DeviceState, FALSE, InvalidateRequest, StateRequest, TRUE, UploadRequest};
use reqwest::StatusCode;
use serde_json::json;

use super::endpoints::{Asking, Body, ENDPOINTS, Open, Piece, packed, request, turned_away};
use super::{Office, Person, Standing, THEIRS, colleague, district, enrolled, user};
use crate::district::{NOON, at, uscc, uuid};
use crate::http::files::hash;

/// Numbers of what is made for the table begin here; the colleague's is 0, people's stand behind.
const VISITS: u64 = 0x2_0000;
const FILES: u64 = 0x3_0000;
const ASIDE: u64 = 0x4_0000;
/// The colleague's laptop.
const COLLEAGUES: u64 = 0x5_0000;

/// Whose data a request names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// A colleague's.
    Colleagues,
    /// The caller's.
    Own,
}

use Whose::{Colleagues, Own};

/// How those are answered who hold the enterprise in question, lost it, never had it, and who hold it and are leaving;
/// if their role lets them ask.
type Answers = [u16; 4];

const NOT_THERE: Answers = [404; 4];
/// Whoever is leaving administers nothing.
const ADMINISTERED: Answers = [200, 200, 200, 403];

/// Every endpoint that names somebody's data, or gives the caller theirs.
#[rustfmt::skip]
const ADDRESSED: &[(&str, &str, Whose, Answers)] = &[
    ("post", "/api/v1/uploads", Colleagues, NOT_THERE),
    ("post", "/api/v1/uploads", Own, [200; 4]),
    ("head", "/api/v1/uploads/{id}", Colleagues, NOT_THERE),
    ("head", "/api/v1/uploads/{id}", Own, [204; 4]),
    ("patch", "/api/v1/uploads/{id}", Colleagues, NOT_THERE),
    ("patch", "/api/v1/uploads/{id}", Own, [204; 4]),
    ("delete", "/api/v1/uploads/{id}", Colleagues, NOT_THERE),
    ("delete", "/api/v1/uploads/{id}", Own, [204; 4]),
    ("get", "/api/v1/blobs/{sha256}", Colleagues, [200, 404, 404, 403]),
    ("get", "/api/v1/blobs/{sha256}", Own, [200, 404, 404, 403]),
    ("post", "/api/v1/sync/push", Own, [200; 4]),
    ("post", "/api/v1/sync/pull", Own, [200, 200, 200, 403]),
    ("post", "/api/v1/sync/audit", Own, [200, 200, 200, 403]),
    ("get", "/api/v1/sync/poke", Own, [200; 4]),
    ("post", "/api/v1/sync/hello", Own, [200; 4]),
    ("post", "/api/v1/devices/fork", Own, [200; 4]),
    ("post", "/api/v1/devices/wiped", Own, [400; 4]),
    ("post", "/api/v1/devices/{id}/state", Colleagues, ADMINISTERED),
    ("post", "/api/v1/admin/invalidate-cursors", Colleagues, ADMINISTERED),
    ("post", "/api/v1/admin/quarantine/{mutation}/release", Colleagues, ADMINISTERED),
    ("get", "/api/v1/admin/sync-health", Colleagues, ADMINISTERED),
    ("get", "/api/v1/admin/devices", Colleagues, ADMINISTERED),
];

/// Endpoints that name nobody's data.
const NOBODYS_DATA: &[(&str, &str)] = &[
    ("get", "/healthz"),
    ("get", "/readyz"),
    ("get", "/metrics"),
    ("get", "/api/openapi.json"),
    ("post", "/api/v1/devices/enrol"),
    ("get", "/api/v1/admin/programme"),
    ("post", "/api/v1/admin/programme"),
];

#[test]
fn every_endpoint_is_tried_with_somebodys_data_or_has_none() {
    let tried = ADDRESSED.iter().map(|(method, path, ..)| (*method, *path));
    let listed: BTreeSet<_> = tried.chain(NOBODYS_DATA.iter().copied()).collect();
    let known: BTreeSet<_> = ENDPOINTS.iter().map(|(m, p, ..)| (*m, *p)).collect();
    assert_eq!(
        listed, known,
        "say what each endpoint answers about somebody's data"
    );
}

fn entry(method: &str, path: &str) -> (Open, Body) {
    let found = ENDPOINTS
        .iter()
        .find(|(m, p, ..)| (*m, *p) == (method, path));
    let (.., open, body) = found.expect("it is listed");
    (*open, *body)
}

/// The bytes of somebody's file: nobody else has the same.
fn bytes(n: u64) -> Vec<u8> {
    format!("照片 {n}").into_bytes()
}

fn sha256(n: u64) -> ContentHash {
    hash(&bytes(n))
}

fn upload(n: u64) -> Vec<u8> {
    packed(&UploadRequest {
        attachment_id: AttachmentId::new(uuid(FILES + n)),
        sha256: sha256(n),
        size: bytes(n).len() as u64,
        mime: "image/jpeg".to_owned(),
    })
}

/// A visit to the enterprise in question with a file, and something of the colleague's that was put aside for each
/// who may release it.
fn rows(n: u64, by: &UserId) -> [Row; 3] {
    let stamp = json!({ "device": NOON, "received": NOON });
    let (visit, on) = (uuid(VISITS + n), "2026-11-10");
    let was_there = json!({ "id": visit, "uscc": uscc(THEIRS), "on": on, "mode": "onsite", "note": "",
        "cadres": [by], "late_entry": false, "recorded": stamp });
    let file = json!({ "id": uuid(FILES + n), "uscc": uscc(THEIRS), "to": { "visit": visit }, "on": on, "by": by,
        "name": "照片.jpg", "mime": "image/jpeg", "kind": "photo", "size_bytes": bytes(n).len(),
        "sha256": sha256(n), "recorded": stamp });
    let aside = json!({ "mutation": uuid(ASIDE + n), "user": colleague(), "device": uuid(1), "status": "quarantined",
        "code": "sent_while_suspended", "name": "week.submit@1", "args": { "week": "2026-W47" }, "at": NOON });
    [
        (Kind::Visit, was_there),
        (Kind::Attachment, file),
        (Kind::Outcome, aside),
    ]
    .map(|(kind, body)| Row::from_json(kind, &body.to_string()).expect("a row"))
}

/// Sends a file to its end.
async fn stores(office: &Office, n: u64, token: &str) {
    let none = Piece {
        offset: 0,
        last: FALSE,
    };
    let begun = request(
        office,
        "post",
        "/api/v1/uploads",
        token,
        Some(upload(n)),
        none,
    )
    .await;
    assert_eq!(begun, StatusCode::CREATED, "{n}");
    let path = format!("/api/v1/uploads/{}", uuid(FILES + n));
    let whole = Piece {
        offset: 0,
        last: TRUE,
    };
    let sent = request(office, "patch", &path, token, Some(bytes(n)), whole).await;
    assert_eq!(sent, StatusCode::NO_CONTENT, "{n}");
}

/// What somebody asks of an endpoint.
struct Asked<'a> {
    office: &'a Office,
    person: &'a Person,
    colleagues: DeviceId,
    /// 1 and more: nothing of the colleague's is released twice.
    round: u64,
}

impl Asked<'_> {
    async fn status(&self, method: &str, path: &str, whose: Whose) -> StatusCode {
        let n = match whose {
            Own => 1 + self.person.n,
            Colleagues => 0,
        };
        let device = path.contains("/devices/");
        let id = if device {
            self.colleagues.to_string()
        } else {
            uuid(FILES + n).to_string()
        };
        let aside = uuid(ASIDE + self.round * 0x100 + self.person.n);
        let path_now = path
            .replace("{id}", &id)
            .replace("{sha256}", &sha256(n).to_string())
            .replace("{mutation}", &MutId::new(aside).to_string());
        let body = match path {
            "/api/v1/uploads" => Some(upload(n)),
            "/api/v1/devices/{id}/state" => Some(packed(&StateRequest {
                state: DeviceState::Active,
            })),
            "/api/v1/admin/invalidate-cursors" => Some(packed(&InvalidateRequest {
                devices: vec![self.colleagues],
                ..InvalidateRequest::default()
            })),
            _ => entry(method, path).1(self.person),
        };
        let piece = Piece {
            offset: bytes(n).len(),
            last: FALSE,
        };
        request(
            self.office,
            method,
            &path_now,
            &self.person.token,
            body,
            piece,
        )
        .await
    }

    /// How it is answered otherwise than by the table, in a column of it.
    async fn faults(&self, column: usize, faults: &mut Vec<String>) {
        for (method, path, whose, answers) in ADDRESSED {
            let status = self.status(method, path, *whose).await;
            let away = turned_away(entry(method, path).0, Asking::Active(self.person.role));
            let expected = away.map_or(answers[column], |away| away.as_u16());
            if status.as_u16() != expected {
                let id = &self.person.id;
                faults.push(format!(
                    "{method} {path} ({whose:?}) answers {status} to {id} in column {column}, not {expected}"
                ));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_is_answered_about_somebodys_data_as_the_table_says() {
    let office = Office::opened().await;
    let (laptop, token) = enrolled(&office.server, &colleague(), COLLEAGUES).await;
    district(&office.server).write(&rows(0, &colleague()));
    stores(&office, 0, &token).await;
    for person in &office.people {
        district(&office.server).write(&rows(1 + person.n, &person.id));
        stores(&office, 1 + person.n, &person.token).await;
        for round in [1, 2] {
            let [.., aside] = rows(round * 0x100 + person.n, &person.id);
            district(&office.server).write(&[aside]);
        }
    }
    office.reassign();

    let asked = |person, round| Asked {
        office: &office,
        person,
        colleagues: laptop.device,
        round,
    };
    let mut faults = Vec::new();
    for person in &office.people {
        let column = match person.standing {
            Standing::Holds => 0,
            Standing::Lost => 1,
            Standing::Never => 2,
        };
        asked(person, 1).faults(column, &mut faults).await;
    }
    let holders = office
        .people
        .iter()
        .filter(|p| p.standing == Standing::Holds);
    let holders: Vec<_> = holders.collect();
    // What laptops say before that moment does not end it.
    let since = at(NOON).plus_ms(24 * 3600 * 1000);
    let leaving = holders.iter().map(|person| {
        let serving = User::try_from(user(&person.id, person.role)).expect("a user");
        Row::from(User {
            service: Service::Leaving { since },
            ..serving
        })
    });
    district(&office.server).write(&leaving.collect::<Vec<_>>());
    for person in holders {
        asked(person, 2).faults(3, &mut faults).await;
    }
    assert_eq!(faults, Vec::<String>::new());
}
