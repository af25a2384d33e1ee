//! Which rows a pull shows to whom.

use std::collections::BTreeSet;

use qilian_domain::ids::UserId;
use qilian_domain::quota::QuotaRule;
use qilian_domain::row::{Kind, Row, RowKey};
use serde_json::{Value, json};

use super::{NOBODYS, Office, Person, Standing, THEIRS, colleague, district, user};
use crate::district::{NOON, uscc, uuid};

/// Who is shown a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Everybody,
    ItsUser,
    Holders,
    HoldersAndItsUser,
}

use Shown::{Everybody, Holders, HoldersAndItsUser, ItsUser};

/// What a sample is about: an enterprise, and a user whose it is where the kind has one.
struct About {
    n: u64,
    enterprise: u32,
    user: UserId,
}

impl About {
    fn id(&self) -> String {
        uuid(0x5000 + self.n).to_string()
    }

    fn sha256(&self) -> String {
        format!("{:064x}", self.n)
    }

    fn uscc(&self) -> String {
        uscc(self.enterprise).to_string()
    }
}

type Sample = fn(&About) -> Value;

/// Every kind, whom it is shown to, and a sample of it.
#[rustfmt::skip]
const KINDS: &[(Kind, Shown, Sample)] = &[
    (Kind::District, Everybody, |_| json!({ "id": "d1", "name": "澜州市示范区" })),
    (Kind::Programme, Everybody, |_| json!({ "quota": QuotaRule::default() })),
    (Kind::Unit, Everybody, |a| json!({ "id": format!("U{}", a.n), "name": "某局" })),
    (Kind::User, Everybody, |a| json!({ "id": a.user, "name": "某", "unit": null, "roles": [] })),
    (Kind::UserContact, ItsUser, |a| json!({ "user": a.user, "phone": "13800000000" })),
    (Kind::Calendar, Everybody, |a| json!({ "year": 2100 + a.n, "off": [], "work": [], "source": "通知" })),
    (Kind::PolicyLibrary, Everybody, |a| json!({ "version": 1 + a.n, "imported": NOON, "files": [] })),
    (Kind::Enterprise, Holders, |a| json!({ "uscc": a.uscc(), "name": "某公司" })),
    (Kind::Assignment, HoldersAndItsUser, |a| json!({
        "id": a.id(), "uscc": a.uscc(), "cadre": a.user, "from": "2026-01-01", "to": "2026-01-31" })),
    (Kind::Visit, Holders, |a| json!({
        "id": a.id(), "uscc": a.uscc(), "on": "2026-01-05", "mode": "onsite", "note": "", "cadres": [a.user],
        "late_entry": false, "recorded": stamp() })),
    (Kind::VisitTally, ItsUser, |a| json!({
        "visit": a.id(), "cadre": a.user, "on": "2026-01-05", "week": "2026-W02", "uscc": a.uscc(), "name": "某公司",
        "mode": "onsite", "counted": true, "late": false })),
    (Kind::Fact, Holders, |a| json!({
        "id": a.id(), "uscc": a.uscc(), "field": "employees", "value": 3, "source": "said", "as_of": "2026-01-05",
        "by": a.user, "recorded": stamp() })),
    (Kind::Promise, Holders, |a| json!({
        "id": a.id(), "uscc": a.uscc(), "visit": a.id(), "by": a.user, "text": "送指南" })),
    (Kind::Demand, Holders, |a| json!({
        "id": a.id(), "uscc": a.uscc(), "kind": "demand", "title": "缺工", "collected_by": a.user,
        "raised_on": "2026-01-05", "state": { "stage": "collected" }, "recorded": stamp() })),
    (Kind::Note, Holders, |a| json!({
        "id": a.id(), "uscc": a.uscc(), "by": a.user, "on": "2026-01-05", "text": "走访记下的话", "recorded": stamp() })),
    (Kind::Attachment, Holders, |a| json!({
        "id": a.id(), "uscc": a.uscc(), "to": { "visit": a.id() }, "on": "2026-01-05", "by": a.user, "name": "照片.jpg",
        "mime": "image/jpeg", "kind": "photo", "size_bytes": 3, "sha256": a.sha256(), "recorded": stamp() })),
    (Kind::Thumbnail, Holders, |a| json!({
        "attachment": a.id(), "uscc": a.uscc(), "image": { "mime": "image/jpeg", "data": "/9j/" } })),
    (Kind::StoredFile, Holders, |a| json!({
        "attachment": a.id(), "uscc": a.uscc(), "sha256": a.sha256(), "size_bytes": 3,
        "held": { "state": "stored", "at": NOON } })),
    (Kind::WeekSubmission, ItsUser, |a| json!({
        "cadre": a.user, "week": "2026-W02", "required": 2, "counted": 0, "visits": [], "revision": 1,
        "submitted": stamp(), "receipt": null })),
    (Kind::Outcome, ItsUser, |a| json!({
        "mutation": a.id(), "user": a.user, "device": a.id(), "status": "rejected", "code": "scope_lost",
        "name": "visit.record@1", "args": {}, "at": NOON })),
];

fn stamp() -> Value {
    json!({ "device": NOON, "received": NOON })
}

#[test]
fn every_kind_is_listed_once() {
    let listed: Vec<_> = KINDS.iter().map(|(kind, ..)| *kind).collect();
    let known: BTreeSet<_> = Kind::ALL.iter().copied().collect();
    let unlisted: Vec<_> = known.iter().filter(|k| !listed.contains(k)).collect();
    assert!(unlisted.is_empty(), "say who is shown {unlisted:?}");
    assert_eq!(listed.len(), known.len(), "one entry a kind");
}

/// A sample of each kind about the enterprise in question and a colleague, and one about an enterprise that nobody
/// has and each of the people.
fn samples(people: &[Person]) -> Vec<(Shown, About, Row)> {
    let about = |n, enterprise, user: &UserId| About {
        n,
        enterprise,
        user: user.clone(),
    };
    let mut samples = Vec::new();
    for (kind, shown, sample) in KINDS {
        let own = people.iter().map(|p| about(1 + p.n, NOBODYS, &p.id));
        for about in own.chain([about(0, THEIRS, &colleague())]) {
            let body = sample(&about).to_string();
            let row = Row::from_json(*kind, &body).unwrap_or_else(|e| panic!("{kind:?}: {e}"));
            samples.push((*shown, about, row));
        }
    }
    samples
}

fn may_see(shown: Shown, about: &About, person: &Person, standing: Standing) -> bool {
    let holds = about.enterprise == THEIRS && standing == Standing::Holds;
    let own = about.user == person.id;
    match shown {
        Everybody => true,
        ItsUser => own,
        Holders => holds,
        HoldersAndItsUser => holds || own,
    }
}

/// What a laptop shows that it should not, or does not show that it should.
fn wrong(
    samples: &[(Shown, About, Row)],
    person: &Person,
    standing: Standing,
    faults: &mut Vec<String>,
) {
    let held = person.laptop.held.keys();
    let rows: BTreeSet<_> = held.map(|(_, kind, id)| (kind.as_str(), id)).collect();
    for (shown, about, row) in samples {
        let RowKey { kind, id } = row.key();
        let sees = rows.contains(&(kind.as_str(), &id));
        if sees != may_see(*shown, about, person, standing) {
            let told = if sees { "sees" } else { "does not see" };
            faults.push(format!("{} ({standing:?}) {told} {kind:?} {id}", person.id));
        }
    }
    let mut may_hold = vec!["pub".to_owned(), format!("me:{}", person.id)];
    if standing == Standing::Holds {
        may_hold.push(format!("ent:{}", uscc(THEIRS)));
    }
    let mut buckets = person.laptop.buckets();
    buckets.retain(|bucket| !may_hold.contains(bucket));
    if !buckets.is_empty() {
        faults.push(format!("{} ({standing:?}) holds {buckets:?}", person.id));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_is_shown_what_the_table_says_and_nothing_else() {
    let mut office = Office::opened().await;
    let samples = samples(&office.people);
    let rows: Vec<_> = samples.iter().map(|(.., row)| row.clone()).collect();
    district(&office.server).write(&rows);
    // A sample of a user has no role.
    let users = office.people.iter().map(|p| user(&p.id, p.role));
    district(&office.server).write(&users.collect::<Vec<_>>());

    let mut faults = Vec::new();
    office.pull().await;
    for person in &office.people {
        let standing = match person.standing {
            Standing::Never => Standing::Never,
            // Not yet lost.
            Standing::Holds | Standing::Lost => Standing::Holds,
        };
        wrong(&samples, person, standing, &mut faults);
    }
    office.reassign();
    office.pull().await;
    for person in &office.people {
        wrong(&samples, person, person.standing, &mut faults);
    }
    assert_eq!(faults, Vec::<String>::new());
}
