//! Owns when a laptop syncs by itself: just after the start, soon after something was written, every five
//! minutes, and when somebody asks; more and more rarely while the network is away.
//!
//! One thread a program. It is woken, never polled for, and tells its listener what changed.
//! Elsewhere: the sync itself (`sync`), which of two processes runs it.

mod files;

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use qilian_domain::ids::MutId;
use qilian_domain::rows::{Outcome, WeekSubmission};
use rand::RngExt;

use crate::contract::Topic;
use crate::error::AppError;
use crate::laptop::Laptop;
use crate::sync::SyncResult;
use files::Files;

/// Several records that are written together leave together; and the first screen is drawn before the first
/// sync takes a core for itself.
const SOON: Duration = Duration::from_secs(2);
const REGULARLY: Duration = Duration::from_secs(5 * 60);
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
    /// Somebody wants the files sent, whatever the pace chosen.
    files: bool,
}

impl Bell {
    /// Something was written.
    pub(crate) fn committed(&self) {
        self.ring(|rung| rung.committed = true);
    }

    /// Somebody asked for a sync.
    pub(crate) fn asked(&self) {
        self.ring(|rung| rung.asked = true);
    }

    /// Files are to be sent, whatever the pace chosen.
    pub(crate) fn send_files_now(&self) {
        self.ring(|rung| {
            rung.files = true;
            rung.asked = true;
        });
    }

    /// Whether somebody wanted the files sent since this was last asked.
    fn take_files(&self) -> bool {
        std::mem::take(&mut self.lock().files)
    }

    /// Rests; `false` as soon as there is something that goes before files. That stays rung.
    fn rest(&self, rest: Duration) -> bool {
        let until = Instant::now() + rest;
        let mut rung = self.lock();
        loop {
            if rung.stopped || rung.asked || rung.committed {
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

    fn ring(&self, what: impl FnOnce(&mut Rung)) {
        what(&mut self.lock());
        self.heard.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Rung> {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until it is time, or somebody asks. A commit brings the time forward, unless the last
    /// try failed: then the pause holds.
    fn wait(&self, mut due: Instant, eager: bool) -> Woken {
        let mut rung = self.lock();
        loop {
            if rung.stopped {
                return Woken::Stopped;
            }
            if std::mem::take(&mut rung.asked) {
                rung.committed = false;
                return Woken::Due;
            }
            let now = Instant::now();
            if std::mem::take(&mut rung.committed) && eager {
                due = due.min(now + SOON);
            }
            let Some(left) = due.checked_duration_since(now).filter(|d| !d.is_zero()) else {
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

/// The syncing thread. It ends when this is dropped or stopped.
#[derive(Debug)]
pub struct AutoSync {
    bell: Arc<Bell>,
    thread: Option<JoinHandle<()>>,
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
        let thread = thread::Builder::new()
            .name("autosync".to_owned())
            .spawn(move || run(&laptop, &listen))?;
        Ok(Self {
            bell,
            thread: Some(thread),
        })
    }

    /// Syncs as soon as it can, whatever the pause.
    pub fn now(&self) {
        self.bell.ring(|rung| rung.asked = true);
    }

    /// Ends the thread and waits for it; an exchange that is under way is finished first.
    pub fn stop(mut self) {
        self.end();
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
    /// Files moved on.
    Files,
}

fn run(laptop: &Laptop, listen: &impl Fn(SyncEvent)) {
    let mut due = Instant::now() + SOON;
    let mut failures = 0;
    let mut files = Files::default();
    while laptop.bell.wait(due, failures == 0) == Woken::Due {
        listen(SyncEvent::Started);
        let synced = sync_and_notice(laptop);
        let asked_to_wait = synced.result.as_ref().ok().and_then(|r| r.retry_after_s);
        failures = match &synced.result {
            Ok(_) => 0,
            Err(error) => {
                tracing::info!(%error, code = error.code(), "a sync came to nothing");
                failures + 1
            }
        };
        let pause = match (&synced.result, asked_to_wait) {
            (_, Some(wait_s)) => Duration::from_secs(u64::from(wait_s)),
            (Err(AppError::Transport(error)), None) if error.passing() => after_failures(failures),
            (Err(error), None) if error.unreachable() => after_failures(failures),
            _ => REGULARLY,
        };
        due = Instant::now() + jittered(pause);
        let reached = synced.result.is_ok();
        listen(SyncEvent::Ended(Box::new(synced)));
        if reached {
            due = files.send(laptop, listen, due);
        }
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

/// 5 s, 10 s, 20 s … up to the regular pause.
fn after_failures(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    FIRST_RETRY.saturating_mul(1 << doublings).min(REGULARLY)
}

/// Up to a fifth more or less: a district's laptops must not come all at once.
fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(rand::rng().random_range(0.8..1.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_regular_one() {
        let seconds: Vec<_> = [1, 2, 3, 7, 100]
            .map(|failures| after_failures(failures).as_secs())
            .into();
        assert_eq!(seconds, [5, 10, 20, 300, 300]);
    }

    #[test]
    fn somebody_who_asks_does_not_wait() {
        let bell = Bell::default();
        bell.ring(|rung| rung.asked = true);
        assert_eq!(bell.wait(Instant::now() + REGULARLY, true), Woken::Due);
    }

    #[test]
    fn a_stopped_bell_wakes_for_good() {
        let bell = Bell::default();
        bell.ring(|rung| rung.stopped = true);
        assert_eq!(bell.wait(Instant::now() + REGULARLY, true), Woken::Stopped);
    }

    #[test]
    fn a_commit_during_a_pause_after_failure_does_not_cut_it_short() {
        let bell = Bell::default();
        bell.committed();
        let begun = Instant::now();
        let pause = Duration::from_millis(50);
        assert_eq!(bell.wait(begun + pause, false), Woken::Due);
        assert!(begun.elapsed() >= pause, "the pause was kept");
    }
}
