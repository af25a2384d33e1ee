//! What a laptop and the server say to each other, over HTTP between processes: 10,000 visits pushed by one laptop and
//! pulled by another, each against inserting the same rows into a bare plain SQLite file with an fsync for each 100 of
//! them, with the bytes that cross the wire against those of the JSON; a sync with nothing to do; and, for orientation,
//! a first sync of 2,000 enterprises and 10,000 visits.
//!
//! The district and the two laptops are made once; each round begins with copies of them. Requests and bytes are
//! counted on the way, in this process: a push is what lies between the first request and the first of the pull.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use qilian_domain::row::Kind;
use qilian_server::storage::Storage as _;
use qilian_server::storage::sqlite::SqliteStorage;
use qilian_testkit::{Link, Passed};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::bare::{self, BareRow};
use crate::child::{self, Serving};
use crate::laptops;
use crate::report::{Figure, Round};
use crate::roster;

const ENTERPRISES: u32 = 2_000;
const VISITS: u32 = 10_000;
const BATCH: usize = 100;
const CADRE: &str = "BA0001";
/// Each way takes at most so many times what the bare inserts take.
const LIMIT: f64 = 8.0;
/// Bytes that cross the wire, of those that the same JSON has.
const BYTES: f64 = 0.35;
/// The most that a request or a reply has in its body when there is nothing to do. What crosses the wire has heads too.
const NOTHING: u64 = 1024;
const HEADS: u64 = 512;

pub(crate) fn measure(rounds: u32) -> Result<Vec<Figure>> {
    let folder = TempDir::new()?;
    let bench = Bench::prepare(folder.path())?;
    let mut sides: [Side; 3] = Default::default();
    let mut nothing = Vec::new();
    for n in 0..rounds {
        let of_round = |name: &str| folder.path().join(format!("{name}-{n}"));
        let [data, home, other, fresh] = ["district", "laptop", "other", "fresh"].map(of_round);
        copy(&bench.data, &data)?;
        copy(&bench.home, &home)?;
        copy(&bench.other, &other)?;
        let serving = Serving::start(&data, bench.address)?;
        let [pushes, pulls, firsts] = &mut sides;
        let sent = bench.run(&serving, laptops::SYNC, &[text(&home)?])?;
        pushes.take(sent.until("/api/v1/sync/pull")?, bench.json_bytes);
        let fetched = bench.run(&serving, laptops::SYNC, &[text(&other)?])?;
        let json = rows(&data, &[Kind::Visit, Kind::VisitTally])?;
        pulls.take(fetched, json.iter().map(|row| row.body.len() as u64).sum());
        nothing.push(bench.run(&serving, laptops::SYNC, &[text(&other)?])?);
        let code = laptops::code(&data, CADRE)?;
        let first = bench.run(
            &serving,
            laptops::FIRST,
            &[text(&fresh)?, &bench.link.url(), &code],
        )?;
        let all = rows(&data, EVERYTHING)?;
        firsts.take(first, all.iter().map(|row| row.body.len() as u64).sum());
        drop(serving);
        for (side, rows) in sides.iter_mut().zip([&json, &json, &all]) {
            side.bare(rows)?;
        }
        for used in [data, home, other, fresh] {
            fs::remove_dir_all(used)?;
        }
    }
    let [pushes, pulls, firsts] = sides;
    Ok(vec![
        pushes.figure(
            "push",
            "10,000 visits from a laptop; bare: their rows into plain SQLite, 100 a commit",
            Some(LIMIT),
        ),
        pulls.figure(
            "pull",
            "the same 10,000 visits to another laptop; bare: their rows into plain SQLite, 100 a commit",
            Some(LIMIT),
        ),
        firsts.figure(
            "first_sync",
            "2,000 enterprises and 10,000 visits to a new laptop; bare: the same rows into plain SQLite, 100 a commit",
            None,
        ),
        idle(&nothing),
    ])
}

/// What a new laptop of the cadre gets.
const EVERYTHING: &[Kind] = &[
    Kind::Enterprise,
    Kind::Assignment,
    Kind::Fact,
    Kind::Visit,
    Kind::VisitTally,
];

struct Bench {
    data: PathBuf,
    /// The laptop with the visits.
    home: PathBuf,
    /// Another laptop of the same cadre, which has all but them.
    other: PathBuf,
    /// Of what the laptop is to send.
    json_bytes: u64,
    address: SocketAddr,
    link: Link,
}

impl Bench {
    /// A district whose one cadre has recorded the visits on a laptop and not sent them.
    fn prepare(folder: &Path) -> Result<Self> {
        let sheet = folder.join("roster.xlsx");
        roster::write_sheet(&sheet, ENTERPRISES, ENTERPRISES)?;
        let [data, home, other] = ["district", "laptop", "other"].map(|name| folder.join(name));
        roster::import(&data, &sheet)?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let link = Link::to(address);
        let serving = Serving::start(&data, address)?;
        let code = laptops::code(&data, CADRE)?;
        child::run(laptops::FIRST, &[text(&other)?, &link.url(), &code])?;
        let code = laptops::code(&data, CADRE)?;
        let visits = VISITS.to_string();
        let recorded = child::run(
            laptops::RECORD,
            &[text(&home)?, &link.url(), &code, &visits],
        )?;
        drop(serving);
        Ok(Self {
            data,
            home,
            other,
            json_bytes: recorded.said["json_bytes"].as_u64().context("bytes")?,
            address,
            link,
        })
    }

    /// Runs a laptop and watches what it says to the server.
    fn run(&self, serving: &Serving, role: &str, arguments: &[&str]) -> Result<Synced> {
        serving.reset_peak()?;
        self.link.take_bytes();
        self.link.take_requests();
        let answer = child::run(role, arguments)?;
        let (up, down) = self.link.take_bytes();
        Ok(Synced {
            seconds: answer.said["s"].as_f64().context("seconds")?,
            requests: self.link.take_requests(),
            up,
            down,
            laptop_peak_mib: answer.peak_mib,
            server_peak_mib: serving.peak_mib()?,
        })
    }
}

/// A sync, or a part of it.
struct Synced {
    seconds: f64,
    requests: Vec<Passed>,
    up: u64,
    down: u64,
    laptop_peak_mib: f64,
    server_peak_mib: f64,
}

impl Synced {
    /// From the first request until the first to a path, which is when everything before it was answered and taken.
    fn until(self, path: &str) -> Result<Self> {
        let first = self.requests.first().context("a request")?.at;
        let next = self.requests.iter().position(|passed| passed.path == path);
        let next = next.with_context(|| format!("no request to {path}"))?;
        let end = self.requests.get(next).context("a request")?;
        Ok(Self {
            seconds: (end.at - first).as_secs_f64(),
            up: end.bytes_up,
            down: end.bytes_down,
            requests: self.requests[..next].to_vec(),
            ..self
        })
    }
}

/// One way, as it is measured.
#[derive(Default)]
struct Side {
    rounds: Vec<Round>,
    /// Bytes on the wire, of those of the JSON.
    bytes: Vec<f64>,
    details: Vec<Value>,
}

impl Side {
    fn take(&mut self, synced: Synced, json_bytes: u64) {
        self.rounds.push(Round {
            ours: synced.seconds,
            bare: f64::NAN,
        });
        #[expect(clippy::cast_precision_loss, reason = "a ratio of megabytes")]
        let bytes = (synced.up + synced.down) as f64 / json_bytes as f64;
        self.bytes.push(bytes);
        self.details.push(json!({
            "requests": synced.requests.len(),
            "bytes_up": synced.up,
            "bytes_down": synced.down,
            "bytes_of_json": (bytes * 1000.0).round() / 1000.0,
            "records_per_s": (f64::from(VISITS) / synced.seconds).round(),
            "laptop_peak_mib": synced.laptop_peak_mib,
            "server_peak_mib": synced.server_peak_mib,
        }));
    }

    /// Inserts the same rows without us.
    fn bare(&mut self, rows: &[BareRow]) -> Result<()> {
        let folder = TempDir::new()?;
        let mut plain = bare::plain(&folder.path().join("rows.db"))?;
        let seconds = bare::insert(&mut plain, rows, BATCH)?;
        self.rounds.last_mut().context("a round")?.bare = seconds;
        let detail = self.details.last_mut().context("a round")?;
        detail["bare_rows"] = json!(rows.len());
        Ok(())
    }

    fn figure(self, name: &str, what: &str, limit: Option<f64>) -> Figure {
        Figure {
            name: name.to_owned(),
            what: what.to_owned(),
            unit: "s",
            limit,
            rounds: self.rounds,
            claim: limit.map(|_| self.bytes.iter().all(|bytes| *bytes <= BYTES)),
            detail: json!({ "rounds": self.details }),
        }
    }
}

/// A sync with nothing to do is one small request with one small reply. The ratio is that of the larger one to 1 KB.
fn idle(rounds: &[Synced]) -> Figure {
    #[expect(clippy::cast_precision_loss, reason = "hundreds of bytes")]
    let round = |synced: &Synced| Round {
        ours: synced.up.max(synced.down).saturating_sub(HEADS) as f64,
        bare: NOTHING as f64,
    };
    let details = rounds.iter().map(|synced| {
        json!({ "requests": synced.requests.len(), "bytes_up": synced.up, "bytes_down": synced.down })
    });
    Figure {
        name: "nothing_to_do".to_owned(),
        what: format!("bytes each way with their heads, less {HEADS} for these; bare: 1 KB"),
        unit: "bytes",
        limit: Some(1.0),
        rounds: rounds.iter().map(round).collect(),
        claim: Some(rounds.iter().all(|synced| synced.requests.len() == 1)),
        detail: json!({ "rounds": details.collect::<Vec<_>>() }),
    }
}

/// What a district holds of some kinds.
fn rows(data: &Path, kinds: &[Kind]) -> Result<Vec<BareRow>> {
    let storage = SqliteStorage::open(data)?;
    let district = storage.districts()?.pop().context("a district")?;
    let rows = storage.rows(&district.id, kinds)?;
    rows.iter().map(BareRow::of).collect()
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().context("a path in UTF-8")
}

/// Copies a folder with what is in it.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}
