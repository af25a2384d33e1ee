//! Taking the server's truth. Elsewhere: what the store records itself (`recording`), how it opens (`opening`).

mod auditing;
mod forking;
mod paging;
mod pending;
mod purging;
mod rejoining;
mod unreadable;

use qilian_domain::bucket::Bucket;
use qilian_domain::ids::VisitId;
use qilian_domain::rows::Visit;

use crate::given::{me, uscc, uuid};

fn bucket(n: u32) -> Bucket {
    Bucket::Enterprise(uscc(n))
}

fn some_visit(n: u32, note: &str) -> Visit {
    Visit {
        id: VisitId::new(uuid(500)),
        uscc: uscc(n),
        on: crate::given::day("2026-02-03"),
        mode: qilian_domain::rows::VisitMode::Phone,
        note: note.to_owned(),
        cadres: vec![me()],
        met: vec![],
        for_demands: vec![],
        library: None,
        late_entry: false,
        recorded: qilian_domain::stamp::Stamp {
            device: crate::given::at(crate::given::NOW),
            offset_ms: None,
            received: None,
        },
    }
}
