//! Claims that need a hand behind the storage's back, or a server with a fault. What the hand does is the
//! engine's; what follows from it is not.

use qilian_domain::command::{Command, Context, Loaded};
use qilian_domain::refusal::Refusal;
use qilian_domain::row::{Kind, Row};
use qilian_server::storage::{Storage, StorageError, SyncError};
use qilian_sync::wire::ReplyStatus;

use crate::district::TestDistrict;

/// `read` says how many rows and columns a view has.
pub(crate) fn every_kind_has_a_view_that_can_be_read(
    storage: &dyn Storage,
    mut read: impl FnMut(&str) -> (usize, usize),
) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    laptop.visits(1, 1, "2026-11-19", district.now);
    district.push(&mut laptop);
    for kind in Kind::ALL {
        let name = kind.as_str();
        let (rows, columns) = read(&format!("v_{name}"));
        let stored = storage.rows(&district.id, &[*kind]).expect("rows").len();
        assert_eq!(rows, stored, "{name}");
        assert!(columns >= 4, "{name} says something");
    }
}

/// A server with a fault: it panics on visits to one enterprise.
pub(crate) fn panics_on_second(
    command: &Command,
    context: &Context<'_>,
    loaded: &Loaded,
) -> Result<Vec<Row>, Refusal> {
    if command.enterprise() == Some(&crate::district::uscc(2)) {
        panic!("a fault in the server");
    }
    command.decide(context, loaded)
}

/// The storage decides with [`panics_on_second`].
pub(crate) fn a_mutation_that_makes_the_server_panic_is_set_aside_after_three_attempts(
    storage: &dyn Storage,
) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    laptop.visits(1, 1, "2026-11-19", district.now);
    laptop.visits(2, 2, "2026-11-19", district.now);
    laptop.visits(3, 1, "2026-11-20", district.now);
    let first = district.push(&mut laptop);
    assert_eq!(first.outcomes.len(), 1, "what came before it was taken");
    assert!(first.retry_after_s.is_some());
    let second = district.push(&mut laptop);
    assert!(second.outcomes.is_empty() && second.retry_after_s.is_some());
    let third = district.push(&mut laptop);
    let statuses: Vec<_> = third.outcomes.iter().map(|o| o.status).collect();
    assert_eq!(statuses, [ReplyStatus::Quarantined, ReplyStatus::Applied]);
    assert!(laptop.unsent.is_empty(), "it holds nothing up");
    district.pull(&mut laptop);
    let outcomes = laptop.ids("me:C1", "outcome");
    assert_eq!(
        outcomes,
        [crate::district::mut_id(2).to_string()],
        "and is kept with what was sent"
    );
}

/// `fault` has the database refuse visits of 18 November: a constraint that this version does not know of
/// stands for any fault of a database.
pub(crate) fn a_mutation_that_fails_in_sql_holds_up_only_itself_and_not_for_ever(
    storage: &dyn Storage,
    fault: impl FnOnce(),
) {
    let failed = the_second_is_given_up(storage, fault, 1);
    assert!(matches!(failed, StorageError::Internal(_)), "{failed:?}");
}

/// `fault` damages the row of enterprise 2 as no version would write it.
pub(crate) fn a_mutation_whose_rows_cannot_be_read_holds_up_only_itself_and_not_for_ever(
    storage: &dyn Storage,
    fault: impl FnOnce(),
) {
    let failed = the_second_is_given_up(storage, fault, 2);
    assert!(matches!(failed, StorageError::Corrupt(_)), "{failed:?}");
}

/// Pushes three visits, of which the second one, to that enterprise, fails again and again; how it failed.
fn the_second_is_given_up(
    storage: &dyn Storage,
    fault: impl FnOnce(),
    second: u32,
) -> StorageError {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    fault();
    laptop.visits(1, 1, "2026-11-17", district.now);
    laptop.visits(2, second, "2026-11-18", district.now);
    laptop.visits(3, 1, "2026-11-19", district.now);
    let first = district.push(&mut laptop);
    assert_eq!(
        first.outcomes.iter().map(|o| o.status).collect::<Vec<_>>(),
        [ReplyStatus::Applied]
    );
    assert!(first.retry_after_s.is_some());
    let push = || {
        let request = laptop.push_request();
        storage.push(&district.id, laptop.device, &request, district.now)
    };
    let failures = [push(), push()];
    let last = district.push(&mut laptop);
    let statuses: Vec<_> = last.outcomes.iter().map(|o| o.status).collect();
    assert_eq!(statuses, [ReplyStatus::Quarantined, ReplyStatus::Applied]);
    let [Err(SyncError::Storage(_)), Err(SyncError::Storage(failed))] = failures else {
        panic!("it fails: {failures:?}");
    };
    failed
}
