//! Claims about a district and its laptops together, over HTTP, with real files at both ends.

#![expect(
    clippy::expect_used,
    reason = "a test that can't be set up has to fail"
)]

mod centre;
mod exactly_once;
mod exporting;
mod files;
mod fuzzed;
mod killing;
mod lease;
mod leaving;
mod poked;
mod scope;
mod simulated;
mod standing;
mod week;
mod wiping;

use qilian_app::contract::{Mode, VisitDraft};
use qilian_domain::uscc::Uscc;
use qilian_testkit::{Desk, Town};

/// Wednesday of a full week.
const NOW: &str = "2026-11-18T10:00:00+08:00";

/// A form about an enterprise, as the page would send it.
fn draft(desk: &Desk, uscc: &Uscc, on: &str, note: &str) -> VisitDraft {
    draft_of(desk.laptop.new_id(), uscc, on, note)
}

/// A form of that id.
fn draft_of(id: uuid::Uuid, uscc: &Uscc, on: &str, note: &str) -> VisitDraft {
    VisitDraft {
        draft_id: id.to_string(),
        uscc: uscc.to_string(),
        on: on.parse().expect("a day"),
        mode: Mode::Onsite,
        with: Vec::new(),
        met: Vec::new(),
        note: note.to_owned(),
        facts: Vec::new(),
        demands: Vec::new(),
        promises: Vec::new(),
        kept: Vec::new(),
        for_demands: Vec::new(),
        library_version: None,
        saved_at: None,
    }
}

/// A town with one cadre, who has had enterprise 1 since October, and their laptop, synced.
fn one_desk() -> (Town, Desk, Uscc) {
    let mut town = Town::at(NOW);
    let cadre = town.cadre("BA0001");
    let uscc = town.enterprise(1);
    town.assign(&uscc, &cadre, "2026-10-01", 1);
    let desk = town.desk(&cadre);
    desk.sync();
    (town, desk, uscc)
}
