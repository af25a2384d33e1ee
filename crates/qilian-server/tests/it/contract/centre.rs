//! What the sync centre and the administrator rely on: both sides of a value that two wrote, where refused words
//! go, cuts that are pulled anew, mutations released.

use qilian_domain::command::{Command, NewPromise, NoteWrite, PromiseKeep, VisitRecord};
use qilian_domain::ids::{NoteId, PromiseId};
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::{HandledHow, Note, Outcome, OutcomeStatus, Promise};
use qilian_server::storage::{Released, Storage};
use qilian_sync::wire::{DeviceState, ReplyStatus};
use serde_json::{Value, json};

use crate::district::{TestDistrict, assignment, cadre, day, mut_id, uscc, uuid};
use crate::laptop::{Laptop, visit};

fn outcome(district: &TestDistrict<'_>, n: u64) -> Outcome {
    let rows = district.storage.rows(&district.id, &[Kind::Outcome]);
    (rows.expect("read").into_iter())
        .filter_map(|row| Outcome::try_from(row).ok())
        .find(|outcome| outcome.mutation == mut_id(n))
        .expect("an outcome")
}

fn keep(promise: u64, on: &str) -> Command {
    Command::from(PromiseKeep {
        uscc: uscc(1),
        promise: PromiseId::new(uuid(promise)),
        on: day(on),
    })
}

/// C1 and C2 share enterprise 1, on which C1 promised something.
fn shared(district: &TestDistrict<'_>) -> (Laptop, Laptop) {
    district.write(&[assignment(10, 1, 2, "2026-10-01", "").into()]);
    let (mut one, mut two) = (district.laptop(1, 1), district.laptop(2, 2));
    let record = VisitRecord {
        promises: vec![NewPromise {
            id: PromiseId::new(uuid(50)),
            text: "送技改补贴指南".to_owned(),
            due: None,
        }],
        ..visit(1, 1, "2026-11-10")
    };
    one.does(mut_id(1), &record.into(), district.now);
    district.push(&mut one);
    district.pull(&mut one);
    district.pull(&mut two);
    (one, two)
}

pub(crate) fn a_promise_that_two_cadres_kept_is_merged_and_the_second_is_told_of_the_first(
    storage: &dyn Storage,
) {
    let district = TestDistrict::found(storage);
    let (mut one, mut two) = shared(&district);
    one.does(mut_id(2), &keep(50, "2026-11-18"), district.now);
    two.does(mut_id(3), &keep(50, "2026-11-19"), district.now);
    assert_eq!(
        district.push(&mut one).outcomes[0].status,
        ReplyStatus::Applied
    );
    let told = &district.push(&mut two).outcomes[0];
    assert_eq!(told.status, ReplyStatus::Merged);
    let conflict = &told.params["conflicts"][0];
    assert_eq!(
        [&conflict["mine"], &conflict["theirs"], &conflict["by"]],
        [&json!("2026-11-19"), &json!("2026-11-18"), &json!("C1")]
    );
    assert_eq!(conflict["about"], "送技改补贴指南");
    let kept = outcome(&district, 3);
    assert_eq!((kept.user, kept.status), (cadre(2), OutcomeStatus::Merged));
    assert_eq!(
        kept.params, told.params,
        "the second laptop of the author sees it too"
    );
    let rows = storage.rows(&district.id, &[Kind::Promise]).expect("read");
    let promise = Promise::try_from(rows[0].clone()).expect("a promise");
    assert_eq!(
        promise.kept_on,
        Some(day("2026-11-18")),
        "the first day stays"
    );
    district.pull(&mut two);
    assert_eq!(two.ids("me:C2", "outcome").len(), 1);
}

/// C1 writes a visit to enterprise 1, which is C2's since longer than anything late is taken.
fn refused(district: &TestDistrict<'_>, laptop: &mut Laptop, n: u64) -> Value {
    district.pull(laptop);
    laptop.visits(n, 1, "2026-11-19", district.now);
    let reply = district.push(laptop);
    assert_eq!(reply.outcomes[0].code.as_deref(), Some("scope_lost"));
    reply.outcomes[0].params.clone()
}

fn moved(district: &TestDistrict<'_>) {
    district.write(&[
        assignment(1, 1, 1, "2026-10-01", "2026-10-31").into(),
        assignment(10, 1, 2, "2026-11-01", "").into(),
    ]);
}

pub(crate) fn who_had_the_enterprise_is_told_who_has_it_now_and_a_stranger_is_not(
    storage: &dyn Storage,
) {
    let district = TestDistrict::found(storage);
    let (mut old, mut stranger) = (district.laptop(1, 1), district.laptop(3, 3));
    moved(&district);
    assert_eq!(
        refused(&district, &mut old, 1),
        json!({ "by": "C2", "since": "2026-11-01" })
    );
    assert_eq!(refused(&district, &mut stranger, 2), json!({}));
    let written = outcome(&district, 1).written.expect("when it was written");
    assert_eq!(written.device, district.now);
}

pub(crate) fn the_words_of_a_refused_visit_reach_whoever_has_the_enterprise_now(
    storage: &dyn Storage,
) {
    let district = TestDistrict::found(storage);
    let (mut old, mut new) = (district.laptop(1, 1), district.laptop(2, 2));
    moved(&district);
    refused(&district, &mut old, 1);
    let note = Command::from(NoteWrite {
        note: NoteId::new(uuid(1)),
        uscc: uscc(1),
        visit: None,
        from: Some(mut_id(1)),
        on: day("2026-11-19"),
        text: "第1次走访：了解生产经营情况。".to_owned(),
    });
    old.does(mut_id(2), &note, district.now);
    assert_eq!(
        district.push(&mut old).outcomes[0].status,
        ReplyStatus::Applied
    );
    district.pull(&mut old);
    district.pull(&mut new);
    assert_eq!(new.ids(&format!("ent:{}", uscc(1)), "note").len(), 1);
    assert!(
        old.held.keys().all(|(_, kind, _)| kind != "note"),
        "nothing of the file comes back"
    );
    let rows = storage.rows(&district.id, &[Kind::Note]).expect("read");
    assert_eq!(
        Note::try_from(rows[0].clone()).expect("a note").by,
        cadre(1)
    );
}

pub(crate) fn a_cut_that_is_not_believed_is_pulled_anew_and_what_waits_is_kept(
    storage: &dyn Storage,
) {
    let district = TestDistrict::found(storage);
    let (mut one, mut other) = (district.laptop(1, 1), district.laptop(2, 2));
    district.pull(&mut one);
    district.pull(&mut other);
    one.visits(1, 1, "2026-11-19", district.now);
    let told = storage.invalidate_cuts(&district.id, &[one.device], district.now);
    assert!(
        told.expect("works")
            .iter()
            .all(|device| device.resync_due())
    );
    district.pull(&mut other);
    assert!(!other.pages[0].anew, "nobody else is concerned");
    let held = one.held.clone();
    one.held.clear();
    district.push(&mut one);
    district.pull(&mut one);
    assert!(one.pages[0].anew);
    assert!(held.keys().all(|key| one.held.contains_key(key)));
    district.pull(&mut one);
    assert!(!one.pages[0].anew, "once is enough");
    let devices = storage.devices(&district.id).expect("listed");
    assert!(devices.iter().all(|device| !device.resync_due()));
}

pub(crate) fn a_pull_under_way_begins_anew_too(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    let page = storage.pull(
        &district.id,
        laptop.device,
        &laptop.pull_request(100),
        district.now,
    );
    assert!(!laptop.take(page.expect("a page")), "there is more");
    storage
        .invalidate_cuts(&district.id, &[laptop.device], district.now)
        .expect("works");
    district.pull_by(&mut laptop, 100, |_| {});
    assert!(laptop.pages[1].anew && laptop.pages.len() > 2);
    let mut whole = district.laptop(1, 2);
    district.pull(&mut whole);
    assert_eq!(laptop.held, whole.held);
}

pub(crate) fn what_can_not_be_read_is_released_as_a_refusal_once(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    laptop.visits(1, 1, "2026-11-19", district.now);
    "这不是一条记录".clone_into(&mut laptop.unsent[0].payload);
    let reply = district.push(&mut laptop);
    assert_eq!(reply.outcomes[0].status, ReplyStatus::Quarantined);
    let release = || storage.release(&district.id, mut_id(1), district.now);
    assert!(matches!(release().expect("works"), Released::Refused(_)));
    assert_eq!(
        outcome(&district, 1).status,
        OutcomeStatus::Rejected,
        "its author sees it so"
    );
    assert_eq!(release().expect("works"), Released::Unknown);
}

pub(crate) fn what_is_released_beside_another_s_change_is_merged_and_told(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let (mut one, mut two) = shared(&district);
    one.does(mut_id(2), &keep(50, "2026-11-18"), district.now);
    two.does(mut_id(3), &keep(50, "2026-11-19"), district.now);
    let stopped = storage.set_state(&district.id, two.device, DeviceState::Suspended);
    assert!(stopped.expect("works").is_some());
    district.push(&mut two);
    district.push(&mut one);
    let released = storage.release(&district.id, mut_id(3), district.now);
    assert_eq!(released.expect("works"), Released::Done);
    let merged = outcome(&district, 3);
    assert_eq!(
        (merged.status, merged.code.as_str(), merged.handled),
        (OutcomeStatus::Merged, "written_before", None)
    );
    let conflict = &merged.params["conflicts"][0];
    assert_eq!(
        [&conflict["mine"], &conflict["theirs"], &conflict["by"]],
        [&json!("2026-11-19"), &json!("2026-11-18"), &json!("C1")]
    );
    let again = storage.release(&district.id, mut_id(3), district.now);
    assert_eq!(again.expect("works"), Released::Unknown, "once");
}

/// The server had a fault when `broken` was opened, and `mended` is the same database without it.
pub(crate) fn what_the_server_failed_on_is_released_when_it_can(
    broken: &dyn Storage,
    mended: &dyn Storage,
) {
    let district = TestDistrict::found(broken);
    let mut laptop = district.laptop(1, 1);
    laptop.visits(2, 2, "2026-11-19", district.now);
    while !laptop.unsent.is_empty() {
        district.push(&mut laptop);
    }
    let release = |storage: &dyn Storage| {
        storage
            .release(&district.id, mut_id(2), district.now)
            .expect("works")
    };
    assert_eq!(release(broken), Released::Failed);
    assert_eq!(outcome(&district, 2).handled, None, "it stays aside");
    assert_eq!(release(mended), Released::Done);
    let handled = outcome(&district, 2).handled.expect("seen to");
    assert_eq!(handled.how, HandledHow::Released);
    let rows = mended.rows(&district.id, &[Kind::Visit, Kind::VisitTally]);
    let rows = rows.expect("read");
    assert!(
        rows.iter()
            .any(|row| matches!(row, Row::VisitTally(t) if t.cadre == cadre(1)))
    );
    assert_eq!(release(mended), Released::Unknown, "once");
}
