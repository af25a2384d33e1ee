//! What becomes of a store that turns out to be a copy of another.

use qilian_domain::ids::{DeviceId, Incarnation, MutSeq};
use qilian_domain::row::Kind;
use qilian_store::Store;
use qilian_sync::chain::ChainHash;
use qilian_sync::client::{ClientStore, OwnLaptop};
use qilian_sync::wire::{ForkReply, ReplyStatus};

use crate::given::{
    Home, NOW, at, commit, complete, identity, noted, outcome, take, unsent, uuid, visit,
};

fn own(n: u128) -> OwnLaptop {
    OwnLaptop {
        device: DeviceId::new(uuid(n)),
        token: format!("token {n}"),
    }
}

fn fork(store: &mut Store) {
    store.begin_fork(&own(0xC0)).expect("kept");
    let reply = ForkReply {
        incarnation: Incarnation(1),
        server_time: at(NOW),
    };
    store.take_fork(&reply).expect("taken");
}

#[test]
fn what_a_copy_is_to_be_is_kept_until_it_is() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    assert_eq!(store.begin_fork(&own(0xC0)).expect("kept"), own(0xC0));
    drop(store);
    let mut store = home.reopened();
    let again = store.begin_fork(&own(0xC1)).expect("kept");
    assert_eq!(again, own(0xC0), "asked again as the same");
    assert_eq!(store.identity().expect("read"), Some(identity()));
    fork(&mut store);
    let now = store.identity().expect("read").expect("enrolled");
    assert_eq!((now.device, now.token), (own(0xC0).device, own(0xC0).token));
    let another = store.begin_fork(&own(0xC2)).expect("kept");
    assert_eq!(another, own(0xC2), "a copy of the copy is another");
}

#[test]
fn a_copy_chains_what_waits_from_the_beginning() {
    let home = Home::new();
    let mut store = home.with_enterprises(3);
    for n in 1..=3 {
        commit(&mut store, u128::from(n), &visit(u128::from(n), n, "走访"));
    }
    noted(&mut store, &outcome(1, 1, ReplyStatus::Applied, 11));
    take(&mut store, complete(11, vec![]));
    noted(&mut store, &outcome(2, 2, ReplyStatus::Applied, 12));
    let before = store.outbox().expect("read");
    fork(&mut store);
    let after = store.outbox().expect("read");
    let ids = |items: &[qilian_store::OutboxItem]| -> Vec<_> {
        items
            .iter()
            .map(|item| (item.mut_id, item.payload.clone()))
            .collect()
    };
    assert_eq!(ids(&before), ids(&after), "the same, in the same order");
    let numbers: Vec<_> = after.iter().map(|item| item.mut_seq).collect();
    assert_eq!(numbers, [MutSeq(1), MutSeq(2)]);
    assert_eq!(unsent(&mut store).len(), 2, "also what was answered");
    let mut hash = ChainHash::START;
    for item in &after {
        hash = hash.then(&item.payload);
        assert_eq!(item.hash, hash);
    }
    assert_eq!(
        store.count(Kind::Visit).expect("read"),
        2,
        "and still shown"
    );
    assert_eq!(
        store.sent(10).expect("read").len(),
        1,
        "as is what was reached"
    );
}

#[test]
fn a_copy_that_has_forked_goes_on_recording() {
    let home = Home::new();
    let mut store = home.with_enterprises(2);
    commit(&mut store, 1, &visit(1, 1, "走访"));
    noted(&mut store, &outcome(1, 1, ReplyStatus::Applied, 11));
    take(&mut store, complete(11, vec![]));
    fork(&mut store);
    commit(&mut store, 2, &visit(2, 2, "走访"));
    noted(&mut store, &outcome(1, 2, ReplyStatus::Applied, 12));
    take(&mut store, complete(12, vec![]));
    assert!(store.outbox().expect("read").is_empty());
    let sent: Vec<_> = store
        .sent(10)
        .expect("read")
        .iter()
        .map(|s| s.mut_seq)
        .collect();
    assert_eq!(sent, [MutSeq(1), MutSeq(1)], "a first one in either chain");
}
