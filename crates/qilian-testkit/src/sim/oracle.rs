//! Owns what the simulated world knows to be true, in plain maps: what was written where, what the server
//! answered, and what it held after each of its commits.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use qilian_domain::bucket::Bucket;
use qilian_domain::command::Command;
use qilian_domain::ids::{At, AttachmentId, DeviceId, Epoch, MutId, MutSeq, Seq, UserId};
use qilian_domain::row::{Kind, Row, RowKey};
use qilian_domain::rows::Assignment;
use qilian_server::storage::Storage;
use qilian_sync::wire::OutcomeReply;

use super::claims::{Broken, Claim, took_effect};
use super::district::District;
use super::kept::Taken;

/// A mutation as it was written on a laptop.
pub(super) struct Written {
    pub(super) desk: usize,
    pub(super) user: UserId,
    pub(super) command: Command,
    /// Its laptop's disk went before the server had answered. It may be under way, or on a copy.
    pub(super) gone: bool,
}

/// A row as the server holds it.
pub(super) struct Held {
    pub(super) row: Row,
    pub(super) body: String,
    pub(super) buckets: Vec<Bucket>,
}

/// What the server holds after a commit.
pub(super) struct Cut {
    pub(super) rows: BTreeMap<RowKey, Held>,
    pub(super) assignments: Vec<Assignment>,
    today: chrono::NaiveDate,
}

impl Cut {
    /// Whether a user holds a bucket.
    pub(super) fn holds(&self, user: &UserId, bucket: &Bucket) -> bool {
        match bucket {
            Bucket::Public => true,
            Bucket::Me(of) => of == user,
            Bucket::Enterprise(uscc) => (self.assignments.iter())
                .any(|a| &a.uscc == uscc && &a.cadre == user && a.covers(self.today)),
        }
    }

    /// The rows of a user's scope.
    pub(super) fn projected(&self, user: &UserId) -> BTreeMap<&RowKey, &str> {
        self.rows
            .iter()
            .filter(|(_, held)| held.buckets.iter().any(|bucket| self.holds(user, bucket)))
            .map(|(key, held)| (key, held.body.as_str()))
            .collect()
    }
}

/// What is true.
#[derive(Default)]
pub(super) struct Oracle {
    pub(super) written: BTreeMap<MutId, Written>,
    pub(super) outcomes: BTreeMap<MutId, OutcomeReply>,
    /// Files that were taken in and attached.
    pub(super) files: BTreeMap<AttachmentId, Taken>,
    /// By the feed's number.
    cuts: BTreeMap<(Epoch, Seq), Rc<Cut>>,
    /// The last mutation that the server took of each laptop.
    taken: BTreeMap<DeviceId, MutSeq>,
    /// Laptops whose home was brought back from a backup.
    rewound: BTreeSet<usize>,
    /// For each applied visit and cadre: whether it counts, as assignments stood when it was taken.
    pub(super) counts: BTreeMap<String, bool>,
    /// What was true of the server when it was backed up.
    backup: Option<Answered>,
    /// The server came back from its backup.
    restored: bool,
}

/// What a server has answered.
#[derive(Clone)]
struct Answered {
    outcomes: BTreeMap<MutId, OutcomeReply>,
    taken: BTreeMap<DeviceId, MutSeq>,
    counts: BTreeMap<String, bool>,
}

impl Oracle {
    /// Looks at the server after it did something.
    pub(super) fn look(&mut self, district: &District, now: At) -> Rc<Cut> {
        let head = district.storage().head(&district.id).expect("a head");
        if let Some(cut) = self.cuts.get(&head) {
            return Rc::clone(cut);
        }
        let rows = district
            .storage()
            .rows(&district.id, Kind::ALL)
            .expect("rows");
        let assignments = rows
            .iter()
            .filter_map(|row| Assignment::try_from(row.clone()).ok())
            .collect();
        let rows = rows.into_iter().map(|row| {
            let held = Held {
                body: row.to_json().expect("JSON"),
                buckets: row.buckets(),
                row,
            };
            (held.row.key(), held)
        });
        let cut = Rc::new(Cut {
            rows: rows.collect(),
            assignments,
            today: now.day(),
        });
        self.cuts.insert(head, Rc::clone(&cut));
        cut
    }

    /// The cut at a number of a timeline's feed.
    pub(super) fn cut(&self, epoch: Epoch, seq: Seq) -> Option<Rc<Cut>> {
        self.cuts.get(&(epoch, seq)).cloned()
    }

    /// Whether a row was in the district at a cut, or the cut is the beginning.
    pub(super) fn is_older(&self, key: &RowKey, at: (Epoch, Seq)) -> bool {
        let cut = self.cuts.get(&at);
        cut.is_none_or(|cut| cut.rows.contains_key(key))
    }

    /// Which claim a lost mutation breaks: things go missing in other ways once something came back from a backup.
    pub(super) fn claim_of_loss(&self) -> Claim {
        if self.restored || !self.rewound.is_empty() {
            Claim::Restored
        } else {
            Claim::NothingLost
        }
    }

    /// The server was backed up.
    pub(super) fn back_up(&mut self) {
        self.backup = Some(Answered {
            outcomes: self.outcomes.clone(),
            taken: self.taken.clone(),
            counts: self.counts.clone(),
        });
    }

    /// The server came back from its backup. What it answered since it may answer otherwise; what stands on
    /// no laptop any more is gone with the disks.
    pub(super) fn restore(&mut self, held: &BTreeSet<MutId>) {
        let Some(backup) = self.backup.clone() else {
            return;
        };
        self.restored = true;
        (self.outcomes, self.taken, self.counts) = (backup.outcomes, backup.taken, backup.counts);
        for (mut_id, written) in &mut self.written {
            written.gone |= !held.contains(mut_id) && !self.outcomes.contains_key(mut_id);
        }
    }

    /// Takes the server's answers to a push: the same answer to the same mutation, in the order of the
    /// laptop's numbers, without a gap.
    pub(super) fn answered(
        &mut self,
        device: DeviceId,
        outcomes: &[OutcomeReply],
        cut: &Cut,
    ) -> Result<(), Broken> {
        for outcome in outcomes {
            let last = self.taken.entry(device).or_default();
            if outcome.mut_seq > last.next() {
                let told = format!("{} taken after {last}", outcome.mut_seq);
                return Err(Claim::InOrder.broken(told));
            }
            *last = outcome.mut_seq.max(*last);
            match self.outcomes.get(&outcome.mut_id) {
                // A copy of a laptop sends again, under its own numbers, what the other has sent.
                Some(known) if same_answer(known, outcome) => continue,
                Some(known) => {
                    return Err(Claim::OneOutcome.broken(format!("{known:?} became {outcome:?}")));
                }
                None => {}
            }
            if took_effect(outcome.status) {
                self.note_counts(outcome.mut_id, cut);
            }
            self.outcomes.insert(outcome.mut_id, outcome.clone());
        }
        Ok(())
    }

    /// A laptop's home is as it was: what was written on it since may be gone with the disk.
    pub(super) fn rewind(&mut self, desk: usize, kept: &BTreeSet<MutId>) {
        self.rewound.insert(desk);
        for (mut_id, written) in &mut self.written {
            let answered = self.outcomes.contains_key(mut_id);
            written.gone |= written.desk == desk && !kept.contains(mut_id) && !answered;
        }
    }

    /// Whether a laptop's home was brought back from a backup.
    pub(super) fn is_rewound(&self, desk: usize) -> bool {
        self.rewound.contains(&desk)
    }

    fn note_counts(&mut self, mut_id: MutId, cut: &Cut) {
        let Some(Written { user, command, .. }) = self.written.get(&mut_id) else {
            return;
        };
        let Command::VisitRecord(visit) = command else {
            return;
        };
        let cadres: BTreeSet<_> = visit.with.iter().chain([user]).collect();
        for cadre in cadres {
            let counts = (cut.assignments.iter())
                .any(|a| &a.cadre == cadre && a.uscc == visit.uscc && a.covers(visit.on));
            let key = qilian_domain::rows::VisitTally::key(visit.visit, cadre);
            self.counts.insert(key, counts);
        }
    }
}

/// Whether it is the same answer; a stopped laptop is told no more than that there is one.
fn same_answer(known: &OutcomeReply, again: &OutcomeReply) -> bool {
    let told = |outcome: &OutcomeReply| {
        (
            outcome.mut_id,
            outcome.status,
            outcome.code.clone(),
            outcome.at_seq,
        )
    };
    let untold = known.params.is_null() || again.params.is_null();
    told(known) == told(again) && (untold || known.params == again.params)
}
