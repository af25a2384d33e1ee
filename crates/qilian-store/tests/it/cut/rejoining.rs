//! What becomes of a store whose server came back from a backup, on another timeline.

use qilian_domain::ids::{Epoch, Incarnation, MutSeq, Seq};
use qilian_domain::row::{Kind, Row};
use qilian_store::Store;
use qilian_sync::chain::ChainHash;
use qilian_sync::client::{ClientStore, Forked, Rejoined};
use qilian_sync::wire::{DeviceState, HelloReply, Limits, ReplyStatus};

use crate::given::{
    Home, NOW, assignment, at, commit, complete, enterprise, identity, noted, outcome, puts, take,
    unsent, uuid, visit,
};

/// The server, with so many mutations of this laptop.
fn server(epoch: u128, last: u64, hash: ChainHash) -> HelloReply {
    HelloReply {
        epoch: Epoch::new(uuid(epoch)),
        protocol: (1, 1),
        schema: 1,
        device_state: DeviceState::Active,
        incarnation: Incarnation(1),
        last_mut_seq: MutSeq(last),
        last_hash: hash,
        head: Seq(6),
        server_time: at(NOW),
        limits: Limits::default(),
    }
}

/// A store with three visits: two reached by a pull, one answered. The hashes after each.
fn busy(home: &Home) -> (Store, Vec<ChainHash>) {
    let mut store = home.with_enterprises(3);
    for n in 1..=3 {
        commit(&mut store, u128::from(n), &visit(u128::from(n), n, "走访"));
    }
    let hashes = store
        .outbox()
        .expect("read")
        .iter()
        .map(|i| i.hash)
        .collect();
    for n in 1..=3_u64 {
        noted(
            &mut store,
            &outcome(n, u128::from(n), ReplyStatus::Applied, 10 + n),
        );
    }
    take(&mut store, complete(12, vec![]));
    assert_eq!(store.outbox().expect("read").len(), 1);
    (store, hashes)
}

fn waiting(store: &Store) -> Vec<(MutSeq, u128)> {
    let items = store.outbox().expect("read").into_iter();
    items
        .map(|item| (item.mut_seq, item.mut_id.uuid().as_u128()))
        .collect()
}

#[test]
fn what_the_backup_does_not_have_waits_again_in_its_place() {
    let home = Home::new();
    let (mut store, hashes) = busy(&home);
    let rejoined = store.rejoin(&server(0xE2, 1, hashes[0])).expect("written");
    assert_eq!(rejoined, Rejoined::Continues);
    assert_eq!(waiting(&store), [(MutSeq(2), 2), (MutSeq(3), 3)]);
    assert_eq!(
        unsent(&mut store).len(),
        2,
        "answers of another timeline do not count"
    );
    let standing = store.standing().expect("read");
    assert_eq!(
        (standing.epoch, standing.cursor.seq),
        (Epoch::new(uuid(0xE2)), Seq(0))
    );
    assert_eq!(
        store.sent(10).expect("read").len(),
        1,
        "what it has is not sent again"
    );
}

#[test]
fn a_chain_that_the_backup_does_not_stand_in_is_sent_whole_by_a_laptop_of_its_own() {
    let home = Home::new();
    let (mut store, _) = busy(&home);
    let other = ChainHash::START.then("another past");
    let rejoined = store.rejoin(&server(0xE2, 1, other)).expect("written");
    assert_eq!(rejoined, Rejoined::Forked(Forked { at: MutSeq(2) }));
    assert_eq!(
        waiting(&store),
        [(MutSeq(1), 1), (MutSeq(2), 2), (MutSeq(3), 3)]
    );
    assert!(store.sent(10).expect("read").is_empty());
}

/// Where each unsent mutation had its effect before, as the server is told.
fn effects(store: &mut Store) -> Vec<Option<Seq>> {
    let unsent = store.unsent(Limits::default()).expect("read");
    let mutations = unsent.map(|unsent| unsent.mutations).unwrap_or_default();
    mutations.iter().map(|m| m.had_effect_at).collect()
}

#[test]
fn what_is_sent_again_says_where_it_had_its_effect_also_in_another_chain() {
    let (same, other) = (Home::new(), Home::new());
    let (mut store, hashes) = busy(&same);
    commit(&mut store, 4, &visit(4, 1, "还没有送过"));
    store.rejoin(&server(0xE2, 1, hashes[0])).expect("written");
    assert_eq!(effects(&mut store), [Some(Seq(12)), Some(Seq(13)), None]);
    // Once more, before the server has answered.
    store.rejoin(&server(0xE3, 1, hashes[0])).expect("written");
    assert_eq!(effects(&mut store), [Some(Seq(12)), Some(Seq(13)), None]);

    let (mut store, _) = busy(&other);
    let past = ChainHash::START.then("another past");
    store.rejoin(&server(0xE2, 1, past)).expect("written");
    let all = [11, 12, 13].map(|seq| Some(Seq(seq)));
    assert_eq!(effects(&mut store), all);
}

#[test]
fn what_was_refused_had_no_effect() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    commit(&mut store, 1, &visit(1, 1, "走访"));
    noted(&mut store, &outcome(1, 1, ReplyStatus::Rejected, 11));
    store
        .rejoin(&server(0xE2, 0, ChainHash::START))
        .expect("written");
    assert_eq!(effects(&mut store), [None]);
}

#[test]
fn the_cut_from_before_shows_until_the_new_one_is_whole_and_nothing_of_it_stays() {
    let home = Home::new();
    let (mut store, hashes) = busy(&home);
    store.rejoin(&server(0xE2, 3, hashes[2])).expect("written");
    assert_eq!(store.count(Kind::Enterprise).expect("read"), 3);
    let mut renamed = enterprise(1);
    renamed.name = "改回来的名字".to_owned();
    let mut ops = puts(&assignment(1).into(), 3);
    ops.extend(puts(&Row::from(renamed), 3));
    take(&mut store, complete(6, ops));
    assert_eq!(
        store.count(Kind::Enterprise).expect("read"),
        1,
        "the others are not in scope"
    );
    let name = store
        .get::<qilian_domain::rows::Enterprise>(crate::given::uscc(1))
        .expect("read")
        .expect("there")
        .name;
    assert_eq!(
        name, "改回来的名字",
        "also under a smaller version than before"
    );
}

#[test]
fn a_server_that_did_not_say_that_it_came_back_changes_nothing() {
    let home = Home::new();
    let (mut store, hashes) = busy(&home);
    let before = (waiting(&store), store.standing().expect("read"));
    let mut same = server(0, 1, hashes[0]);
    same.epoch = identity().epoch;
    assert_eq!(store.rejoin(&same).expect("read"), Rejoined::NotAnnounced);
    assert_eq!((waiting(&store), store.standing().expect("read")), before);
}
