//! Owns connections of one use: a few, made when they are needed and kept. One on which anything failed is not
//! kept, so what it had prepared or left open is gone with it.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::address::Address;
use super::session::Session;
use crate::storage::StorageError;

/// Whoever waits longer for one is told that the server is busy.
const PATIENCE: Duration = Duration::from_secs(30);

/// The connections.
pub(super) struct Pool {
    address: Address,
    limit: usize,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Session>,
    lent: usize,
}

/// A connection that is lent. It goes back by [`Lease::keep`]; otherwise it is closed.
pub(super) struct Lease<'p> {
    pool: &'p Pool,
    session: Option<Session>,
}

impl Pool {
    /// A pool of at most so many connections, the first of which may be there.
    pub(super) fn new(address: Address, limit: usize, first: Option<Session>) -> Self {
        let state = State {
            idle: first.into_iter().collect(),
            lent: 0,
        };
        Self {
            address,
            limit,
            state: Mutex::new(state),
            freed: Condvar::new(),
        }
    }

    /// A connection that nobody uses, a new one, or the next to become free.
    pub(super) fn take(&self) -> Result<Lease<'_>, StorageError> {
        let until = Instant::now() + PATIENCE;
        let mut state = self.state();
        loop {
            if let Some(session) = state.idle.pop() {
                state.lent += 1;
                return Ok(self.lend(session));
            }
            if state.lent < self.limit {
                state.lent += 1;
                drop(state);
                return self.connect();
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(StorageError::Busy("all connections are in use".to_owned()));
            }
            let waited = self.freed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Closes those that nobody uses: the server may have gone away and come back.
    pub(super) fn forget_idle(&self) {
        let idle = std::mem::take(&mut self.state().idle);
        drop(idle);
    }

    fn connect(&self) -> Result<Lease<'_>, StorageError> {
        match Session::connect(&self.address) {
            Ok(session) => Ok(self.lend(session)),
            Err(error) => {
                self.returned(None);
                Err(error)
            }
        }
    }

    const fn lend(&self, session: Session) -> Lease<'_> {
        Lease {
            pool: self,
            session: Some(session),
        }
    }

    fn returned(&self, session: Option<Session>) {
        let mut state = self.state();
        state.lent = state.lent.saturating_sub(1);
        state.idle.extend(session);
        drop(state);
        self.freed.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing between lock and unlock panics half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pool {
    /// The client says goodbye to the server on a runtime of its own, which may not be begun inside another.
    fn drop(&mut self) {
        let idle = std::mem::take(&mut self.state().idle);
        let closing = std::thread::spawn(move || drop(idle));
        if closing.join().is_err() {
            tracing::debug!("a connection could not be closed in order");
        }
    }
}

impl Lease<'_> {
    /// The connection.
    pub(super) fn session(&mut self) -> Result<&mut Session, StorageError> {
        let gone = || StorageError::Internal("a connection was given back and used".into());
        self.session.as_mut().ok_or_else(gone)
    }

    /// Gives it back to be used again.
    pub(super) fn keep(mut self) {
        let session = self.session.take();
        self.pool.returned(session);
        std::mem::forget(self);
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        drop(self.session.take());
        self.pool.returned(None);
    }
}
