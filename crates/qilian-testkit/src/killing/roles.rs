//! Owns what the processes do that are killed: the program starts itself again in a role, named by a variable.

use std::path::Path;
use std::process::ExitCode;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::Days;
use qilian_app::contract::{IntakeArgs, IntakeBeginArgs, IntakePieceArgs, Mode, VisitDraft};
use qilian_app::{Clock, Enrolment, Home, Laptop, OsKeyStore, Passphrase, Session, Unlock, enrol};
use qilian_domain::ids::At;
use qilian_domain::rows::{Enterprise, Visit};

use super::upgrade;

pub(super) const ROLE: &str = "QILIAN_KILLED_ROLE";
/// `qilian-server` with its real command line.
pub(super) const SERVE: &str = "serve";
/// `HOME URL CODE`: enrols.
pub(super) const ENROL: &str = "enrol";
/// `HOME …`: writes visits and syncs, for ever. Says of each visit when it `begins` and that it is `recorded`, and of
/// each file that it is `attached`.
pub(super) const WORK: &str = "work";
/// `HOME …`: syncs until nothing waits, no file either, then says which visits it has.
pub(super) const FINISH: &str = "finish";

/// In the middle of a week and of a working day: no day passes while it runs.
pub(super) const NOW: &str = "2026-11-18T10:00:00+08:00";
/// Visits between two syncs at most.
const VISITS: u64 = 8;
/// One visit in so many has a file.
const FILES: u64 = 3;
/// More than what is sent at once on a line that was cut.
const FILE_BYTES: usize = 300_000;
const PIECE_BYTES: usize = 100_000;
/// Syncs after which nothing may wait.
const SYNCS_MAX: u32 = 20;

/// Plays the role that this process was started in; `None` if it has none.
pub fn play() -> Option<ExitCode> {
    let role = std::env::var(ROLE).ok()?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if role == SERVE {
        return Some(qilian_server::cli::run());
    }
    if role == upgrade::STORE || role == upgrade::DISTRICT {
        upgrade::play(&role, Path::new(arguments.first()?));
        return Some(ExitCode::SUCCESS);
    }
    let [home, url, code] = arguments.as_slice() else {
        panic!("usage: HOME URL CODE");
    };
    match role.as_str() {
        ENROL => enrolled(home, url, code),
        WORK => work(&open(home)),
        FINISH => finish(&open(home)),
        other => panic!("there is no role {other}"),
    }
    Some(ExitCode::SUCCESS)
}

fn unlock() -> Unlock {
    Unlock {
        passphrase: Some(Passphrase::new("试一试 口令").expect("a passphrase")),
        key_store: OsKeyStore::Off,
    }
}

fn clock() -> Clock {
    let now = chrono::DateTime::parse_from_rfc3339(NOW).expect("a moment");
    Clock::starting_at(At::new(now))
}

fn enrolled(home: &str, url: &str, code: &str) {
    let enrolment = Enrolment {
        server: url.parse().expect("an address"),
        code: code.to_owned(),
        device_name: Some("一台会断电的电脑".to_owned()),
        unlock: unlock(),
    };
    let home = Home::new(home).expect("a path");
    enrol(&home, &enrolment, clock()).expect("enrolled");
    let laptop = Laptop::open(home, &unlock(), clock()).and_then(Session::laptop);
    laptop
        .expect("an open laptop")
        .sync()
        .expect("a first sync");
}

fn open(home: &str) -> Laptop {
    let home = Home::new(home).expect("a path");
    let laptop = Laptop::open(home, &unlock(), clock()).and_then(Session::laptop);
    laptop.expect("what was killed opens again")
}

fn work(laptop: &Laptop) {
    let enterprises: Vec<Enterprise> = laptop.reader().all().expect("read");
    for turn in 0_u64.. {
        for n in 0..=turn % VISITS {
            let of = usize::try_from(turn + n).expect("few") % enterprises.len();
            let visit = record(laptop, &enterprises[of], n);
            if n % FILES == 0 {
                attach(laptop, &visit, turn * VISITS + n);
            }
        }
        // The server may be dead just now; what was written waits.
        if let Err(error) = laptop.sync() {
            println!("not synced: {error}");
        }
        if let Err(error) = laptop.send_files() {
            println!("not sent: {error}");
        }
    }
}

fn record(laptop: &Laptop, of: &Enterprise, days_back: u64) -> String {
    let id = laptop.new_id().to_string();
    let draft = VisitDraft {
        draft_id: id.clone(),
        uscc: of.uscc.to_string(),
        on: laptop.today_date() - Days::new(days_back),
        mode: Mode::Onsite,
        with: Vec::new(),
        met: Vec::new(),
        note: format!("断电前记的走访 {id}"),
        facts: Vec::new(),
        demands: Vec::new(),
        promises: Vec::new(),
        kept: Vec::new(),
        for_demands: Vec::new(),
        library_version: None,
        saved_at: None,
    };
    println!("begins {id}");
    laptop.visit_record(&draft).expect("recorded");
    println!("recorded {id}");
    id
}

/// Takes a document in, in pieces, as the window does.
fn attach(laptop: &Laptop, visit: &str, nth: u64) {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.resize(FILE_BYTES, u8::try_from(nth % 251).expect("small"));
    bytes.extend(visit.bytes());
    let begun = laptop.intake_begin(&IntakeBeginArgs {
        visit_id: visit.to_owned(),
        name: format!("材料{nth}.pdf"),
        size_bytes: bytes.len() as u64,
    });
    let intake_id = begun.expect("begun").intake_id;
    for piece in bytes.chunks(PIECE_BYTES) {
        let piece = IntakePieceArgs {
            intake_id: intake_id.clone(),
            data: STANDARD.encode(piece),
        };
        laptop.intake_piece(&piece).expect("taken");
    }
    let file = laptop.intake_end(&IntakeArgs { intake_id });
    println!("attached {}", file.expect("kept").attachment_id);
}

fn finish(laptop: &Laptop) {
    for _ in 0..SYNCS_MAX {
        let synced = laptop.sync().expect("a sync with a server that lives");
        laptop.send_files().expect("files, to a server that lives");
        let done = laptop.sync_status().expect("lights").fully_synced;
        if synced.complete && done {
            let visits: Vec<Visit> = laptop.reader().all().expect("read");
            visits.iter().for_each(|visit| println!("{}", visit.id));
            return;
        }
    }
    panic!("something still waits after {SYNCS_MAX} syncs");
}
