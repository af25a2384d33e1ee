//! Owns the district that is killed, as it lies on the disk before the first and after the last process.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use qilian_domain::ids::{AssignmentId, At, UserId};
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::{Assignment, Role, Service, User};
use qilian_server::district::founding::{Fresh, founding};
use qilian_server::secret;
use qilian_server::storage::sqlite::SqliteStorage;
use qilian_server::storage::{NewCode, Storage};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use uuid::Uuid;

use crate::enterprises;

const ENTERPRISES: u32 = 5;
/// Both laptops are enrolled soon after.
const CODE_MS: i64 = 15 * 60 * 1000;

/// The code that enrols a laptop.
pub(super) fn code(n: usize) -> String {
    format!("KKKK-000{n}")
}

/// Makes a district with one cadre, their enterprises, and a code for each of two laptops.
pub(super) fn found(data: &Path, now: &str) {
    std::fs::create_dir(data).expect("a folder");
    let now = At::new(chrono::DateTime::parse_from_rfc3339(now).expect("a moment"));
    let storage = SqliteStorage::open(data).expect("a database");
    let mut random = ChaCha20Rng::seed_from_u64(1);
    let founding = founding("澜州市示范区", &mut Fresh::new(&mut random, now)).expect("a district");
    storage.found(&founding).expect("founded");
    let id = founding.district.id;
    let cadre = UserId::new("BA0001");
    let mut rows = vec![Row::from(User {
        id: cadre.clone(),
        name: "王敏".to_owned(),
        unit: None,
        roles: [Role::Cadre].into(),
        level: None,
        area: None,
        service: Service::Serving,
    })];
    for n in 0..ENTERPRISES {
        rows.push(enterprises::enterprise(n).into());
        let assignment = Assignment {
            id: AssignmentId::new(Uuid::from_u128(1 + u128::from(n))),
            uscc: enterprises::code(n),
            cadre: cadre.clone(),
            from: now.day() - chrono::Days::new(100),
            to: None,
        };
        rows.push(assignment.into());
    }
    let mut rows = Some(rows);
    let imported = storage.change(&id, &[], now, &mut |_| rows.take().unwrap_or_default());
    imported.expect("imported");
    for n in 0..2 {
        let new = NewCode {
            hash: secret::hash(&secret::normal_code(&code(n))),
            user: cadre.clone(),
            issued: now,
            expires: now.plus_ms(CODE_MS),
        };
        let issued = storage.issue_code(&id, &new).expect("kept");
        issued.expect("a user");
    }
}

/// What a district holds.
pub(super) struct Held {
    pub(super) visits: BTreeSet<String>,
    /// Visits that do not have exactly one tally.
    pub(super) not_once: Vec<String>,
    /// Mutations that were not applied.
    pub(super) refused: Vec<String>,
    /// Attachments.
    pub(super) files: BTreeSet<String>,
    /// Attachments whose bytes it says it has.
    pub(super) stored_files: BTreeSet<String>,
    /// Mutations in the chains of all devices.
    pub(super) mutations: u64,
    pub(super) devices: usize,
}

/// Looks at a district that nobody serves.
pub(super) fn held(data: &Path) -> Held {
    let storage = SqliteStorage::open(data).expect("what was killed opens again");
    let districts = storage.districts().expect("read");
    let id = &districts[0].id;
    let rows = |kind| storage.rows(id, &[kind]).expect("read");
    let ids = |kind| rows(kind).iter().map(Row::id).collect::<Vec<_>>();
    let visits: BTreeSet<_> = ids(Kind::Visit).into_iter().collect();
    let mut tallies: BTreeMap<String, u32> = visits.iter().map(|id| (id.clone(), 0)).collect();
    for row in rows(Kind::VisitTally) {
        if let Row::VisitTally(tally) = row {
            *tallies.entry(tally.visit.to_string()).or_default() += 1;
        }
    }
    tallies.retain(|_, count| *count != 1);
    let devices = storage.devices(id).expect("read");
    Held {
        visits,
        not_once: tallies.into_keys().collect(),
        files: ids(Kind::Attachment).into_iter().collect(),
        stored_files: (rows(Kind::StoredFile).iter())
            .filter(|row| matches!(row, Row::StoredFile(file) if file.is_stored()))
            .map(Row::id)
            .collect(),
        refused: ids(Kind::Outcome),
        mutations: devices.iter().map(|d| d.chain.last.0).sum(),
        devices: devices.len(),
    }
}
