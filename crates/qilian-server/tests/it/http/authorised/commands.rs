//! Which commands are taken from whom.

use std::collections::BTreeSet;

use qilian_domain::command::Command;
use qilian_domain::ids::{PromiseId, UserId, VisitId};
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::{Outcome, OutcomeStatus, Promise};
use qilian_sync::wire::{PushReply, ReplyStatus};
use serde_json::{Value, json};

use super::{NOBODYS, Office, Standing, THEIRS, colleague, district};
use crate::district::{NOON, at, mut_id, uscc, uuid};

/// The code with which a command is refused; `None` if it is applied.
type Answer = Option<&'static str>;

const APPLIED: Answer = None;
const LOST: Answer = Some("scope_lost");
const NOT_YOURS: Answer = Some("not_yours");

/// The numbers of the colleague's rows; a person's own stand behind, by the person's number.
const PROMISES: u64 = 0x6000;
const OUTCOMES: u64 = 0x7000;
const VISITS: u64 = 0x8000;
const ATTACHMENTS: u64 = 0x9000;

/// Whose command it is.
struct Me {
    n: u64,
    /// Unlike any other command's.
    fresh: u64,
}

impl Me {
    fn visit(&self, enterprise: u32, on: &str) -> Value {
        json!({ "visit": uuid(self.fresh), "uscc": uscc(enterprise), "on": on, "mode": "onsite", "note": "走访" })
    }

    fn fact(&self, enterprise: u32) -> Value {
        json!({ "uscc": uscc(enterprise), "facts": [{ "id": uuid(self.fresh), "field": "employees", "value": 3,
            "source": "said", "as_of": "2026-11-20" }] })
    }

    fn visit_and(&self, what: &str, said: Value) -> Value {
        let mut visit = self.visit(THEIRS, TODAY);
        visit[what] = said;
        visit
    }
}

fn noted(me: &Me, enterprise: u32) -> Value {
    json!({ "note": uuid(me.fresh), "uscc": uscc(enterprise), "on": TODAY, "text": "退回的话" })
}

fn added(me: &Me, visit: u64) -> Value {
    json!({ "attachment": uuid(me.fresh), "uscc": uscc(THEIRS), "to": { "visit": uuid(VISITS + visit) },
        "name": "照片.jpg", "mime": "image/jpeg", "size_bytes": 3, "sha256": "0".repeat(64) })
}

fn pictured(attachment: u64) -> Value {
    json!({ "uscc": uscc(THEIRS), "attachment": uuid(ATTACHMENTS + attachment), "mime": "image/jpeg", "data": "/9j/" })
}

fn removed(attachment: u64) -> Value {
    json!({ "uscc": uscc(THEIRS), "attachment": uuid(ATTACHMENTS + attachment) })
}

fn kept(enterprise: u32, promise: u64) -> Value {
    json!({ "uscc": uscc(enterprise), "promise": uuid(PROMISES + promise), "on": TODAY })
}

fn handled(outcome: u64) -> Value {
    json!({ "mutation": uuid(OUTCOMES + outcome), "how": "discarded" })
}

const TODAY: &str = "2026-11-20";

type Args = fn(&Me) -> Value;

/// Each command in its cases: what is asked, and what those who hold the enterprise in question, lost it, never had
/// it are answered.
#[rustfmt::skip]
const CASES: &[(&str, &str, Args, [Answer; 3])] = &[
    ("visit.record@1", "today", |me| me.visit(THEIRS, TODAY), [APPLIED, LOST, LOST]),
    ("visit.record@1", "on a day on which it was theirs", |me| me.visit(THEIRS, "2026-11-10"), [APPLIED, APPLIED, LOST]),
    ("visit.record@1", "before it was theirs, which they may add while it is", |me| me.visit(THEIRS, "2026-09-10"),
        [APPLIED, LOST, LOST]),
    ("visit.record@1", "to an enterprise that nobody has", |me| me.visit(NOBODYS, TODAY), [LOST, LOST, LOST]),
    ("visit.record@1", "keeping a promise to another enterprise", |me| me.visit_and("kept", json!([uuid(PROMISES + 999)])),
        [Some("promise_unknown"), LOST, LOST]),
    ("visit.record@1", "with somebody unknown", |me| me.visit_and("with", json!(["nobody"])),
        [Some("user_unknown"), LOST, LOST]),
    ("fact.set@1", "today", |me| me.fact(THEIRS), [APPLIED, LOST, LOST]),
    ("fact.set@1", "of an enterprise that nobody has", |me| me.fact(NOBODYS), [LOST, LOST, LOST]),
    ("promise.keep@1", "a colleague's", |_| kept(THEIRS, 0), [APPLIED, LOST, LOST]),
    ("promise.keep@1", "their own", |me| kept(THEIRS, 1 + me.n), [APPLIED, APPLIED, APPLIED]),
    ("promise.keep@1", "under another enterprise's name", |_| kept(NOBODYS, 0),
        [Some("promise_unknown"), Some("promise_unknown"), Some("promise_unknown")]),
    ("week.submit@1", "their own", |_| json!({ "week": "2026-W47" }), [APPLIED, APPLIED, APPLIED]),
    ("outcome.handle@1", "their own", |me| handled(1 + me.n), [APPLIED, APPLIED, APPLIED]),
    ("outcome.handle@1", "a colleague's", |_| handled(0), [NOT_YOURS, NOT_YOURS, NOT_YOURS]),
    ("note.write@1", "where it is theirs or was", |me| noted(me, THEIRS), [APPLIED, APPLIED, LOST]),
    ("note.write@1", "on an enterprise that nobody has", |me| noted(me, NOBODYS), [LOST, LOST, LOST]),
    ("attachment.add@1", "to their own visit", |me| added(me, 1 + me.n), [APPLIED, APPLIED, LOST]),
    ("attachment.add@1", "to a colleague's visit", |me| added(me, 0), [NOT_YOURS, NOT_YOURS, NOT_YOURS]),
    ("thumbnail.add@1", "of their own file", |me| pictured(1 + me.n), [APPLIED, APPLIED, APPLIED]),
    ("thumbnail.add@1", "of a colleague's file", |_| pictured(0), [NOT_YOURS, NOT_YOURS, NOT_YOURS]),
    ("attachment.remove@1", "their own file", |me| removed(1 + me.n), [APPLIED, APPLIED, APPLIED]),
    ("attachment.remove@1", "a colleague's file", |_| removed(0), [NOT_YOURS, NOT_YOURS, NOT_YOURS]),
];

#[test]
fn every_command_is_listed() {
    let listed: BTreeSet<_> = CASES.iter().map(|(name, ..)| *name).collect();
    let known: BTreeSet<_> = Command::NAMES.iter().copied().collect();
    assert_eq!(listed, known, "say from whom each command is taken");
}

fn promise(n: u64, enterprise: u32, by: UserId) -> Row {
    Promise {
        id: PromiseId::new(uuid(PROMISES + n)),
        uscc: uscc(enterprise),
        visit: VisitId::new(uuid(1)),
        by,
        text: "送指南".to_owned(),
        due: None,
        kept_on: None,
        kept_by: None,
        kept_said: None,
    }
    .into()
}

fn outcome(n: u64, user: UserId) -> Row {
    Outcome {
        mutation: mut_id(OUTCOMES + n),
        user,
        device: qilian_domain::ids::DeviceId::new(uuid(1)),
        status: OutcomeStatus::Rejected,
        code: "scope_lost".to_owned(),
        params: json!({}),
        name: "visit.record@1".to_owned(),
        args: json!({}),
        written: None,
        base_seq: None,
        at: at(NOON),
        handled: None,
    }
    .into()
}

/// A visit to the enterprise in question on a day on which it was of those who lost it, with a file.
fn visit(n: u64, by: &UserId) -> [Row; 2] {
    let stamp = json!({ "device": NOON, "received": NOON });
    let (id, on) = (uuid(VISITS + n), "2026-11-10");
    let visit = json!({ "id": id, "uscc": uscc(THEIRS), "on": on, "mode": "onsite", "note": "", "cadres": [by],
        "late_entry": false, "recorded": stamp });
    let file = json!({ "id": uuid(ATTACHMENTS + n), "uscc": uscc(THEIRS), "to": { "visit": id }, "on": on, "by": by,
        "name": "照片.jpg", "mime": "image/jpeg", "kind": "photo", "size_bytes": 3, "sha256": "0".repeat(64),
        "recorded": stamp });
    [(Kind::Visit, visit), (Kind::Attachment, file)]
        .map(|(kind, body)| Row::from_json(kind, &body.to_string()).expect("a row"))
}

/// Promises, outcomes, visits and files of a colleague and of everybody.
fn rows(office: &Office) -> Vec<Row> {
    let mut rows = vec![
        promise(0, THEIRS, colleague()),
        promise(999, NOBODYS, colleague()),
        outcome(0, colleague()),
    ];
    for person in &office.people {
        rows.push(promise(1 + person.n, THEIRS, person.id.clone()));
        rows.push(outcome(1 + person.n, person.id.clone()));
        rows.extend(visit(1 + person.n, &person.id));
    }
    rows.extend(visit(0, &colleague()));
    rows
}

fn expected(answers: [Answer; 3], standing: Standing) -> Answer {
    let [holds, lost, never] = answers;
    match standing {
        Standing::Holds => holds,
        Standing::Lost => lost,
        Standing::Never => never,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_is_answered_what_the_table_says() {
    let mut office = Office::opened().await;
    district(&office.server).write(&rows(&office));
    office.pull().await;
    office.reassign();
    office.pull().await;

    let before = district(&office.server).rows(Kind::Visit);
    let mut taken: BTreeSet<_> = before.iter().map(Row::id).collect();
    let mut faults = Vec::new();
    for person in &mut office.people {
        for (case, (name, _, args, _)) in CASES.iter().enumerate() {
            let fresh = 0x1_0000 + person.n * 0x100 + case as u64;
            let args = args(&Me { n: person.n, fresh });
            person.laptop.does_raw(mut_id(fresh), name, args, at(NOON));
        }
        let request = person.laptop.push_request();
        let reply: PushReply = office
            .server
            .post("/api/v1/sync/push", &person.token, &request)
            .await
            .expect("pushed");
        assert_eq!(reply.outcomes.len(), CASES.len(), "everything is answered");
        for ((name, what, _, answers), outcome) in CASES.iter().zip(&reply.outcomes) {
            let applied = outcome.status == ReplyStatus::Applied;
            if applied && *name == "visit.record@1" {
                taken.insert(outcome.mut_id.to_string());
            }
            let (code, expected) = (outcome.code.as_deref(), expected(*answers, person.standing));
            if code != expected || applied != expected.is_none() {
                let told = format!(
                    "{} {name}, {what}: {outcome:?}, not {expected:?}",
                    person.id
                );
                faults.push(told);
            }
        }
    }
    assert_eq!(faults, Vec::<String>::new());
    let visits = district(&office.server).rows(Kind::Visit);
    let stored: BTreeSet<_> = visits.iter().map(Row::id).collect();
    assert_eq!(stored, taken, "what is refused leaves nothing");
}
