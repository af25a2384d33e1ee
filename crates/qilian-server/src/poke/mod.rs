//! Owns the laptops that listen for pokes at this process: who, how many, and what each is owed.
//!
//! A poke is a hint that a pull may bring something. Nothing depends on it: a laptop that is refused here, or
//! whose stream is cut, pulls by the clock, so these streams are the first that a busy server does without. An
//! open stream is a socket and a few KiB: it holds no thread and no connection of the database.
//!
//! Elsewhere: when one laptop is poked (`line`), who is concerned (`watch`), the stream itself
//! (`routes::poke`).

mod line;
mod watch;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use qilian_domain::ids::{DeviceId, Epoch, Seq, UserId};
use qilian_sync::wire::PokeRequest;
use rand::RngExt as _;
use tokio::sync::Notify;
use tokio::time::Instant;

use line::{Line, Step};
pub(crate) use watch::watch;

/// Streams that a process holds unless it is told otherwise. An open one was measured at 20 KiB of the process's
/// memory without TLS: these are 40 MB. A district of 600 is far below it.
pub const MOST: usize = 2_000;

/// Laptops that are concerned by one change are spread over this for each of them: they pull right away, and
/// a server on two cores answers some hundred pulls a second.
const SPREAD_EACH: Duration = Duration::from_millis(10);
/// But none waits longer than this.
const SPREAD_MOST: Duration = Duration::from_secs(30);

/// Who listens.
#[derive(Debug)]
pub(crate) struct Pokes {
    most: AtomicUsize,
    lines: Mutex<Lines>,
    /// Rung when somebody new listens.
    opened: Notify,
}

#[derive(Debug, Default)]
struct Lines {
    open: HashMap<DeviceId, Line>,
    /// How many were ever opened.
    count: u64,
    watched: bool,
    ending: bool,
}

/// There are as many as there may be, or the server ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Full;

/// An open line. It ends with the value.
#[derive(Debug)]
pub(crate) struct Listening {
    pokes: Arc<Pokes>,
    device: DeviceId,
    number: u64,
    bell: Arc<Notify>,
}

impl Pokes {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            most: AtomicUsize::new(MOST),
            lines: Mutex::default(),
            opened: Notify::new(),
        })
    }

    /// Holds at most so many from now on; those that are open stay.
    pub(crate) fn limit(&self, most: usize) {
        self.most.store(most, Ordering::Relaxed);
    }

    /// How many there are.
    pub(crate) fn open_lines(&self) -> usize {
        self.lines().open.len()
    }

    /// Listens for a laptop; an earlier line of the same laptop, of which it may know nothing any more, ends.
    /// Also says whether nobody watches the feed yet: then the caller does ([`watch`]).
    ///
    /// # Errors
    /// [`Full`].
    pub(crate) fn open(
        self: &Arc<Self>,
        device: DeviceId,
        user: UserId,
        stands: PokeRequest,
    ) -> Result<(Listening, bool), Full> {
        let mut lines = self.lines();
        let takes_a_place = !lines.open.contains_key(&device);
        let most = self.most.load(Ordering::Relaxed);
        if lines.ending || (takes_a_place && lines.open.len() >= most) {
            return Err(Full);
        }
        lines.count += 1;
        let line = Line::new(lines.count, user, stands, Instant::now());
        let listening = Listening {
            pokes: Arc::clone(self),
            device,
            number: line.number,
            bell: Arc::clone(&line.bell),
        };
        if let Some(mut earlier) = lines.open.insert(device, line) {
            earlier.end();
        }
        let unwatched = !std::mem::replace(&mut lines.watched, true);
        drop(lines);
        self.opened.notify_one();
        Ok((listening, unwatched))
    }

    /// A laptop pushes: what it changes is no news to it.
    pub(crate) fn pushes(&self, device: DeviceId) {
        if let Some(line) = self.lines().open.get_mut(&device) {
            line.pushes(Instant::now());
        }
    }

    /// A laptop has pulled up to a number.
    pub(crate) fn pulled(&self, device: DeviceId, seq: Seq) {
        if let Some(line) = self.lines().open.get_mut(&device) {
            line.has(seq);
        }
    }

    /// Ends all lines and takes no more: the server ends.
    pub(crate) fn end(&self) {
        let mut lines = self.lines();
        lines.ending = true;
        lines.open.values_mut().for_each(Line::end);
    }

    /// Whether somebody listens. If not, nobody watches any more.
    fn somebody_listens(&self) -> bool {
        let mut lines = self.lines();
        lines.watched = !lines.open.is_empty();
        lines.watched
    }

    /// Takes where those who are new say that they stand. The least of it is returned: from there on it is to
    /// be looked at what they missed. One who stands on no cut of this timeline is poked.
    fn place_the_new(&self, epoch: Epoch, head: Seq) -> Option<Seq> {
        let now = Instant::now();
        let mut lines = self.lines();
        let mut least = None;
        for line in lines.open.values_mut() {
            let Some(stands) = line.take_stands() else {
                continue;
            };
            match stands.seq {
                Some(seq) if stands.epoch == Some(epoch) && seq <= head => {
                    line.has(seq);
                    least = Some(least.map_or(seq, |least: Seq| least.min(seq)));
                }
                _ => line.forget(head, now),
            }
        }
        least
    }

    /// Something changed for some users.
    fn changed(&self, users: &BTreeMap<UserId, Seq>) {
        let mut lines = self.lines();
        let mut concerned: Vec<_> = (lines.open.values_mut())
            .filter_map(|line| users.get(&line.user).map(|&seq| (line, seq)))
            .collect();
        let due = spread(concerned.len());
        for (line, seq) in &mut concerned {
            line.changed(*seq, due());
        }
    }

    /// The feed is not the one that it was: everybody is poked.
    fn forget_all(&self, head: Seq) {
        let mut lines = self.lines();
        let due = spread(lines.open.len());
        for line in lines.open.values_mut() {
            line.forget(head, due());
        }
    }

    /// Ends the lines of all others.
    fn keep_only(&self, may_sync: &BTreeSet<DeviceId>) {
        let mut lines = self.lines();
        let stopped = (lines.open.iter_mut()).filter(|(device, _)| !may_sync.contains(device));
        stopped.for_each(|(_, line)| line.end());
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        // Nothing between lock and unlock panics half-way.
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Moments at which so many laptops are poked, so that they do not all pull at once.
fn spread(laptops: usize) -> impl Fn() -> Instant {
    let laptops = u32::try_from(laptops).unwrap_or(u32::MAX);
    let span = SPREAD_EACH.saturating_mul(laptops).min(SPREAD_MOST);
    let now = Instant::now();
    move || now + span.mul_f64(rand::rng().random_range(0.0..1.0))
}

impl Listening {
    /// Waits for the next poke; `false` at the end.
    pub(crate) async fn poked(&self) -> bool {
        loop {
            match self.step() {
                Step::Poke => return true,
                Step::End => return false,
                Step::Idle => self.bell.notified().await,
                Step::Wait(until) => {
                    // Either the moment or the bell; then it is asked again.
                    drop(tokio::time::timeout_at(until, self.bell.notified()).await);
                }
            }
        }
    }

    fn step(&self) -> Step {
        let mut lines = self.pokes.lines();
        match lines.open.get_mut(&self.device) {
            Some(line) if line.number == self.number => line.step(Instant::now()),
            // A later one of the same laptop took its place.
            _ => Step::End,
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut lines = self.pokes.lines();
        if let Some(line) = lines.open.get(&self.device)
            && line.number == self.number
        {
            lines.open.remove(&self.device);
        }
    }
}
