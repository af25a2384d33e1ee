//! Claims about a district and its laptops together, over HTTP, with real files at both ends.

#![expect(
    clippy::expect_used,
    reason = "a test that can't be set up has to fail"
)]

mod exactly_once;
mod scope;
mod week;

use qilian_app::contract::{Mode, VisitDraft};
use qilian_testkit::Desk;

/// Wednesday of a full week.
const NOW: &str = "2026-11-18T10:00:00+08:00";

/// A form about an enterprise, as the page would send it.
fn draft(desk: &Desk, uscc: &qilian_domain::uscc::Uscc, on: &str, note: &str) -> VisitDraft {
    VisitDraft {
        draft_id: desk.laptop.new_id().to_string(),
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
