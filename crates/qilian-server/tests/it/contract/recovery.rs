//! After a restore: what laptops send again in an order in which it can't be decided.

use qilian_domain::command::{Command, NewPromise, OutcomeHandle, PromiseKeep, VisitRecord};
use qilian_domain::ids::{Epoch, PromiseId, Seq};
use qilian_domain::row::Kind;
use qilian_domain::rows::{Handled, HandledHow, Outcome, OutcomeStatus, Promise};
use qilian_server::storage::{RECOVERY_MS, Storage};
use qilian_sync::wire::{OutcomeReply, ReplyStatus};

use crate::district::{TestDistrict, assignment, cadre, day, mut_id, uscc, uuid};
use crate::laptop::{Laptop, visit};

/// The district of an earlier day, just brought back; enterprise 1 is C1's and C2's.
fn restored(storage: &dyn Storage) -> TestDistrict<'_> {
    let district = TestDistrict::found(storage);
    district.write(&[assignment(10, 1, 2, "2026-10-01", "").into()]);
    let epoch = Epoch::new(uuid(0xE2));
    let begun = storage.begin_epoch(&district.id, epoch, district.now);
    begun.expect("begun");
    district
}

/// Sends the last mutation as one that had its effect before the restore.
fn replay(district: &TestDistrict<'_>, laptop: &mut Laptop, had_effect_at: u64) -> OutcomeReply {
    let last = laptop.unsent.last_mut().expect("a mutation");
    last.had_effect_at = Some(Seq(had_effect_at));
    let reply = district.push(laptop);
    reply.outcomes.last().expect("an outcome").clone()
}

fn keep(on: &str) -> Command {
    Command::from(PromiseKeep {
        uscc: uscc(1),
        promise: PromiseId::new(uuid(50)),
        on: day(on),
    })
}

/// A visit on which the promise was made.
fn promising() -> Command {
    let promise = NewPromise {
        id: PromiseId::new(uuid(50)),
        text: "送技改补贴指南".to_owned(),
        due: None,
    };
    let promises = vec![promise];
    Command::from(VisitRecord {
        promises,
        ..visit(1, 1, "2026-11-10")
    })
}

fn outcome(district: &TestDistrict<'_>, n: u64) -> Outcome {
    let rows = district.rows(Kind::Outcome).into_iter();
    (rows.filter_map(|row| Outcome::try_from(row).ok()))
        .find(|outcome| outcome.mutation == mut_id(n))
        .expect("an outcome")
}

fn promise(district: &TestDistrict<'_>) -> Promise {
    let rows = district.rows(Kind::Promise);
    Promise::try_from(rows[0].clone()).expect("a promise")
}

fn assert_waits(told: &OutcomeReply) {
    let code = told.code.as_deref();
    assert_eq!(
        (told.status, code),
        (ReplyStatus::Quarantined, Some("waiting"))
    );
}

pub(crate) fn what_comes_before_what_it_stands_on_waits_and_is_taken_when_that_comes(
    storage: &dyn Storage,
) {
    let district = restored(storage);
    let (mut one, mut two) = (district.laptop(1, 1), district.laptop(2, 2));
    two.does(mut_id(2), &keep("2026-11-19"), district.now);
    let told = replay(&district, &mut two, 20);
    assert_waits(&told);
    assert_eq!(told.params["for"]["code"], "promise_unknown");
    one.does(mut_id(1), &promising(), district.now);
    assert_eq!(replay(&district, &mut one, 10).status, ReplyStatus::Applied);
    let kept = promise(&district);
    assert_eq!(
        (kept.kept_on, kept.kept_by),
        (Some(day("2026-11-19")), Some(cadre(2)))
    );
    let handled = outcome(&district, 2).handled.expect("seen to");
    assert_eq!(handled.how, HandledHow::Released);
    district.pull(&mut two);
    assert_eq!(two.ids("me:C2", "outcome").len(), 1, "its author is told");
}

/// A promise is said to be kept on two days, the later first, and both wait until it is there.
fn kept_twice_before_it_was_made(district: &TestDistrict<'_>) {
    let (mut one, mut two) = (district.laptop(1, 1), district.laptop(2, 2));
    one.does(mut_id(3), &keep("2026-11-20"), district.now);
    assert_waits(&replay(district, &mut one, 30));
    two.does(mut_id(2), &keep("2026-11-19"), district.now);
    assert_waits(&replay(district, &mut two, 20));
    let mut other = district.laptop(1, 3);
    other.does(mut_id(1), &promising(), district.now);
    replay(district, &mut other, 10);
}

pub(crate) fn what_waits_is_taken_in_the_order_in_which_it_had_its_effect_before(
    storage: &dyn Storage,
) {
    let district = restored(storage);
    kept_twice_before_it_was_made(&district);
    assert_eq!(
        promise(&district).kept_on,
        Some(day("2026-11-19")),
        "the first stays the first"
    );
}

pub(crate) fn what_waits_for_an_assignment_is_taken_with_the_import(storage: &dyn Storage) {
    let district = restored(storage);
    let mut laptop = district.laptop(3, 3);
    laptop.visits(1, 3, "2026-11-19", district.now);
    assert_waits(&replay(&district, &mut laptop, 10));
    district.write(&[assignment(11, 3, 3, "2026-11-01", "").into()]);
    assert_eq!(district.rows(Kind::Visit).len(), 1);
}

pub(crate) fn what_waits_in_vain_is_refused_at_the_end_of_the_time(storage: &dyn Storage) {
    let district = restored(storage);
    let (mut one, mut two) = (district.laptop(1, 1), district.laptop(2, 2));
    two.does(mut_id(2), &keep("2026-11-19"), district.now);
    replay(&district, &mut two, 20);
    let last_day = TestDistrict {
        now: district.now.plus_ms(RECOVERY_MS - 1),
        ..district
    };
    storage.settle(&last_day.id, last_day.now).expect("settled");
    assert_eq!(outcome(&last_day, 2).status, OutcomeStatus::Quarantined);
    let after = TestDistrict {
        now: last_day.now.plus_ms(24 * 3600 * 1000),
        ..last_day
    };
    storage.settle(&after.id, after.now).expect("settled");
    let refused = outcome(&after, 2);
    assert_eq!(refused.status, OutcomeStatus::Rejected);
    assert_eq!(
        (refused.code.as_str(), refused.handled),
        ("promise_unknown", None)
    );
    one.does(mut_id(1), &promising(), after.now);
    replay(&after, &mut one, 10);
    assert_eq!(
        promise(&after).kept_on,
        None,
        "its author was told that it was refused"
    );
}

pub(crate) fn what_is_new_or_on_the_first_timeline_does_not_wait(storage: &dyn Storage) {
    let first = TestDistrict::found(storage);
    let mut laptop = first.laptop(1, 1);
    laptop.does(mut_id(1), &keep("2026-11-19"), first.now);
    assert_eq!(
        replay(&first, &mut laptop, 10).status,
        ReplyStatus::Rejected
    );
    let epoch = Epoch::new(uuid(0xE2));
    let begun = storage.begin_epoch(&first.id, epoch, first.now);
    begun.expect("begun");
    laptop.epoch = epoch;
    laptop.does(mut_id(2), &keep("2026-11-19"), first.now);
    let new = first.push(&mut laptop);
    assert_eq!(new.outcomes[0].status, ReplyStatus::Rejected);
}

pub(crate) fn what_waits_and_is_seen_to_is_not_taken_again(storage: &dyn Storage) {
    let district = restored(storage);
    let (mut one, mut two) = (district.laptop(1, 1), district.laptop(2, 2));
    two.does(mut_id(2), &keep("2026-11-19"), district.now);
    replay(&district, &mut two, 20);
    let let_go = OutcomeHandle {
        mutation: mut_id(2),
        how: HandledHow::Discarded,
    };
    two.does(mut_id(4), &let_go.into(), district.now);
    district.push(&mut two);
    one.does(mut_id(1), &promising(), district.now);
    replay(&district, &mut one, 10);
    assert_eq!(promise(&district).kept_on, None);
    let how = outcome(&district, 2).handled.map(|Handled { how, .. }| how);
    assert_eq!(how, Some(HandledHow::Discarded));
}

pub(crate) fn what_waited_and_comes_second_is_merged_and_told(storage: &dyn Storage) {
    let district = restored(storage);
    kept_twice_before_it_was_made(&district);
    let merged = outcome(&district, 3);
    assert_eq!(
        (merged.status, merged.code.as_str(), merged.handled),
        (OutcomeStatus::Merged, "written_before", None)
    );
    assert_eq!(merged.params["conflicts"][0]["theirs"], "2026-11-19");
    let first = outcome(&district, 2);
    assert_eq!(first.status, OutcomeStatus::Quarantined);
    assert!(first.handled.is_some(), "the first is simply taken");
}

/// `damage` makes the outcomes in the database unreadable.
pub(crate) fn what_waits_and_can_not_be_read_holds_nobody_up(
    storage: &dyn Storage,
    damage: impl FnOnce(),
) {
    let district = restored(storage);
    let (mut one, mut two) = (district.laptop(1, 1), district.laptop(2, 2));
    two.does(mut_id(2), &keep("2026-11-19"), district.now);
    assert_waits(&replay(&district, &mut two, 20));
    damage();
    one.does(mut_id(1), &promising(), district.now);
    assert_eq!(replay(&district, &mut one, 10).status, ReplyStatus::Applied);
}
