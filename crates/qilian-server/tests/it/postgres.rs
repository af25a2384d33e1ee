//! The contract on PostgreSQL, and what is PostgreSQL's own: several processes, the feed's order, what an
//! operator may meet. One file an area.

mod epoch;
mod feed;
mod news;
mod operator;
mod processes;
mod repeated;
mod rules;
mod standby;

use qilian_domain::row::Kind;
use qilian_server::storage::postgres::{Address, PostgresStorage};
use qilian_server::storage::{Storage, SyncError};

use crate::cluster::{Cluster, client};
use crate::contract::faults;
use crate::district::{TestDistrict, mut_id};
use crate::laptop::visit;

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

#[test]
fn every_kind_has_a_view_that_can_be_read() {
    let cluster = Cluster::start();
    let address = cluster.database();
    let storage = open(&address);
    faults::every_kind_has_a_view_that_can_be_read(&storage, |name| {
        let mut client = client(&address);
        let view = client
            .prepare(&format!("SELECT * FROM {name}"))
            .expect("a view");
        let rows = client.query(&view, &[]).expect("read");
        (rows.len(), view.columns().len())
    });
}

#[test]
fn a_note_with_a_character_that_postgresql_has_not_closes_no_view() {
    let cluster = Cluster::start();
    let address = cluster.database();
    let storage = open(&address);
    let district = TestDistrict::found(&storage);
    let mut laptop = district.laptop(1, 1);
    let mut visit = visit(1, 1, "2026-11-19");
    visit.note = "粘贴\0\0来的，路径 C:\\u0000".to_owned();
    laptop.does(mut_id(1), &visit.clone().into(), district.now);
    district.push(&mut laptop);
    district.pull(&mut laptop);
    let bodies = laptop.held.values().map(|(_, body)| body.as_str());
    let sent = serde_json::to_string(&visit.note).expect("JSON");
    assert!(
        bodies.into_iter().any(|body| body.contains(&sent)),
        "it is kept as it was"
    );
    let read = client(&address).query_one("SELECT note FROM v_visit", &[]);
    let note: String = read.expect("read").get("note");
    assert_eq!(note, "粘贴来的，路径 C:\\u0000");
}

#[test]
fn a_mutation_that_makes_the_server_panic_is_set_aside_after_three_attempts() {
    let cluster = Cluster::start();
    let storage = open(&cluster.database()).deciding_with(faults::panics_on_second);
    faults::a_mutation_that_makes_the_server_panic_is_set_aside_after_three_attempts(&storage);
}

#[test]
fn what_the_server_failed_on_is_released_when_it_can() {
    let cluster = Cluster::start();
    let address = cluster.database();
    let broken = open(&address).deciding_with(faults::panics_on_second);
    let mended = open(&address);
    crate::contract::centre::what_the_server_failed_on_is_released_when_it_can(&broken, &mended);
}

#[test]
fn a_mutation_that_fails_in_sql_holds_up_only_itself_and_not_for_ever() {
    let cluster = Cluster::start();
    let address = cluster.database();
    let storage = open(&address);
    let fault =
        "ALTER TABLE row ADD CONSTRAINT fault CHECK (NOT (kind = 'visit' AND day = '2026-11-18'))";
    faults::a_mutation_that_fails_in_sql_holds_up_only_itself_and_not_for_ever(&storage, || {
        client(&address).batch_execute(fault).expect("made");
    });
}

#[test]
fn a_mutation_whose_rows_cannot_be_read_holds_up_only_itself_and_not_for_ever() {
    let cluster = Cluster::start();
    let address = cluster.database();
    let storage = open(&address);
    let fault = format!(
        "UPDATE row SET body = '{{' WHERE kind = 'enterprise' AND id = '{}'",
        crate::district::uscc(2)
    );
    let damage = || client(&address).batch_execute(&fault).expect("damaged");
    faults::a_mutation_whose_rows_cannot_be_read_holds_up_only_itself_and_not_for_ever(
        &storage, damage,
    );
}

#[test]
fn what_waits_and_can_not_be_read_holds_nobody_up() {
    let cluster = Cluster::start();
    let address = cluster.database();
    let damage = "UPDATE row SET body = '{' WHERE kind = 'outcome'";
    crate::contract::recovery::what_waits_and_can_not_be_read_holds_nobody_up(
        &open(&address),
        || client(&address).batch_execute(damage).expect("damaged"),
    );
}
