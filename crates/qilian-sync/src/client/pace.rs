//! Owns how many mutations the next push carries.
//!
//! Each push costs both sides a durable transaction, so that few large ones are soonest done; a weak link
//! gets small ones, which arrive before the exchange is given up and of which little is lost when it
//! breaks. A run begins with few and finds out. Elsewhere: the bytes of a push (`wire::Limits`).

use std::time::Duration;

/// On the weakest link these arrive in time.
const FIRST: u32 = 100;
/// An exchange that took at most this shows that link and server can take more at a time…
const QUICK: Duration = Duration::from_secs(2);
/// … and one that took more than this, that less is safer.
const SLOW: Duration = Duration::from_secs(10);

/// Mutations in the next push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pace(u32);

impl Pace {
    /// Of a run's first push.
    pub(super) const FIRST: Self = Self(FIRST);

    pub(super) const fn mutations(self) -> u32 {
        self.0
    }

    /// After an exchange that took so long; never more than the server takes.
    pub(super) fn after(self, took: Duration, most: u32) -> Self {
        let next = if took <= QUICK {
            self.0.saturating_mul(2)
        } else if took > SLOW {
            self.0 / 2
        } else {
            self.0
        };
        Self(next.max(FIRST).min(most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sizes of the pushes of a run whose exchanges took so many seconds each.
    fn sizes(seconds: &[u64]) -> Vec<u32> {
        let mut pace = Pace::FIRST;
        let next = seconds.iter().map(|&s| {
            pace = pace.after(Duration::from_secs(s), 1_000);
            pace.mutations()
        });
        next.collect()
    }

    #[test]
    fn a_good_link_soon_carries_as_much_as_the_server_takes() {
        assert_eq!(sizes(&[1, 1, 1, 1, 1]), [200, 400, 800, 1_000, 1_000]);
    }

    #[test]
    fn a_weak_link_never_gets_more_than_a_run_begins_with() {
        assert_eq!(sizes(&[30, 60, 30]), [100, 100, 100]);
    }

    #[test]
    fn a_link_that_gets_worse_gets_less() {
        assert_eq!(sizes(&[1, 1, 5, 30]), [200, 400, 400, 200]);
    }
}
