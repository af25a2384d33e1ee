//! A laptop's first sync of 2,000 enterprises and 10,000 visits, and 10,000 visits pushed by a laptop, over
//! HTTP between processes, against inserting the same rows into a bare plain SQLite file with an fsync for
//! each 100 of them. For orientation: there is no limit.
//!
//! The district and the laptop with its 10,000 visits are made once; each round begins with copies of
//! them. Bytes are counted on the way, in this process.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use qilian_domain::row::Kind;
use qilian_server::storage::Storage as _;
use qilian_server::storage::sqlite::SqliteStorage;
use qilian_testkit::Link;
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

pub(crate) fn measure(rounds: u32) -> Result<Vec<Figure>> {
    let folder = TempDir::new()?;
    let bench = Bench::prepare(folder.path())?;
    let (mut pushes, mut pulls) = (Side::default(), Side::default());
    for n in 0..rounds {
        let data = folder.path().join(format!("district-{n}"));
        let home = folder.path().join(format!("laptop-{n}"));
        copy(&bench.data, &data)?;
        copy(&bench.home, &home)?;
        let serving = Serving::start(&data, bench.address)?;
        pushes.round(&bench.link, &serving, || {
            child::run(laptops::SYNC, &[text(&home)?])
        })?;
        let code = laptops::code(&data, CADRE)?;
        let fresh = folder.path().join(format!("fresh-{n}"));
        pulls.round(&bench.link, &serving, || {
            child::run(laptops::FIRST, &[text(&fresh)?, &bench.link.url(), &code])
        })?;
        drop(serving);
        pushes.bare(&data, &[Kind::Visit, Kind::VisitTally])?;
        let all = [
            Kind::Enterprise,
            Kind::Assignment,
            Kind::Fact,
            Kind::Visit,
            Kind::VisitTally,
        ];
        pulls.bare(&data, &all)?;
        for used in [data, home, fresh] {
            fs::remove_dir_all(used)?;
        }
    }
    Ok(vec![
        pulls.figure(
            "first_sync",
            "2,000 enterprises and 10,000 visits to a new laptop; bare: the same rows into plain SQLite, 100 a commit",
            "pulled",
        )?,
        pushes.figure(
            "push",
            "10,000 visits from a laptop; bare: their rows into plain SQLite, 100 a commit",
            "pushed",
        )?,
    ])
}

struct Bench {
    data: PathBuf,
    home: PathBuf,
    address: SocketAddr,
    link: Link,
}

impl Bench {
    /// A district whose one cadre has recorded the visits on a laptop and not sent them.
    fn prepare(folder: &Path) -> Result<Self> {
        let sheet = folder.join("roster.xlsx");
        roster::write_sheet(&sheet, ENTERPRISES, ENTERPRISES)?;
        let (data, home) = (folder.join("district"), folder.join("laptop"));
        roster::import(&data, &sheet)?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let link = Link::to(address);
        let serving = Serving::start(&data, address)?;
        let code = laptops::code(&data, CADRE)?;
        let visits = VISITS.to_string();
        child::run(
            laptops::RECORD,
            &[text(&home)?, &link.url(), &code, &visits],
        )?;
        drop(serving);
        Ok(Self {
            data,
            home,
            address,
            link,
        })
    }
}

/// One direction, as it is measured.
#[derive(Default)]
struct Side {
    rounds: Vec<Round>,
    details: Vec<Value>,
}

impl Side {
    fn round(
        &mut self,
        link: &Link,
        serving: &Serving,
        run: impl FnOnce() -> Result<child::Answer>,
    ) -> Result<()> {
        serving.reset_peak()?;
        link.take_bytes();
        let answer = run()?;
        let (up, down) = link.take_bytes();
        let seconds = answer.said["s"].as_f64().context("seconds")?;
        self.rounds.push(Round {
            ours: seconds,
            bare: f64::NAN,
        });
        self.details.push(json!({
            "sync": answer.said,
            "bytes_up": up,
            "bytes_down": down,
            "laptop_peak_mib": answer.peak_mib,
            "server_peak_mib": serving.peak_mib()?,
        }));
        Ok(())
    }

    /// Inserts what the district holds of some kinds, without us.
    fn bare(&mut self, data: &Path, kinds: &[Kind]) -> Result<()> {
        let storage = SqliteStorage::open(data)?;
        let district = storage.districts()?.pop().context("a district")?;
        let rows = storage.rows(&district.id, kinds)?;
        let rows: Vec<BareRow> = rows.iter().map(BareRow::of).collect::<Result<_>>()?;
        let folder = TempDir::new()?;
        let mut plain = bare::plain(&folder.path().join("rows.db"))?;
        let seconds = bare::insert(&mut plain, &rows, BATCH)?;
        self.rounds.last_mut().context("a round")?.bare = seconds;
        let detail = self.details.last_mut().context("a round")?;
        detail["bare_rows"] = json!(rows.len());
        Ok(())
    }

    fn figure(self, name: &str, what: &str, counted: &str) -> Result<Figure> {
        let mut rates = Vec::new();
        for (round, detail) in self.rounds.iter().zip(&self.details) {
            let records = detail["sync"][counted].as_f64().context("a count")?;
            rates.push((records / round.ours).round());
        }
        Ok(Figure {
            name: name.to_owned(),
            what: what.to_owned(),
            unit: "s",
            limit: None,
            rounds: self.rounds,
            claim: None,
            detail: json!({ "records_per_s": rates, "rounds": self.details }),
        })
    }
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().context("a path in UTF-8")
}

/// Copies the files of a folder.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}
