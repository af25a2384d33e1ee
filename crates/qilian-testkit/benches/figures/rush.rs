//! The Friday rush: 600 laptops, each with 100 visits that were not sent, reconnect within 30 s to one server on
//! this machine, with SQLite and with PostgreSQL. And 9,200 of them within ten minutes (`rush_of_a_city`).
//!
//! What is measured is the time of a request, as a laptop sees it. Laptops are the least that speaks the
//! protocol, all in this process, so that the machine's cores are the server's. Elsewhere: what a laptop
//! really does with its replies (`sync`).

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use qilian_domain::ids::{At, DistrictId};
use qilian_server::storage::Storage;
use qilian_server::storage::postgres::{Address, PostgresStorage};
use qilian_server::storage::sqlite::SqliteStorage;
use serde_json::json;
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::child::Serving;
use crate::cluster::Cluster;
use crate::fleet::{Fleet, Line, Sent};
use crate::made_up::{Dice, NOW};
use crate::report::{Figure, Round, percentile};

/// No request may take longer than this for 99 of 100.
const LIMIT_S: f64 = 2.0;
/// The server's memory at most.
const PEAK_MIB: f64 = 300.0;

/// A rush.
#[derive(Clone, Copy)]
struct Rush {
    name: &'static str,
    what: &'static str,
    laptops: u32,
    visits: u32,
    within: Duration,
}

const FRIDAY: Rush = Rush {
    name: "friday",
    what: "600 laptops with 100 visits each within 30 s; bare: the limit, 2 s for 99 of 100 requests",
    laptops: 600,
    visits: 100,
    within: Duration::from_secs(30),
};

const CITY: Rush = Rush {
    name: "city",
    what: "9,200 laptops with 5 visits each within 10 min; bare: the limit, 2 s for 99 of 100 requests",
    laptops: 9_200,
    visits: 5,
    within: Duration::from_secs(600),
};

pub(crate) fn friday(_: u32) -> Result<Vec<Figure>> {
    Ok(vec![on_sqlite(FRIDAY)?, on_postgres(FRIDAY)?])
}

pub(crate) fn city(_: u32) -> Result<Vec<Figure>> {
    Ok(vec![on_sqlite(CITY)?, on_postgres(CITY)?])
}

fn on_sqlite(rush: Rush) -> Result<Figure> {
    let folder = TempDir::new()?;
    let storage = SqliteStorage::open(folder.path())?;
    let fleet = Fleet::enrolled(&storage, rush.laptops, rush.visits)?;
    drop(storage);
    let address = free()?;
    let serving = Serving::start(folder.path(), address)?;
    let figure = measured(rush, "sqlite", fleet, &serving, address)?;
    drop(serving);
    let storage = SqliteStorage::open(folder.path())?;
    complete(rush, &storage)?;
    Ok(figure)
}

fn on_postgres(rush: Rush) -> Result<Figure> {
    // As an operator leaves it: what was committed survives a power cut.
    let cluster = Cluster::with(&["shared_buffers=128MB"]);
    let database = cluster.database();
    let folder = TempDir::new()?;
    let storage = PostgresStorage::open(&Address::read(&database)?)?;
    let fleet = Fleet::enrolled(&storage, rush.laptops, rush.visits)?;
    let address = free()?;
    let serving = Serving::on_database(folder.path(), &database, address)?;
    let figure = measured(rush, "postgres", fleet, &serving, address)?;
    drop(serving);
    complete(rush, &storage)?;
    Ok(figure)
}

/// Everything that was sent is there, once.
fn complete(rush: Rush, storage: &dyn Storage) -> Result<()> {
    let district = storage.districts()?.pop().context("a district")?;
    let visits = storage.rows(&district.id, &[qilian_domain::row::Kind::Visit])?;
    let sent = usize::try_from(rush.laptops * rush.visits)?;
    anyhow::ensure!(visits.len() == sent, "{} visits of {sent}", visits.len());
    Ok(())
}

fn measured(
    rush: Rush,
    engine: &str,
    fleet: Fleet,
    serving: &Serving,
    address: SocketAddr,
) -> Result<Figure> {
    serving.reset_peak()?;
    let laptops = fleet.laptops.len();
    let begin = Instant::now();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let sent = runtime.block_on(reconnect(rush, fleet, address))?;
    let seconds = begin.elapsed().as_secs_f64();
    let mut took: Vec<f64> = sent.iter().flat_map(|one| one.requests_s.clone()).collect();
    let waits: u32 = sent.iter().map(|one| one.told_to_wait).sum();
    let p99 = percentile(&mut took, 99);
    let peak = serving.peak_mib()?;
    Ok(Figure {
        name: format!("rush_{}_{engine}", rush.name),
        what: rush.what.to_owned(),
        unit: "s",
        limit: Some(1.0),
        rounds: vec![Round {
            ours: p99,
            bare: LIMIT_S,
        }],
        claim: Some(sent.len() == laptops && peak <= PEAK_MIB),
        detail: json!({
            "laptops": laptops,
            "requests": took.len(),
            "p50_s": percentile(&mut took, 50),
            "p99_s": p99,
            "max_s": percentile(&mut took, 100),
            "all_done_after_s": seconds,
            "told_to_wait": waits,
            "server_peak_mib": peak,
        }),
    })
}

/// Each laptop begins at its moment within the rush, and goes on until everything is sent and fetched.
async fn reconnect(rush: Rush, fleet: Fleet, address: SocketAddr) -> Result<Vec<Sent>> {
    let line = Arc::new(Line::to(address)?);
    let mut dice = Dice::new(7);
    let mut under_way = JoinSet::new();
    for laptop in fleet.laptops {
        let line = Arc::clone(&line);
        let after = rush
            .within
            .mul_f64(f64::from(u32::try_from(dice.below(10_000))?) / 10_000.0);
        under_way.spawn(async move {
            tokio::time::sleep(after).await;
            laptop.sync(&line).await
        });
    }
    let mut all = Vec::new();
    while let Some(done) = under_way.join_next().await {
        all.push(done??);
    }
    Ok(all)
}

fn free() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// When it is.
pub(crate) fn now() -> Result<At> {
    Ok(At::new(chrono::DateTime::parse_from_rfc3339(NOW)?))
}

/// Which district.
pub(crate) fn district() -> DistrictId {
    DistrictId::new("rush")
}
