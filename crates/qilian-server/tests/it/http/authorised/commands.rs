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
        at: at(NOON),
        handled: None,
    }
    .into()
}

/// Promises and outcomes of a colleague and of everybody.
fn rows(office: &Office) -> Vec<Row> {
    let mut rows = vec![
        promise(0, THEIRS, colleague()),
        promise(999, NOBODYS, colleague()),
        outcome(0, colleague()),
    ];
    for person in &office.people {
        rows.push(promise(1 + person.n, THEIRS, person.id.clone()));
        rows.push(outcome(1 + person.n, person.id.clone()));
    }
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

    let mut faults = Vec::new();
    let mut taken = BTreeSet::new();
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
