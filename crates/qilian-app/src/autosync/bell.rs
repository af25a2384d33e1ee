//! Owns what wakes the syncing thread: the clock, a commit, a poke, somebody who asks.
//!
//! Elsewhere: what a sync came to, and the pause that follows from it (`autosync`).

use std::ops::Range;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rand::RngExt;

/// Several records that are written together leave together; and the first screen is drawn before the first
/// sync takes a core for itself.
pub(super) const SOON: Duration = Duration::from_secs(2);
/// With a line on which the server pokes, the clock is only for what a poke may have missed.
pub(super) const REGULARLY: Duration = Duration::from_secs(5 * 60);
/// Without one, seconds between syncs. They differ, so that a district's laptops do not come all at once.
const ALONE_S: Range<f64> = 60.0..120.0;
/// A line that breaks most often breaks for all laptops at once: the first sync without it comes after so many
/// seconds at the earliest.
const LINE_BROKEN_S: Range<f64> = 5.0..60.0;

/// Wakes the syncing thread. It belongs to the laptop, so that a command can ring it.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    rung: Mutex<Rung>,
    heard: Condvar,
}

#[derive(Debug, Default)]
struct Rung {
    committed: bool,
    asked: bool,
    stopped: bool,
    /// Somebody wants the files sent, whatever the pace chosen.
    files: bool,
    poked: bool,
    /// The line opened, and no sync has begun since.
    opened: bool,
    line: Line,
}

/// The line on which the server pokes.
#[derive(Debug, Clone, Copy, Default)]
enum Line {
    /// There was none yet.
    #[default]
    None,
    /// It is open.
    Open,
    /// It broke; what is due without it may wait until then.
    Broken(Instant),
}

/// What the clock says about the next sync.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pause {
    /// All is well: it is due at one moment with a line, at an earlier one without.
    Regular { line: Instant, alone: Instant },
    /// The server was not reached; when it is heard of, the pause is over.
    Unreached(Instant),
    /// The server asked for it, or failed: what is heard of it does not cut the pause short.
    Kept(Instant),
}

impl Pause {
    pub(super) fn until(due: Instant) -> Self {
        Self::Regular {
            line: due,
            alone: due,
        }
    }

    /// The regular one from now on.
    pub(super) fn regular() -> Self {
        let now = Instant::now();
        Self::Regular {
            line: now + jittered(REGULARLY),
            alone: now + seconds_in(ALONE_S),
        }
    }

    /// The same, but not beyond a moment.
    pub(super) fn at_latest(self, moment: Instant) -> Self {
        match self {
            Self::Regular { line, alone } => Self::Regular {
                line: line.min(moment),
                alone: alone.min(moment),
            },
            Self::Unreached(due) => Self::Unreached(due.min(moment)),
            Self::Kept(due) => Self::Kept(due),
        }
    }

    fn due(&self, line: Line) -> Instant {
        match (self, line) {
            (Self::Regular { line, .. }, Line::Open) => *line,
            (Self::Regular { alone, .. }, Line::None) => *alone,
            (Self::Regular { line, alone }, Line::Broken(rest)) => (*alone).max(rest).min(*line),
            (Self::Unreached(due) | Self::Kept(due), _) => *due,
        }
    }
}

impl Bell {
    /// Something was written.
    pub(crate) fn committed(&self) {
        self.ring(|rung| rung.committed = true);
    }

    /// The server says that a pull may bring something.
    pub(crate) fn poked(&self) {
        self.ring(|rung| rung.poked = true);
    }

    /// The line on which the server pokes opened, or broke.
    pub(crate) fn line(&self, open: bool) {
        let broken = Line::Broken(Instant::now() + seconds_in(LINE_BROKEN_S));
        self.ring(|rung| match (open, rung.line) {
            (true, _) => (rung.line, rung.opened) = (Line::Open, true),
            (false, Line::Open) => rung.line = broken,
            (false, Line::None | Line::Broken(_)) => {}
        });
    }

    /// Files are to be sent, whatever the pace chosen.
    pub(crate) fn send_files_now(&self) {
        self.ring(|rung| (rung.files, rung.asked) = (true, true));
    }

    /// Whether somebody wanted the files sent since this was last asked.
    pub(super) fn take_files(&self) -> bool {
        std::mem::take(&mut self.lock().files)
    }

    /// Rests; `false` as soon as there is something that goes before files. That stays rung.
    pub(super) fn rest(&self, rest: Duration) -> bool {
        let until = Instant::now() + rest;
        let mut rung = self.lock();
        loop {
            if rung.stopped || rung.asked || rung.committed || rung.poked {
                return false;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            (rung, _) = self
                .heard
                .wait_timeout(rung, left)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Somebody asks.
    pub(crate) fn asked(&self) {
        self.ring(|rung| rung.asked = true);
    }

    /// The thread shall end.
    pub(super) fn stop(&self) {
        self.ring(|rung| rung.stopped = true);
    }

    /// A thread begins.
    pub(super) fn begin(&self) {
        self.ring(|rung| rung.stopped = false);
    }

    fn ring(&self, what: impl FnOnce(&mut Rung)) {
        what(&mut self.lock());
        self.heard.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Rung> {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until it is time, or somebody asks. A commit brings the time forward and a poke ends the pause,
    /// unless the last try failed: then it holds, but an open line ends one without a network.
    pub(super) fn wait(&self, pause: Pause) -> Woken {
        let mut rung = self.lock();
        let mut soon = None;
        loop {
            if rung.stopped {
                return Woken::Stopped;
            }
            let now = Instant::now();
            let committed = std::mem::take(&mut rung.committed);
            let heard = match pause {
                Pause::Regular { .. } => {
                    soon = soon.or_else(|| committed.then(|| now + SOON));
                    rung.poked
                }
                Pause::Unreached(_) => rung.poked || rung.opened,
                Pause::Kept(_) => false,
            };
            let due = pause.due(rung.line);
            let due = soon.map_or(due, |soon| due.min(soon));
            let left = due.checked_duration_since(now).filter(|d| !d.is_zero());
            let Some(left) = left.filter(|_| !heard && !rung.asked) else {
                // The sync that comes brings all that was rung for.
                (rung.asked, rung.poked, rung.opened) = (false, false, false);
                return Woken::Due;
            };
            (rung, _) = self
                .heard
                .wait_timeout(rung, left)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Woken {
    Due,
    Stopped,
}

/// Up to a fifth more or less: a district's laptops must not come all at once.
pub(super) fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(rand::rng().random_range(0.8..1.2))
}

fn seconds_in(range: Range<f64>) -> Duration {
    Duration::from_secs_f64(rand::rng().random_range(range))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(50);

    fn far() -> Instant {
        Instant::now() + REGULARLY
    }

    #[test]
    fn somebody_who_asks_does_not_wait() {
        for pause in [
            Pause::regular(),
            Pause::Unreached(far()),
            Pause::Kept(far()),
        ] {
            let bell = Bell::default();
            bell.asked();
            assert_eq!(bell.wait(pause), Woken::Due);
        }
    }

    #[test]
    fn a_stopped_bell_wakes_for_good() {
        let bell = Bell::default();
        bell.stop();
        assert_eq!(bell.wait(Pause::until(far())), Woken::Stopped);
    }

    #[test]
    fn a_poke_ends_a_regular_pause_and_one_without_a_network() {
        for pause in [Pause::regular(), Pause::Unreached(far())] {
            let bell = Bell::default();
            bell.poked();
            assert_eq!(bell.wait(pause), Woken::Due);
            assert!(!bell.lock().poked, "one sync is enough for it");
        }
    }

    #[test]
    fn a_line_that_opens_ends_one_pause_without_a_network() {
        let bell = Bell::default();
        bell.line(true);
        assert_eq!(bell.wait(Pause::Unreached(far())), Woken::Due);
        for pause in [Pause::Unreached, Pause::Kept] {
            let begun = Instant::now();
            assert_eq!(bell.wait(pause(begun + SHORT)), Woken::Due);
            assert!(begun.elapsed() >= SHORT, "it opened only once");
        }
    }

    #[test]
    fn nothing_but_somebody_cuts_short_what_the_server_asked_for() {
        let bell = Bell::default();
        bell.committed();
        bell.poked();
        bell.line(true);
        let begun = Instant::now();
        assert_eq!(bell.wait(Pause::Kept(begun + SHORT)), Woken::Due);
        assert!(begun.elapsed() >= SHORT, "the pause was kept");
    }

    #[test]
    fn a_commit_during_a_pause_without_a_network_does_not_cut_it_short() {
        let bell = Bell::default();
        bell.committed();
        let begun = Instant::now();
        assert_eq!(bell.wait(Pause::Unreached(begun + SHORT)), Woken::Due);
        assert!(begun.elapsed() >= SHORT, "the pause was kept");
    }

    #[test]
    fn without_a_line_a_laptop_asks_after_one_to_two_minutes_with_one_after_five() {
        let begun = Instant::now();
        let pause = Pause::regular();
        let seconds = |line| pause.due(line).duration_since(begun).as_secs();
        assert!((60..=120).contains(&seconds(Line::None)));
        assert!((240..=361).contains(&seconds(Line::Open)));
        let rest = begun + Duration::from_secs(200);
        assert_eq!(pause.due(Line::Broken(rest)), rest, "not all at once");
        let rest = begun + Duration::from_secs(1000);
        assert_eq!(pause.due(Line::Broken(rest)), pause.due(Line::Open));
    }

    #[test]
    fn a_line_that_was_never_open_does_not_break() {
        let bell = Bell::default();
        bell.line(false);
        assert!(matches!(bell.lock().line, Line::None));
        bell.line(true);
        bell.line(false);
        assert!(matches!(bell.lock().line, Line::Broken(_)));
    }
}
