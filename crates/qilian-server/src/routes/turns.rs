//! Owns turns at the database: whoever comes first is served first, and a rush holds no more threads and memory than
//! there is work that can go on at once. Whoever waits too long is told when to come again.
//!
//! Elsewhere: what is done in a turn (the routes).

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Nobody is asked to come again sooner, or much later.
const SOONEST_S: u32 = 5;
const LATEST_S: u32 = 120;

/// The turns.
pub(super) struct Turns {
    free: Arc<Semaphore>,
    at_once: u32,
    patience: Duration,
    waiting: AtomicU32,
}

/// There was no turn in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooMany {
    /// When to come again, in seconds.
    pub(super) retry_after_s: u32,
}

/// One who waits, for as long as they do: also if they go away.
struct Waiting<'a>(&'a AtomicU32);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Turns {
    /// So many at once; nobody waits for longer than `patience`.
    pub(super) fn new(at_once: u32, patience: Duration) -> Self {
        Self {
            free: Arc::new(Semaphore::new(at_once as usize)),
            at_once,
            patience,
            waiting: AtomicU32::new(0),
        }
    }

    /// A turn, which ends when it is dropped.
    ///
    /// # Errors
    /// [`TooMany`].
    pub(super) async fn take(&self) -> Result<OwnedSemaphorePermit, TooMany> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let _waiting = Waiting(&self.waiting);
        let turn = Arc::clone(&self.free).acquire_owned();
        match tokio::time::timeout(self.patience, turn).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(self.too_many()),
        }
    }

    /// The queue as it is now is to be gone by then, if a turn takes a second.
    fn too_many(&self) -> TooMany {
        let rounds = self.waiting.load(Ordering::Relaxed).div_ceil(self.at_once);
        let retry_after_s = rounds.clamp(SOONEST_S, LATEST_S);
        TooMany { retry_after_s }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(200);

    #[tokio::test]
    async fn a_turn_is_free_again_when_it_ends() {
        let turns = Turns::new(1, SHORT);
        drop(turns.take().await);
        assert!(turns.take().await.is_ok());
        assert_eq!(turns.waiting.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn whoever_waits_too_long_comes_again_later_the_more_wait_with_them() {
        let turns = Arc::new(Turns::new(1, SHORT));
        let _held = turns.take().await;
        let alone = turns.take().await.map(drop);
        assert_eq!(
            alone,
            Err(TooMany {
                retry_after_s: SOONEST_S
            })
        );
        let rush: Vec<_> = (0..200)
            .map(|_| {
                let turns = Arc::clone(&turns);
                tokio::spawn(async move { turns.take().await.map(drop) })
            })
            .collect();
        let mut told = Vec::new();
        for one in rush {
            told.push(one.await);
        }
        let longest = told
            .iter()
            .flatten()
            .filter_map(|one| one.err())
            .map(|full| full.retry_after_s);
        assert_eq!(longest.max(), Some(LATEST_S));
    }
}
