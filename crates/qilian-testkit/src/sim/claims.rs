//! Owns what must hold: the claims by name (`sync.md` B), and the checks at a step and at the end.
//!
//! Elsewhere: what is true (`oracle`), what happens (`world`).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use qilian_domain::ids::{At, DeviceId, Epoch, MutId, Seq};
use qilian_domain::row::{Row, RowKey};
use qilian_domain::uscc::Uscc;
use qilian_store::{Listed, Whose};
use qilian_sync::client::ClientStore as _;
use qilian_sync::client::SyncReport;
use qilian_sync::wire::{Op, PullReply, ReplyStatus};

use super::desk::Desk;
use super::kept;
use super::oracle::{Cut, Oracle, Written};

/// What must hold, each with its number in `sync.md` B.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claim {
    /// 1: each mutation has at most one effect, and exactly one outcome.
    OneOutcome,
    /// 2: what was written is in the outbox or has an outcome.
    NothingLost,
    /// 3: effects come in the order of a laptop's numbers, without gaps.
    InOrder,
    /// 4: at rest a laptop holds what the server says is its user's.
    Convergence,
    /// 5: a complete pull is one state of the server.
    ConsistentCut,
    /// 6: what was written shows at once and goes on showing.
    ReadYourWrites,
    /// 7: no reply holds a row or a file outside the scope, and what left it leaves the laptop.
    ScopeSound,
    /// 8: a complete pull holds all of what is newly in scope, also what is old.
    ScopeComplete,
    /// 9: what left a laptop with one complete pull does not come back with another.
    NoResurrection,
    /// 13: who wrote what was refused is told, on each of their laptops.
    OutcomeTold,
    /// 14: what the district says is stored is there, and at rest all bytes that a laptop brought are.
    Stored,
    /// 14: bytes that are not at the server are on a laptop.
    OnlyCopy,
    /// 15: with a fair network everything is sent and fetched in a bounded number of exchanges.
    Liveness,
    /// 16: what is derived from rows equals what is computed anew.
    Derived,
    /// 19: what a server's backup, a copied disk or a brought back home lacks is there in the end, once.
    Restored,
    /// 20: a laptop that was stopped is given nothing.
    StoppedGetsNothing,
    /// 21: a sync that says it is complete holds all that the server had when it began.
    Truthful,
    /// A store or a server never fails for no reason.
    NoFailure,
}

impl Claim {
    /// That it does not hold, and how it shows.
    pub(super) fn broken(self, told: impl Into<String>) -> Broken {
        Broken {
            claim: self,
            told: told.into(),
        }
    }
}

/// A claim that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Which.
    pub claim: Claim,
    /// How it shows.
    pub told: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.claim, self.told)
    }
}

/// A page holds nothing that its reader may not see. What it drops may be theirs again by now: the pass
/// ends before that, and the next one brings it back.
pub(super) fn page_in_scope(desk: &Desk, page: &PullReply, cut: &Cut) -> Result<(), Broken> {
    let user = desk.user();
    let sent = page.ops.iter().map(|op| match op {
        Op::Put(put) => &put.bucket,
        Op::Del { bucket, .. } => bucket,
    });
    for bucket in sent.chain(&page.reset) {
        if !cut.holds(user, bucket) {
            return Err(Claim::ScopeSound.broken(format!("{user} was sent {bucket}")));
        }
    }
    Ok(())
}

/// A laptop that was stopped was given a page, or told more than that its mutations arrived.
pub(super) fn served_though_stopped(device: DeviceId) -> Broken {
    Claim::StoppedGetsNothing.broken(format!("{device} was given something"))
}

/// A sync that says it is complete is at least where the server was when it began.
pub(super) fn truthful(
    desk: &Desk,
    report: &SyncReport,
    began: (Epoch, Seq),
    now: (Epoch, Seq),
) -> Result<(), Broken> {
    let cursor = desk.cursor();
    let same_timeline = began.0 == now.0;
    if report.complete && same_timeline && cursor < began.1 {
        let told = format!("complete at {cursor}, and the server was at {}", began.1);
        return Err(Claim::Truthful.broken(told));
    }
    Ok(())
}

/// How what a laptop holds differs from what it is to hold.
enum Differs {
    /// Not there.
    Lacks(RowKey, String),
    /// There, and not as it is at the cursor.
    Has(RowKey, String),
    /// There, and not in scope.
    Holds(RowKey),
}

/// At rest, a laptop holds what the server says is its user's, to the letter.
pub(super) fn converged(desk: &mut Desk, oracle: &Oracle) -> Result<(), Broken> {
    let pending = desk.store().pending_keys().expect("read");
    if !pending.is_empty() {
        return Err(
            Claim::Convergence.broken(format!("{} shows as pending {pending:?}", desk.user()))
        );
    }
    match differs(desk, oracle)? {
        None => Ok(()),
        Some(Differs::Lacks(key, told) | Differs::Has(key, told)) => {
            Err(Claim::Convergence.broken(format!("{} {key:?}: {told}", desk.user())))
        }
        Some(Differs::Holds(key)) => {
            Err(Claim::Convergence.broken(format!("{} still holds {key:?}", desk.user())))
        }
    }
}

/// After a complete pull that began at `before`, all that no pending mutation touches is as the server had it at
/// the cursor.
pub(super) fn consistent(
    desk: &mut Desk,
    oracle: &Oracle,
    before: (Epoch, Seq),
) -> Result<(), Broken> {
    let Some(differs) = differs(desk, oracle)? else {
        return kept::none_left_behind(desk, oracle);
    };
    let (user, cursor) = (desk.user().clone(), desk.cursor());
    let earlier = oracle.cut(before.0, before.1);
    let held = |key: &RowKey| {
        let cut = earlier.as_ref();
        cut.is_some_and(|cut| cut.projected(&user).contains_key(key))
    };
    let claim = match &differs {
        Differs::Lacks(key, _) if !held(key) && oracle.is_older(key, before) => {
            Claim::ScopeComplete
        }
        Differs::Lacks(..) | Differs::Has(..) => Claim::ConsistentCut,
        Differs::Holds(key) if held(key) => Claim::ScopeSound,
        Differs::Holds(_) => Claim::NoResurrection,
    };
    let told = match differs {
        Differs::Lacks(key, told) | Differs::Has(key, told) => format!("{key:?} {told}"),
        Differs::Holds(key) => format!("holds {key:?}"),
    };
    Err(claim.broken(format!(
        "{user} at {cursor}, before at {}: {told}",
        before.1
    )))
}

fn differs(desk: &mut Desk, oracle: &Oracle) -> Result<Option<Differs>, Broken> {
    let cursor = desk.store().sync_state().expect("read").cursor.seq;
    let Some(cut) = oracle.cut(desk.identity().epoch, cursor) else {
        return Err(Claim::ConsistentCut.broken(format!("the server was never at {cursor}")));
    };
    let pending = desk.store().pending_keys().expect("read");
    let user = desk.user().clone();
    let expected = cut.projected(&user);
    let rows = desk.rows();
    for (key, body) in &expected {
        if !pending.contains(key) && rows.get(*key).map(String::as_str) != Some(*body) {
            let found = rows.get(*key);
            let told = format!("is {found:?}, not {body}");
            let key = (*key).clone();
            return Ok(Some(match found {
                None => Differs::Lacks(key, told),
                Some(_) => Differs::Has(key, told),
            }));
        }
    }
    let beyond = |key: &&RowKey| !pending.contains(key) && !expected.contains_key(key);
    if let Some(key) = rows.keys().find(beyond) {
        return Ok(Some(Differs::Holds(key.clone())));
    }
    // Last of all: that a laptop will mend itself says less than which row it is about.
    let again = desk.store().standing().expect("read").again;
    if !again.is_empty() {
        let told = format!("the sums of {again:?} at {cursor} are not the server's");
        return Err(Claim::ConsistentCut.broken(told));
    }
    Ok(None)
}

/// Everything that was written on a laptop is still there, or was answered and reached. What a server that
/// came back from a backup lost is there, too, until the laptop has gone over to its timeline.
pub(super) fn nothing_lost(
    n: usize,
    desk: &mut Desk,
    oracle: &Oracle,
    epoch: Epoch,
) -> Result<(), Broken> {
    let kept: BTreeSet<MutId> = desk.kept().into_iter().collect();
    let waiting = desk.store().outbox().expect("read").into_iter();
    let waiting: BTreeSet<MutId> = waiting.map(|item| item.mut_id).collect();
    let joined = desk.identity().epoch == epoch;
    let cursor = desk.cursor();
    let here = |written: &Written| written.desk == n && !written.gone;
    for (mut_id, _) in oracle.written.iter().filter(|(_, w)| here(w)) {
        // What was sent, and may not have been reached again since a disk came back here or there.
        let again = !joined || cursor == Seq(0) || oracle.is_rewound(n);
        let answered = oracle.outcomes.get(mut_id);
        let safe = answered.is_some_and(|o| again || o.at_seq <= cursor);
        let here = waiting.contains(mut_id) || again && kept.contains(mut_id);
        if !here && !safe {
            let claim = oracle.claim_of_loss();
            return Err(claim.broken(format!("{mut_id} on laptop {n}")));
        }
    }
    Ok(())
}

/// What the screens derive from rows is what a look at all rows gives.
pub(super) fn derived(desk: &mut Desk, now: At) -> Result<(), Broken> {
    let rows = desk.rows();
    let user = desk.user().clone();
    let mut last: BTreeMap<Uscc, Option<chrono::NaiveDate>> = BTreeMap::new();
    let mut names = BTreeMap::new();
    for (key, body) in &rows {
        match Row::from_json(key.kind, body).expect("a body") {
            Row::Enterprise(e) => {
                names.insert(e.uscc.clone(), e.name);
                last.entry(e.uscc).or_default();
            }
            Row::Visit(visit) => {
                let day = last.entry(visit.uscc).or_default();
                *day = (*day).max(Some(visit.on));
            }
            _ => {}
        }
    }
    last.retain(|uscc, _| names.contains_key(uscc));
    let whose = Whose {
        cadre: &user,
        on: now.day(),
    };
    let lines = desk
        .store()
        .enterprises(whose, Listed::All, 0, u32::MAX)
        .expect("a list");
    let listed: BTreeMap<_, _> = lines
        .iter()
        .map(|l| (l.uscc.clone(), l.last_visit))
        .collect();
    if listed != last {
        return Err(Claim::Derived.broken(format!("the list has {listed:?}, rows say {last:?}")));
    }
    let hits = desk.store().search("精密制造", u32::MAX).expect("a search");
    let found: BTreeMap<_, _> = hits.into_iter().map(|hit| (hit.uscc, hit.name)).collect();
    if found == names {
        Ok(())
    } else {
        Err(Claim::Derived.broken(format!("search finds {found:?}, rows say {names:?}")))
    }
}

/// Whether there is what the mutation wrote, if only beside what somebody else wrote.
pub(super) const fn took_effect(status: ReplyStatus) -> bool {
    match status {
        ReplyStatus::Applied | ReplyStatus::Merged => true,
        ReplyStatus::Rejected | ReplyStatus::Quarantined => false,
    }
}
