//! Scope follows assignments: what a cadre loses goes, what they gain comes whole, what they did stays.

use qilian_domain::refusal::Refusal;
use qilian_domain::row::Row;
use qilian_server::storage::{Released, Storage};
use qilian_sync::wire::{DeviceState, ReplyStatus};

use crate::district::{TestDistrict, assignment, uscc};

fn of(n: u32) -> String {
    format!("ent:{}", uscc(n))
}

/// Enterprise 1 goes from C1 to C2 on 20 November.
fn handover() -> [Row; 2] {
    [
        assignment(1, 1, 1, "2026-10-01", "2026-11-19").into(),
        assignment(10, 1, 2, "2026-11-20", "").into(),
    ]
}

pub(crate) fn the_old_cadre_loses_the_enterprise_and_the_new_one_gains_its_history(
    storage: &dyn Storage,
) {
    let district = TestDistrict::found(storage);
    let mut old = district.laptop(1, 1);
    let mut new = district.laptop(2, 2);
    old.visits(1, 1, "2026-11-10", district.now);
    district.push(&mut old);
    district.pull(&mut old);
    district.pull(&mut new);
    assert!(old.buckets().contains(&of(1)) && !new.buckets().contains(&of(1)));

    district.write(&handover());
    district.pull(&mut old);
    district.pull(&mut new);
    assert!(!old.buckets().contains(&of(1)), "nothing of it remains");
    assert_eq!(
        old.pages[0]
            .drop
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        [of(1)]
    );
    assert_eq!(
        new.ids(&of(1), "visit").len(),
        1,
        "the visit of the cadre before"
    );
    assert_eq!(new.ids(&of(1), "enterprise").len(), 1);
    assert_eq!(
        new.pages[0]
            .reset
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        [of(1)]
    );
}

pub(crate) fn there_and_back_between_two_pulls_is_a_reset(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    let mut other = district.laptop(2, 2);
    district.pull(&mut laptop);
    district.write(&handover());
    other.visits(1, 1, "2026-11-20", district.now);
    district.push(&mut other);
    district.write(&[
        assignment(10, 1, 2, "2026-11-20", "2026-11-19").into(),
        assignment(11, 1, 1, "2026-11-20", "").into(),
    ]);
    district.pull(&mut laptop);
    assert!(laptop.pages[0].reset.iter().any(|b| b.to_string() == of(1)));
    assert!(laptop.pages[0].drop.is_empty());
    assert_eq!(
        laptop.ids(&of(1), "visit").len(),
        1,
        "with what happened in between"
    );
    let mut whole = district.laptop(1, 3);
    district.pull(&mut whole);
    assert_eq!(laptop.held, whole.held);
}

pub(crate) fn an_assignment_begins_and_ends_with_its_day(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut old = district.laptop(1, 1);
    let mut new = district.laptop(2, 2);
    district.write(&[
        assignment(1, 1, 1, "2026-10-01", "2026-11-20").into(),
        assignment(10, 1, 2, "2026-11-21", "").into(),
    ]);
    district.pull(&mut old);
    district.pull(&mut new);
    assert!(old.buckets().contains(&of(1)), "until the day is over");
    assert!(!new.buckets().contains(&of(1)), "not before the day");
    let tomorrow = district.later("2026-11-21T00:00:01+08:00");
    tomorrow.pull(&mut old);
    tomorrow.pull(&mut new);
    assert!(!old.buckets().contains(&of(1)));
    assert!(new.buckets().contains(&of(1)));
}

pub(crate) fn what_was_written_before_a_reassignment_is_still_taken(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut old = district.laptop(1, 1);
    district.pull(&mut old);
    // A fact has no day of its own that an assignment could cover once it is gone.
    let fact = qilian_domain::command::FactSet {
        uscc: uscc(1),
        facts: Vec::new(),
    };
    old.does(
        crate::district::mut_id(1),
        &fact.clone().into(),
        district.now,
    );
    district.write(&[
        assignment(1, 1, 1, "2026-10-01", "2026-10-31").into(),
        assignment(10, 1, 2, "2026-11-01", "").into(),
    ]);
    let later = district.later("2026-12-24T12:00:00+08:00");
    assert_eq!(
        later.push(&mut old).outcomes[0].status,
        ReplyStatus::Applied
    );
    later.pull(&mut old);
    old.does(crate::district::mut_id(2), &fact.into(), later.now);
    let reply = later.push(&mut old);
    assert_eq!(
        reply.outcomes[0].code.as_deref(),
        Some("scope_lost"),
        "written after it was known"
    );
}

pub(crate) fn what_comes_long_after_a_reassignment_is_put_aside_for_an_administrator(
    storage: &dyn Storage,
) {
    let district = TestDistrict::found(storage);
    let mut old = district.laptop(1, 1);
    district.pull(&mut old);
    let fact = qilian_domain::command::FactSet {
        uscc: uscc(1),
        facts: Vec::new(),
    };
    old.does(crate::district::mut_id(1), &fact.into(), district.now);
    district.write(&[
        assignment(1, 1, 1, "2026-10-01", "2026-10-31").into(),
        assignment(10, 1, 2, "2026-11-01", "").into(),
    ]);
    let later = district.later("2026-12-26T12:00:00+08:00");
    let late = &later.push(&mut old).outcomes[0];
    assert_eq!(late.status, ReplyStatus::Quarantined, "36 days after");
    assert_eq!(late.code.as_deref(), Some("too_late"));
    assert_eq!(late.params["by"], "C2", "who has it now");
    let released = storage.release(&later.id, crate::district::mut_id(1), later.now);
    assert_eq!(released.expect("works"), Released::Done);
}

pub(crate) fn what_was_never_theirs_to_write_is_not_released_either(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut stranger = district.laptop(3, 3);
    district.pull(&mut stranger);
    stranger.visits(1, 1, "2026-11-19", district.now);
    let suspended = DeviceState::Suspended;
    let set = storage.set_state(&district.id, stranger.device, suspended);
    set.expect("works").expect("a device");
    district.push(&mut stranger);
    let released = storage.release(&district.id, crate::district::mut_id(1), district.now);
    assert_eq!(
        released.expect("works"),
        Released::Refused(Refusal::ScopeLost)
    );
}

pub(crate) fn what_was_written_while_it_was_theirs_is_released_by_where_it_was_written(
    storage: &dyn Storage,
) {
    let district = TestDistrict::found(storage);
    let mut old = district.laptop(1, 1);
    district.pull(&mut old);
    district.write(&handover());
    // The day after the handover: no assignment covers it, the laptop had not heard of it.
    old.visits(1, 1, "2026-11-20", district.now);
    let set = storage.set_state(&district.id, old.device, DeviceState::Suspended);
    set.expect("works").expect("a device");
    district.push(&mut old);
    let released = storage.release(&district.id, crate::district::mut_id(1), district.now);
    assert_eq!(released.expect("works"), Released::Done);
}

pub(crate) fn a_scope_that_changes_between_pages_shows_nothing_outside_it(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    let mut changed = false;
    district.pull_by(&mut laptop, 1, |page| {
        if page == 1 {
            district.write(&handover());
            changed = true;
        }
    });
    assert!(changed);
    let after = laptop.pages.iter().skip(1);
    for op in after.flat_map(|page| &page.ops) {
        let shown = serde_json::to_string(op).expect("JSON");
        assert!(!shown.contains(&of(1)), "a row of what was lost: {shown}");
    }
    assert!(!laptop.buckets().contains(&of(1)));
}

pub(crate) fn a_tally_stays_with_its_cadre(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut old = district.laptop(1, 1);
    let mut new = district.laptop(2, 2);
    old.visits(1, 1, "2026-11-10", district.now);
    district.push(&mut old);
    district.write(&handover());
    district.pull(&mut old);
    district.pull(&mut new);
    assert_eq!(old.ids("me:C1", "visit_tally").len(), 1);
    assert_eq!(
        old.ids("me:C1", "assignment").len(),
        2,
        "intervals too, also the one that ended"
    );
    assert!(new.ids("me:C2", "visit_tally").is_empty());
}
