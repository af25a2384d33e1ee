//! Exactly once, in order, and never wedged.

use qilian_domain::command::Command;
use qilian_domain::ids::MutSeq;
use qilian_server::storage::{Storage, SyncError, SyncRefusal};
use qilian_sync::wire::ReplyStatus;
use serde_json::json;

use crate::district::{TestDistrict, mut_id, uuid};

fn refused(result: Result<qilian_sync::wire::PushReply, SyncError>) -> SyncRefusal {
    match result {
        Err(SyncError::Refused(refusal)) => refusal,
        other => panic!("expected a refusal, not {other:?}"),
    }
}

pub(crate) fn a_run_sent_twice_has_its_effect_once(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    laptop.visits(1, 1, "2026-11-19", district.now);
    laptop.visits(2, 2, "2026-11-20", district.now);
    let request = laptop.push_request();
    let send = || {
        storage
            .push(&district.id, laptop.device, &request, district.now)
            .expect("pushed")
    };
    let first = send();
    let (_, head) = storage.head(&district.id).expect("a head");
    let second = send();
    assert_eq!(
        first.outcomes, second.outcomes,
        "a lost reply is given again"
    );
    assert_eq!(first.acked_through, MutSeq(2));
    assert_eq!(
        storage.head(&district.id).expect("a head").1,
        head,
        "nothing was written twice"
    );
    assert!(
        first
            .outcomes
            .iter()
            .all(|o| o.status == ReplyStatus::Applied && o.at_seq <= head)
    );
}

pub(crate) fn a_run_that_repeats_a_part_goes_on_after_it(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    laptop.visits(1, 1, "2026-11-19", district.now);
    let lost = laptop.push_request();
    storage
        .push(&district.id, laptop.device, &lost, district.now)
        .expect("pushed");
    laptop.visits(2, 2, "2026-11-20", district.now);
    let reply = district.push(&mut laptop);
    assert_eq!(reply.acked_through, MutSeq(2));
    district.pull(&mut laptop);
    assert_eq!(laptop.ids("me:C1", "visit_tally").len(), 2);
}

pub(crate) fn another_history_at_a_known_number_is_a_fork(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    let mut copy = laptop.clone();
    laptop.visits(1, 1, "2026-11-19", district.now);
    district.push(&mut laptop);
    copy.visits(2, 2, "2026-11-19", district.now);
    let request = copy.push_request();
    let result = storage.push(&district.id, copy.device, &request, district.now);
    assert_eq!(refused(result), SyncRefusal::Fork { at: MutSeq(1) });
}

pub(crate) fn a_run_on_another_past_is_a_fork(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    laptop.visits(1, 1, "2026-11-19", district.now);
    district.push(&mut laptop);
    laptop.visits(2, 2, "2026-11-19", district.now);
    let mut request = laptop.push_request();
    request.base_hash = request.base_hash.then("something else");
    let result = storage.push(&district.id, laptop.device, &request, district.now);
    assert_eq!(refused(result), SyncRefusal::Fork { at: MutSeq(2) });
}

pub(crate) fn a_missing_mutation_is_a_gap(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    laptop.visits(1, 1, "2026-11-19", district.now);
    laptop.visits(2, 2, "2026-11-19", district.now);
    let mut request = laptop.push_request();
    let first = request.mutations.remove(0);
    request.base_hash = request.base_hash.then(&first.payload);
    let result = storage.push(&district.id, laptop.device, &request, district.now);
    assert_eq!(
        refused(result),
        SyncRefusal::Gap {
            expected: MutSeq(1)
        }
    );
}

pub(crate) fn a_refused_mutation_consumes_its_number_and_comes_back(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    laptop.visits(1, 1, "2026-12-24", district.now);
    laptop.visits(2, 1, "2026-11-20", district.now);
    let reply = district.push(&mut laptop);
    let statuses: Vec<_> = reply.outcomes.iter().map(|o| o.status).collect();
    assert_eq!(statuses, [ReplyStatus::Rejected, ReplyStatus::Applied]);
    assert_eq!(reply.outcomes[0].code.as_deref(), Some("visit_in_future"));
    district.pull(&mut laptop);
    assert_eq!(
        laptop.ids("me:C1", "outcome"),
        [mut_id(1).to_string()],
        "with what was sent"
    );
    assert_eq!(laptop.ids("me:C1", "visit_tally").len(), 1);
}

pub(crate) fn an_unknown_command_is_refused_and_holds_nothing_up(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    laptop.does_raw(
        mut_id(1),
        "training.record@7",
        json!({ "on": "2026-11-20" }),
        district.now,
    );
    laptop.does_raw(
        mut_id(2),
        "visit.record@1",
        json!({ "visit": 3 }),
        district.now,
    );
    laptop.visits(3, 1, "2026-11-20", district.now);
    let reply = district.push(&mut laptop);
    let codes: Vec<_> = reply.outcomes.iter().map(|o| o.code.as_deref()).collect();
    assert_eq!(
        codes,
        [Some("command_unreadable"), Some("command_unreadable"), None]
    );
    assert_eq!(reply.acked_through, MutSeq(3));
}

pub(crate) fn a_payload_that_is_no_mutation_is_put_aside_and_holds_nothing_up(
    storage: &dyn Storage,
) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    for n in 1..=3 {
        laptop.visits(n, 1, "2026-11-20", district.now);
    }
    laptop.unsent[0].payload = "{\"mut".to_owned();
    laptop.unsent[1].mut_id = mut_id(9);
    let reply = district.push(&mut laptop);
    let statuses: Vec<_> = reply.outcomes.iter().map(|o| o.status).collect();
    let aside = ReplyStatus::Quarantined;
    assert_eq!(statuses, [aside, aside, ReplyStatus::Applied]);
    let again = storage.push(
        &district.id,
        laptop.device,
        &laptop.push_request(),
        district.now,
    );
    assert!(again.is_ok(), "the chain goes on: {again:?}");
    district.pull(&mut laptop);
    let kept: Vec<_> = laptop
        .ids("me:C1", "outcome")
        .into_iter()
        .map(|id| {
            laptop.held[&("me:C1".to_owned(), "outcome".to_owned(), id)]
                .1
                .clone()
        })
        .collect();
    assert_eq!(kept.len(), 2);
    assert!(
        kept[0].contains(r#"{\"mut"#),
        "with what was sent: {}",
        kept[0]
    );
}

pub(crate) fn a_mutation_that_came_from_another_laptop_has_no_second_effect(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut first = district.laptop(1, 1);
    let mut second = district.laptop(1, 2);
    first.visits(1, 1, "2026-11-20", district.now);
    second.unsent = first.unsent.clone();
    let original = district.push(&mut first);
    let (_, head) = storage.head(&district.id).expect("a head");
    let copied = district.push(&mut second);
    assert_eq!(copied.outcomes, original.outcomes);
    assert_eq!(storage.head(&district.id).expect("a head").1, head);
    second.visits(2, 1, "2026-11-20", district.now);
    assert_eq!(
        district.push(&mut second).outcomes[0].status,
        ReplyStatus::Applied,
        "its chain goes on"
    );
}

pub(crate) fn another_payload_under_a_known_id_is_refused(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut mine = district.laptop(1, 1);
    let mut theirs = district.laptop(2, 2);
    mine.visits(1, 1, "2026-11-20", district.now);
    district.push(&mut mine);
    let command = Command::from(crate::laptop::visit(9, 3, "2026-11-20"));
    theirs.does(mut_id(1), &command, district.now);
    let reply = district.push(&mut theirs);
    assert_eq!(reply.outcomes[0].code.as_deref(), Some("id_taken"));
    assert_eq!(reply.acked_through, MutSeq(1));
}

pub(crate) fn commands_of_one_run_see_each_other(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    let mut record = crate::laptop::visit(1, 1, "2026-11-19");
    let promise = qilian_domain::ids::PromiseId::new(uuid(77));
    record.promises.push(qilian_domain::command::NewPromise {
        id: promise,
        text: "送政策清单".to_owned(),
        due: None,
    });
    laptop.does(mut_id(1), &record.into(), district.now);
    let mut again = crate::laptop::visit(2, 1, "2026-11-20");
    again.kept.push(promise);
    laptop.does(mut_id(2), &again.into(), district.now);
    let reply = district.push(&mut laptop);
    assert!(
        reply
            .outcomes
            .iter()
            .all(|o| o.status == ReplyStatus::Applied),
        "{reply:?}"
    );
    district.pull(&mut laptop);
    let key = (
        "ent:".to_owned() + crate::district::uscc(1).as_str(),
        "promise".to_owned(),
        promise.to_string(),
    );
    assert!(
        laptop.held[&key].1.contains("2026-11-20"),
        "kept on the second visit"
    );
}

pub(crate) fn another_timeline_is_refused(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    laptop.visits(1, 1, "2026-11-19", district.now);
    let mut request = laptop.push_request();
    request.epoch = qilian_domain::ids::Epoch::new(uuid(5));
    let result = storage.push(&district.id, laptop.device, &request, district.now);
    assert_eq!(refused(result), SyncRefusal::EpochChanged);
}
