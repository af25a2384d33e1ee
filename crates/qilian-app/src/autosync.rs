//! Owns when a laptop syncs by itself: just after the start, soon after something was written, when the server
//! pokes, now and then by the clock, and when somebody asks; more and more rarely while the network is away.
//!
//! One thread a program. It is woken, never polled for, and tells its listener what changed.
//! Elsewhere: the sync itself (`sync`), which of two processes runs it, what wakes the thread (`bell`),
//! hearing pokes (`poke`).

mod bell;

mod files;

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use qilian_domain::ids::MutId;
use qilian_domain::rows::{Outcome, WeekSubmission};
use qilian_sync::wire::ErrorCode;

use crate::contract::Topic;
use crate::error::AppError;
use crate::laptop::Laptop;
use crate::poke::PokeLine;
use crate::sync::SyncResult;
use crate::transport::TransportError;
pub(crate) use bell::Bell;
use bell::{Pause, REGULARLY, SOON, Woken, jittered};
use files::Files;

/// The first wait after a failure that may pass by itself; each further one is twice as long.
const FIRST_RETRY: Duration = Duration::from_secs(5);
/// A server may put off no longer than this: it may be a strange one.
const MOST_ASKED: Duration = Duration::from_secs(60 * 60);

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
        bell.begin();
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
        self.bell.asked();
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
        self.bell.stop();
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
    let mut pause = Pause::until(Instant::now() + SOON);
    let mut failures = 0;
    let mut files = Files::default();
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
        // Whoever leaves is given nothing more; their files still go.
        let reached = (synced.result.as_ref()).map_or_else(AppError::only_sends, |_| true);
        listen(SyncEvent::Ended(Box::new(synced)));
        if reached && let Some(again) = files.send(laptop, listen) {
            pause = pause.at_latest(again);
        }
    }
}

fn pause_after(result: &Result<SyncResult, AppError>, failures: u32) -> Pause {
    let from_now = |pause| Instant::now() + jittered(pause);
    match result {
        Ok(SyncResult {
            retry_after_s: Some(wait_s),
            ..
        }) => Pause::Kept(from_now(Duration::from_secs(u64::from(*wait_s)))),
        Err(AppError::Transport(TransportError::Refused(ErrorCode::Busy {
            retry_after_s: Some(wait_s),
        }))) => {
            let asked = Duration::from_secs(u64::from(*wait_s)).min(MOST_ASKED);
            Pause::Kept(from_now(asked.max(after_failures(failures))))
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_five_minutes() {
        let seconds: Vec<_> = [1, 2, 3, 7, 100]
            .map(|failures| after_failures(failures).as_secs())
            .into();
        assert_eq!(seconds, [5, 10, 20, 300, 300]);
    }

    /// How long after now, in seconds, the next sync is when the server was busy.
    fn after_busy(retry_after_s: Option<u32>, failures: u32) -> f64 {
        let busy = TransportError::Refused(ErrorCode::Busy { retry_after_s });
        let now = Instant::now();
        match pause_after(&Err(AppError::Transport(busy)), failures) {
            Pause::Kept(due) => (due - now).as_secs_f64(),
            other => panic!("a poke would cut it short: {other:?}"),
        }
    }

    #[test]
    fn a_busy_server_says_when_and_laptops_come_scattered_around_it() {
        let pauses: Vec<f64> = (0..40).map(|_| after_busy(Some(60), 1)).collect();
        assert!(
            pauses.iter().all(|s| (48.0..73.0).contains(s)),
            "{pauses:?}"
        );
        let far_apart = pauses.iter().any(|s| *s < 57.0) && pauses.iter().any(|s| *s > 63.0);
        assert!(far_apart, "{pauses:?}");
    }

    #[test]
    fn what_it_says_neither_hurries_a_laptop_nor_puts_it_off_for_ever() {
        assert!(after_busy(Some(1), 4) > 30.0, "it failed four times");
        assert!(after_busy(Some(u32::MAX), 1) < 4_400.0);
        assert!(after_busy(None, 1) < 7.0);
    }
}
