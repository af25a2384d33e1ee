//! Owns when a laptop syncs by itself: just after the start, soon after something was written, when the server
//! pokes, now and then by the clock, and when somebody asks; more and more rarely while the network is away.
//!
//! One thread a program. It is woken, never polled for, and tells its listener what changed.
//! Elsewhere: the sync itself (`sync`), which of two processes runs it, hearing pokes (`poke`).

use std::collections::BTreeSet;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use qilian_domain::ids::MutId;
use qilian_domain::rows::{Outcome, WeekSubmission};
use rand::RngExt;

use crate::contract::Topic;
use crate::error::AppError;
use crate::laptop::Laptop;
use crate::poke::PokeLine;
use crate::sync::SyncResult;

/// Several records that are written together leave together; and the first screen is drawn before the first
/// sync takes a core for itself.
const SOON: Duration = Duration::from_secs(2);
/// With a line on which the server pokes, the clock is only for what a poke may have missed.
const REGULARLY: Duration = Duration::from_secs(5 * 60);
/// Without one, seconds between syncs. They differ, so that a district's laptops do not come all at once.
const ALONE_S: Range<f64> = 60.0..120.0;
/// A line that breaks most often breaks for all laptops at once: the first sync without it comes after so many
/// seconds at the earliest.
const LINE_BROKEN_S: Range<f64> = 5.0..60.0;
/// The first wait after a failure that may pass by itself; each further one is twice as long.
const FIRST_RETRY: Duration = Duration::from_secs(5);

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
enum Pause {
    /// All is well: it is due at one moment with a line, at an earlier one without.
    Regular { line: Instant, alone: Instant },
    /// The server was not reached; when it is heard of, the pause is over.
    Unreached(Instant),
    /// The server asked for it, or failed: what is heard of it does not cut the pause short.
    Kept(Instant),
}

impl Pause {
    fn until(due: Instant) -> Self {
        Self::Regular {
            line: due,
            alone: due,
        }
    }

    /// The regular one from now on.
    fn regular() -> Self {
        let now = Instant::now();
        Self::Regular {
            line: now + jittered(REGULARLY),
            alone: now + seconds_in(ALONE_S),
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

    fn ring(&self, what: impl FnOnce(&mut Rung)) {
        what(&mut self.lock());
        self.heard.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Rung> {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until it is time, or somebody asks. A commit brings the time forward and a poke ends the pause,
    /// unless the last try failed: then it holds, but an open line ends one without a network.
    fn wait(&self, pause: Pause) -> Woken {
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
enum Woken {
    Due,
    Stopped,
}

/// What a sync changed, for the listener.
#[derive(Debug)]
pub struct Synced {
    /// Which screens are concerned.
    pub topics: BTreeSet<Topic>,
    /// Outcomes that came with it: something was rejected or merged.
    pub outcomes: Vec<Outcome>,
    /// Sealed weeks whose receipt came with it.
    pub receipts: Vec<WeekSubmission>,
    /// What the sync came to.
    pub result: Result<SyncResult, AppError>,
}

/// The syncing thread, and the one that hears pokes. They end when this is dropped or stopped.
#[derive(Debug)]
pub struct AutoSync {
    bell: Arc<Bell>,
    thread: Option<JoinHandle<()>>,
    line: Option<PokeLine>,
}

impl AutoSync {
    /// Starts. The first sync begins in two seconds, or when it is asked for; `listen` is called on the
    /// thread: before a sync with the topic of the sync centre (`Started`), and after it.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn start(
        laptop: Arc<Laptop>,
        listen: impl Fn(SyncEvent) + Send + 'static,
    ) -> io::Result<Self> {
        let bell = Arc::clone(&laptop.bell);
        bell.ring(|rung| rung.stopped = false);
        let line = PokeLine::start(Arc::clone(&laptop))?;
        let thread = thread::Builder::new()
            .name("autosync".to_owned())
            .spawn(move || run(&laptop, &listen))?;
        Ok(Self {
            bell,
            thread: Some(thread),
            line: Some(line),
        })
    }

    /// Syncs as soon as it can, whatever the pause.
    pub fn now(&self) {
        self.bell.ring(|rung| rung.asked = true);
    }

    /// Ends the threads and waits for them; an exchange that is under way is finished first.
    pub fn stop(mut self) {
        self.end();
        if let Some(line) = self.line.take() {
            line.stop();
        }
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the syncing thread had ended in a panic");
        }
    }

    fn end(&self) {
        self.bell.ring(|rung| rung.stopped = true);
    }
}

impl Drop for AutoSync {
    fn drop(&mut self) {
        self.end();
    }
}

/// What the syncing thread tells.
#[derive(Debug)]
pub enum SyncEvent {
    /// A sync begins.
    Started,
    /// A sync ended.
    Ended(Box<Synced>),
}

fn run(laptop: &Laptop, listen: &impl Fn(SyncEvent)) {
    let mut pause = Pause::until(Instant::now() + SOON);
    let mut failures = 0;
    while laptop.bell.wait(pause) == Woken::Due {
        listen(SyncEvent::Started);
        let synced = sync_and_notice(laptop);
        failures = match &synced.result {
            Ok(_) => 0,
            Err(error) => {
                tracing::info!(%error, code = error.code(), "a sync came to nothing");
                failures + 1
            }
        };
        pause = pause_after(&synced.result, failures);
        listen(SyncEvent::Ended(Box::new(synced)));
    }
}

fn pause_after(result: &Result<SyncResult, AppError>, failures: u32) -> Pause {
    let from_now = |pause| Instant::now() + jittered(pause);
    match result {
        Ok(SyncResult {
            retry_after_s: Some(wait_s),
            ..
        }) => Pause::Kept(from_now(Duration::from_secs(u64::from(*wait_s)))),
        Err(error) if error.unreachable() => Pause::Unreached(from_now(after_failures(failures))),
        Err(AppError::Transport(error)) if error.passing() => {
            Pause::Kept(from_now(after_failures(failures)))
        }
        _ => Pause::regular(),
    }
}

fn sync_and_notice(laptop: &Laptop) -> Synced {
    let before = Told::of(laptop);
    let result = laptop.sync();
    let mut outcomes = Vec::new();
    let mut receipts = Vec::new();
    if let (Ok(before), Ok(after)) = (before, Told::of(laptop)) {
        outcomes = after.outcomes;
        outcomes.retain(|outcome| !before.knows_outcome(outcome.mutation));
        receipts = after.receipts;
        receipts.retain(|week| !before.receipts.contains(week));
    }
    Synced {
        topics: topics(&result),
        outcomes,
        receipts,
        result,
    }
}

/// What the user could have been told already.
struct Told {
    outcomes: Vec<Outcome>,
    receipts: Vec<WeekSubmission>,
}

impl Told {
    fn of(laptop: &Laptop) -> Result<Self, AppError> {
        let reader = laptop.reader();
        let mut receipts: Vec<WeekSubmission> = reader.children(&laptop.user().id)?;
        receipts.retain(|week| week.receipt.is_some());
        Ok(Self {
            outcomes: reader.outcomes_to_handle()?,
            receipts,
        })
    }

    fn knows_outcome(&self, mutation: MutId) -> bool {
        self.outcomes.iter().any(|known| known.mutation == mutation)
    }
}

fn topics(result: &Result<SyncResult, AppError>) -> BTreeSet<Topic> {
    let mut topics = BTreeSet::from([Topic::Sync]);
    if matches!(result, Err(AppError::Wiped)) {
        topics.insert(Topic::Session);
    }
    if let Ok(result) = result {
        if result.pushed > 0 || result.pulled > 0 {
            topics.extend([Topic::Today, Topic::Visits, Topic::Upload]);
        }
        if result.pulled > 0 {
            topics.extend([Topic::Enterprises, Topic::Policies]);
        }
    }
    topics
}

/// 5 s, 10 s, 20 s … up to five minutes.
fn after_failures(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    FIRST_RETRY.saturating_mul(1 << doublings).min(REGULARLY)
}

/// Up to a fifth more or less: a district's laptops must not come all at once.
fn jittered(pause: Duration) -> Duration {
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
    fn pauses_double_up_to_five_minutes() {
        let seconds: Vec<_> = [1, 2, 3, 7, 100]
            .map(|failures| after_failures(failures).as_secs())
            .into();
        assert_eq!(seconds, [5, 10, 20, 300, 300]);
    }

    #[test]
    fn somebody_who_asks_does_not_wait() {
        for pause in [
            Pause::regular(),
            Pause::Unreached(far()),
            Pause::Kept(far()),
        ] {
            let bell = Bell::default();
            bell.ring(|rung| rung.asked = true);
            assert_eq!(bell.wait(pause), Woken::Due);
        }
    }

    #[test]
    fn a_stopped_bell_wakes_for_good() {
        let bell = Bell::default();
        bell.ring(|rung| rung.stopped = true);
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
