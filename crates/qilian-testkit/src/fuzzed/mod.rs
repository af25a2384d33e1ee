//! What `make fuzz` looks for, each target a function of bytes: whatever crosses the wire or lies on a disk, nothing
//! panics, and what is promised of it holds. The tests run the same functions over the first inputs in `fuzz/seeds` and
//! over what was ever found (`fuzz/seeds/*/found-*`).
//!
//! Owns what is looked for, and what it starts from: a district in a real database, a laptop's real store. Elsewhere: the
//! programs that a nightly compiler builds (`fuzz/`).

mod outbox;
mod pull;
mod push;
mod wire;

pub use outbox::outbox;
pub use pull::pull;
pub use push::push;
pub use wire::wire;

use std::path::Path;

use qilian_domain::ids::{At, DeviceId, DistrictId, Epoch, Incarnation, UserId};
use qilian_domain::quota::QuotaRule;
use qilian_domain::row::Row;
use qilian_domain::rows::{
    Assignment, District, Enterprise, Programme, Registration, Role, Service, User,
};
use qilian_domain::uscc::Uscc;
use qilian_server::storage::sqlite::SqliteStorage;
use qilian_server::storage::{Enlisted, Founding, SecretHash, Storage};
use qilian_store::{DataKey, Identity, Store};
use qilian_sync::wire::{EnrolledDistrict, EnrolledUser};
use uuid::Uuid;

/// A store's key.
const KEY: [u8; 32] = [7; 32];

/// When everything happens.
fn now() -> At {
    At::from_unix_ms(1_795_147_200_000).expect("a moment")
}

fn epoch() -> Epoch {
    Epoch::new(Uuid::from_u128(1))
}

fn district() -> DistrictId {
    DistrictId::new("d1")
}

fn cadre() -> UserId {
    UserId::new("BA0001")
}

fn uscc() -> Uscc {
    Uscc::from_parts('9', '1', "990101", "MA000001").expect("a code")
}

/// A district with one cadre and one enterprise.
fn founded(data: &Path) -> SqliteStorage {
    let storage = SqliteStorage::open(data).expect("a database");
    let of = District {
        id: district(),
        name: "澜州市示范区".to_owned(),
        export_key: None,
    };
    let rows: Vec<Row> = vec![
        of.clone().into(),
        Programme {
            quota: QuotaRule::default(),
            lease_days: Programme::default_lease_days(),
        }
        .into(),
        User {
            id: cadre(),
            name: "王敏".to_owned(),
            unit: None,
            roles: [Role::Cadre].into(),
            level: None,
            area: None,
            service: Service::Serving,
        }
        .into(),
        Enterprise {
            uscc: uscc(),
            name: "某公司".to_owned(),
            registration: Registration::default(),
            people: Vec::new(),
        }
        .into(),
        Assignment {
            id: qilian_domain::ids::AssignmentId::new(Uuid::from_u128(9)),
            uscc: uscc(),
            cadre: cadre(),
            from: now().day() - chrono::Days::new(100),
            to: None,
        }
        .into(),
    ];
    let founding = Founding {
        district: of,
        epoch: epoch(),
        rows,
        at: now(),
    };
    storage.found(&founding).expect("founded");
    storage
}

/// The `n`th laptop, with an empty chain.
fn enlisted(storage: &dyn Storage, n: u128) -> DeviceId {
    let id = DeviceId::new(Uuid::from_u128(0xD000_0000 + n));
    let mut token = [0; 32];
    token[..16].copy_from_slice(&n.to_le_bytes());
    let device = Enlisted {
        id,
        user: cadre(),
        name: String::new(),
        copy_of: None,
        token: SecretHash(token),
        version: String::new(),
        at: now(),
    };
    storage.enlist(&district(), &device).expect("enlisted");
    id
}

/// A new store that belongs to the cadre.
fn store(path: &Path) -> Store {
    let mut store = Store::create(path, &DataKey::new(KEY)).expect("a store");
    let identity = Identity {
        device: DeviceId::new(Uuid::from_u128(0xD0)),
        incarnation: Incarnation(1),
        epoch: epoch(),
        server: "http://127.0.0.1:1".to_owned(),
        token: String::new(),
        user: EnrolledUser {
            id: cadre(),
            name: "王敏".to_owned(),
        },
        district: EnrolledDistrict {
            id: district(),
            name: "澜州市示范区".to_owned(),
        },
    };
    store.enrol(&identity).expect("enrolled");
    store
}
