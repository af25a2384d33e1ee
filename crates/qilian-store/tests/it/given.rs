//! What the claims start from: a home with an enrolled store, rows as the server sends them, commands.

use std::path::PathBuf;

use chrono::NaiveDate;
use qilian_domain::bucket::Bucket;
use qilian_domain::calendar::Calendars;
use qilian_domain::command::{Command, Rules, VisitRecord};
use qilian_domain::ids::{
    AssignmentId, At, DeviceId, DistrictId, Epoch, Incarnation, MutId, MutSeq, Seq, UserId, VisitId,
};
use qilian_domain::row::Row;
use qilian_domain::rows::{Assignment, Contact, Enterprise, Registration, VisitMode};
use qilian_domain::uscc::Uscc;
use qilian_store::{CommitAs, Committed, DataKey, Identity, Store, StoreReader};
use qilian_sync::client::ClientStore;
use qilian_sync::wire::{
    Cursor, EnrolledDistrict, EnrolledUser, Limits, Mutation, Op, OutcomeReply, PassPosition,
    PullReply, PushReply, Put, ReplyStatus,
};
use serde_json::value::RawValue;
use tempfile::TempDir;
use uuid::Uuid;

pub(crate) const NOW: &str = "2026-03-04T09:30:00+08:00";

pub(crate) fn at(text: &str) -> At {
    At::new(chrono::DateTime::parse_from_rfc3339(text).expect("a moment"))
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

pub(crate) fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// The `n`th made-up enterprise's code; codes ascend with `n`.
pub(crate) fn uscc(n: u32) -> Uscc {
    Uscc::from_parts('9', '1', "990101", &format!("MA{n:06}")).expect("a valid code")
}

pub(crate) fn me() -> UserId {
    UserId::new("BA0001")
}

pub(crate) fn rules() -> Rules {
    Rules {
        calendars: Calendars::builtin().expect("the shipped calendars"),
        quota: qilian_domain::quota::QuotaRule::default(),
    }
}

pub(crate) fn identity() -> Identity {
    Identity {
        device: DeviceId::new(uuid(7)),
        incarnation: Incarnation(1),
        epoch: Epoch::new(uuid(8)),
        server: "https://127.0.0.1:1".to_owned(),
        token: "token".to_owned(),
        user: EnrolledUser {
            id: me(),
            name: "王敏".to_owned(),
        },
        district: EnrolledDistrict {
            id: DistrictId::new("demo"),
            name: "澜州市示范区".to_owned(),
        },
    }
}

/// A folder with a store in it.
pub(crate) struct Home {
    folder: TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self {
            folder: TempDir::new().expect("a folder"),
        }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("store.db")
    }

    /// Where sealed files lie.
    pub(crate) fn files(&self) -> PathBuf {
        self.folder.path().join("files")
    }

    pub(crate) fn key() -> DataKey {
        DataKey::new([7; 32])
    }

    /// A new store that belongs to [`me`].
    pub(crate) fn enrolled(&self) -> Store {
        let mut store = Store::create(&self.path(), &Self::key()).expect("a new store");
        store.enrol(&identity()).expect("enrolled");
        store
    }

    /// An enrolled store that holds `enterprises` enterprises of mine, at cut 10.
    pub(crate) fn with_enterprises(&self, enterprises: u32) -> Store {
        let mut store = self.enrolled();
        let ops = (1..=enterprises).flat_map(enterprise_ops).collect();
        take(&mut store, complete(10, ops));
        store
    }

    pub(crate) fn reopened(&self) -> Store {
        Store::open(&self.path(), &Self::key()).expect("the store opens")
    }

    pub(crate) fn reader(&self) -> StoreReader {
        StoreReader::open(&self.path(), &Self::key()).expect("the store opens for reading")
    }
}

pub(crate) fn enterprise(n: u32) -> Enterprise {
    Enterprise {
        uscc: uscc(n),
        name: format!("澜州市第{n}科技有限公司"),
        registration: Registration {
            address: Some(format!("澜州市示范区长安路{n}号")),
            business: Some("电子元器件的研发、生产、销售；货物进出口。".to_owned()),
            ..Registration::default()
        },
        people: vec![Contact {
            name: "李雷".to_owned(),
            post: None,
            phone: Some("0755-1234".to_owned()),
        }],
    }
}

pub(crate) fn assignment(n: u32) -> Assignment {
    Assignment {
        id: AssignmentId::new(uuid(1_000_000 + u128::from(n))),
        uscc: uscc(n),
        cadre: me(),
        from: day("2026-01-01"),
        to: None,
    }
}

/// The `n`th enterprise and its assignment to me, in all their buckets.
pub(crate) fn enterprise_ops(n: u32) -> Vec<Op> {
    [enterprise(n).into(), assignment(n).into()]
        .iter()
        .flat_map(|row| puts(row, 5))
        .collect()
}

/// A row as the server sends it: once for each bucket.
pub(crate) fn puts(row: &Row, ver: u64) -> Vec<Op> {
    row.buckets()
        .into_iter()
        .map(|bucket| put_in(bucket, row.kind().as_str(), &row.id(), ver, &body(row)))
        .collect()
}

pub(crate) fn body(row: &Row) -> String {
    row.to_json().expect("JSON")
}

pub(crate) fn put_in(bucket: Bucket, kind: &str, id: &str, ver: u64, body: &str) -> Op {
    Op::Put(Put {
        bucket,
        kind: kind.to_owned(),
        id: id.to_owned(),
        ver: Seq(ver),
        body: RawValue::from_string(body.to_owned()).expect("JSON"),
    })
}

pub(crate) fn page(ops: Vec<Op>) -> PullReply {
    PullReply {
        anew: false,
        reset: vec![],
        drop: vec![],
        ops,
        position: None,
        complete: None,
        checks: vec![],
        last_mut_seq: MutSeq(0),
        server_time: at(NOW),
    }
}

/// A page that completes the cut at `seq`.
pub(crate) fn complete(seq: u64, ops: Vec<Op>) -> PullReply {
    PullReply {
        complete: Some(Cursor {
            seq: Seq(seq),
            mark: None,
        }),
        ..page(ops)
    }
}

/// A page after which more comes: `after` is the last row sent of the pass up to `to`.
pub(crate) fn unfinished(to: u64, after: Option<(Bucket, u64)>, ops: Vec<Op>) -> PullReply {
    PullReply {
        position: Some(PassPosition {
            from: Seq(0),
            to: Seq(to),
            after: after.map(|(bucket, seq)| (bucket, Seq(seq))),
            again: vec![],
        }),
        ..page(ops)
    }
}

pub(crate) fn take(store: &mut Store, page: PullReply) -> u64 {
    let taken = store.take_page(&page).expect("the page is written");
    taken.expect("the page is this copy's").rows
}

/// Notes the server's answers.
pub(crate) fn noted(store: &mut Store, reply: &PushReply) {
    let noted = store
        .take_outcomes(reply)
        .expect("the outcomes are written");
    noted.expect("the outcomes are this copy's");
}

/// A visit of mine to the `n`th enterprise.
pub(crate) fn visit(id: u128, n: u32, note: &str) -> Command {
    VisitRecord {
        visit: VisitId::new(uuid(id)),
        uscc: uscc(n),
        on: day("2026-03-03"),
        mode: VisitMode::Onsite,
        note: note.to_owned(),
        with: vec![],
        met: vec![],
        for_demands: vec![],
        facts: vec![],
        demands: vec![],
        promises: vec![],
        kept: vec![],
        library: None,
    }
    .into()
}

/// Writes a command under the mutation id `id`.
pub(crate) fn commit(store: &mut Store, id: u128, command: &Command) -> Committed {
    let rules = rules();
    let commit_as = CommitAs {
        mut_id: MutId::new(uuid(id)),
        device_time: at(NOW),
        rules: &rules,
        closes: None,
    };
    store
        .commit(command, &commit_as)
        .expect("it is written")
        .expect("it is not refused")
}

pub(crate) fn outcome(mut_seq: u64, mut_id: u128, status: ReplyStatus, at_seq: u64) -> PushReply {
    PushReply {
        acked_through: MutSeq(mut_seq),
        outcomes: vec![OutcomeReply {
            mut_seq: MutSeq(mut_seq),
            mut_id: MutId::new(uuid(mut_id)),
            status,
            code: None,
            params: serde_json::Value::Null,
            at_seq: Seq(at_seq),
        }],
        head: Seq(at_seq),
        server_time: at(NOW),
        retry_after_s: None,
    }
}

/// The mutations that the next push would carry.
pub(crate) fn unsent(store: &mut Store) -> Vec<Mutation> {
    store
        .unsent(Limits::default())
        .expect("readable")
        .map(|unsent| unsent.mutations)
        .unwrap_or_default()
        .iter()
        .map(|envelope| serde_json::from_str(&envelope.payload).expect("a mutation"))
        .collect()
}
