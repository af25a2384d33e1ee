//! The contract on PostgreSQL, and what is PostgreSQL's own: several processes, the feed's order, what an
//! operator may meet.

use qilian_domain::row::Kind;
use qilian_server::storage::postgres::{Address, PostgresStorage};
use qilian_server::storage::{Storage, SyncError};

use crate::cluster::Cluster;
use crate::district::TestDistrict;

fn open(address: &str) -> PostgresStorage {
    let address = Address::read(address).expect("an address");
    PostgresStorage::open(&address).expect("opened")
}

fn with(claim: impl FnOnce(&dyn Storage)) {
    let cluster = Cluster::start();
    let storage = open(&cluster.database());
    claim(&storage);
    drop(storage);
}

crate::contract::claims!(super::with);

#[test]
fn a_server_that_went_away_and_came_back_is_found_again() {
    let mut cluster = Cluster::start();
    let address = cluster.database();
    let storage = open(&address);
    let district = TestDistrict::found(&storage);
    let mut laptop = district.laptop(1, 1);
    laptop.visits(1, 1, "2026-11-19", district.now);
    district.push(&mut laptop);
    cluster.restart();
    laptop.visits(2, 1, "2026-11-20", district.now);
    district.push(&mut laptop);
    let visits = storage.rows(&district.id, &[Kind::Visit]).expect("read");
    assert_eq!(visits.len(), 2);
}

#[test]
fn while_the_server_is_away_the_same_may_work_later() {
    let cluster = Cluster::start();
    let storage = open(&cluster.database());
    let district = TestDistrict::found(&storage);
    let laptop = district.laptop(1, 1);
    drop(cluster);
    let request = laptop.push_request();
    let refused = storage.push(&district.id, laptop.device, &request, district.now);
    let Err(SyncError::Storage(error)) = refused else {
        panic!("{refused:?}");
    };
    assert!(error.is_transient(), "{error}");
}
