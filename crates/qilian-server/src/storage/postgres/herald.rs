//! Owns how the processes on one database hear of each other's commits: NOTIFY after them, LISTEN on a
//! connection that does nothing else. This is the only file in which these stand: a NOTIFY inside the
//! transaction that wrote would take one lock for the whole database at COMMIT and tie all districts together.
//!
//! What is heard is a hint. One that is lost costs a few seconds: whoever waits for it looks by and by anyway
//! (`poke`). A database that knows neither, or a process that is cut off, is looked at more often.

use std::collections::BTreeSet;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use postgres::NoTls;
use postgres::fallible_iterator::FallibleIterator as _;
use qilian_domain::ids::DistrictId;
use tokio::sync::watch;

use super::address::Address;
use super::pool::Pool;
use crate::storage::StorageError;
use crate::storage::news::{News, Teller};

/// The channel; what is told on it is the district's id.
const CHANNEL: &str = "qilian";
/// After a NOTIFY none for so long: at most ten a second, however much is written.
const REST: Duration = Duration::from_millis(100);
/// After so long without a word the connection is tried: a server that is gone sends nothing at all.
const QUIET: Duration = Duration::from_secs(10);
/// The first wait before a new connection; each further one is twice as long.
const FIRST_RETRY: Duration = Duration::from_secs(1);
const LAST_RETRY: Duration = Duration::from_secs(30);

/// What tells others of this process's commits, and hears of theirs.
pub(super) struct Herald {
    shared: Arc<Shared>,
    telling: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    address: Address,
    teller: Teller,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Districts in which something was committed and nobody was told yet.
    to_tell: BTreeSet<DistrictId>,
    heard: BTreeSet<DistrictId>,
    ended: bool,
}

impl Herald {
    pub(super) fn new(address: Address) -> Self {
        Self {
            shared: Arc::new(Shared {
                address,
                teller: Teller::new(),
                state: Mutex::default(),
                changed: Condvar::new(),
            }),
            telling: Mutex::default(),
        }
    }

    /// Something was committed. Others are told soon, by a thread of its own.
    pub(super) fn committed(&self, district: &DistrictId, pool: &Arc<Pool>) {
        self.shared.teller.tell();
        let mut state = self.shared.state();
        if !state.to_tell.contains(district) {
            state.to_tell.insert(district.clone());
        }
        drop(state);
        self.shared.changed.notify_all();
        let mut telling = self.telling.lock().unwrap_or_else(PoisonError::into_inner);
        if telling.is_none() {
            let (shared, pool) = (Arc::clone(&self.shared), Arc::clone(pool));
            *telling = spawned("telling", move || shared.tell_by_and_by(&pool));
        }
    }

    /// Hears of a district from now on, until this is dropped.
    pub(super) fn hearer(&self, district: &DistrictId) -> watch::Receiver<News> {
        let hearer = self.shared.teller.hearer();
        if self.shared.state().heard.insert(district.clone()) {
            let (shared, district) = (Arc::clone(&self.shared), district.clone());
            // Not waited for: it ends at the latest when it next tries its connection.
            drop(spawned("hearing", move || shared.hear(&district)));
        }
        hearer
    }
}

impl Drop for Herald {
    /// What was committed last is told: a command of the terminal ends right after it.
    fn drop(&mut self) {
        self.shared.state().ended = true;
        self.shared.changed.notify_all();
        let telling = self.telling.get_mut();
        if let Some(thread) = telling.unwrap_or_else(PoisonError::into_inner).take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that tells of commits had ended in a panic");
        }
    }
}

fn spawned(name: &str, work: impl FnOnce() + Send + 'static) -> Option<JoinHandle<()>> {
    let spawned = thread::Builder::new().name(name.to_owned()).spawn(work);
    spawned
        .inspect_err(|error| tracing::error!(%error, "no thread for {name}"))
        .ok()
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing between lock and unlock panics half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell_by_and_by(&self, pool: &Pool) {
        loop {
            let state = self.state();
            let idle = |state: &mut State| state.to_tell.is_empty() && !state.ended;
            let waited = self.changed.wait_while(state, idle);
            let mut state = waited.unwrap_or_else(PoisonError::into_inner);
            let to_tell = std::mem::take(&mut state.to_tell);
            if to_tell.is_empty() {
                return;
            }
            drop(state);
            for district in to_tell {
                if let Err(error) = tell(pool, &district) {
                    tracing::debug!(%error, "other processes could not be told");
                }
            }
            self.rest(REST);
        }
    }

    /// Waits, unless the end comes first.
    fn rest(&self, pause: Duration) {
        let waited = (self.changed).wait_timeout_while(self.state(), pause, |state| !state.ended);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    fn hear(&self, district: &DistrictId) {
        let mut retry = FIRST_RETRY;
        while !self.state().ended {
            let began = Instant::now();
            let Err(error) = self.hear_on_one_connection(district) else {
                return;
            };
            self.teller.hears_others(false);
            tracing::warn!(%error, "other processes are not heard");
            if began.elapsed() > LAST_RETRY {
                retry = FIRST_RETRY;
            }
            self.rest(retry);
            retry = (retry * 2).min(LAST_RETRY);
        }
    }

    /// Hears until the end, or until the connection fails.
    fn hear_on_one_connection(&self, district: &DistrictId) -> Result<(), postgres::Error> {
        let mut client = self.address.config().connect(NoTls)?;
        client.batch_execute(&format!("LISTEN {CHANNEL}"))?;
        self.teller.hears_others(true);
        while !self.state().ended {
            let heard = client.notifications().timeout_iter(QUIET).next()?;
            match heard {
                Some(said) if said.payload() == district.as_str() => self.teller.tell(),
                Some(_) => {}
                None => client.is_valid(QUIET)?,
            }
        }
        Ok(())
    }
}

/// One NOTIFY, a statement of its own.
fn tell(pool: &Pool, district: &DistrictId) -> Result<(), StorageError> {
    let mut lease = pool.take()?;
    let sql = "SELECT pg_notify($1, $2)";
    (lease.session()?).query(sql, &[&CHANNEL, &district.as_str()])?;
    lease.keep();
    Ok(())
}
