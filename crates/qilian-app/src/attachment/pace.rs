//! Owns how fast files are sent: how much goes in one part, and how long to rest after it.
//!
//! A part is acknowledged when the server has it on its disk, so that a cut costs a part at most: small ones on
//! weak links, large ones on good ones. Elsewhere: what the server takes in one part (the wire's limit).

use std::time::Duration;

use crate::contract::FilePace;

/// What goes first on a link that nobody knows.
const FIRST: u64 = 256 * 1024;
/// Less is not worth a request.
const LEAST: u64 = 64 * 1024;
/// A part that took at most this shows that the link can take more at a time…
const QUICK: Duration = Duration::from_secs(2);
/// … and one that took more than this, that less is safer. The server gives up a request after a minute.
const SLOW: Duration = Duration::from_secs(8);
/// What gentle sending takes of a link, in bytes a second: half of a village's mobile link of 8 Mbit/s, and a
/// photo of 3 MB is there in six seconds.
pub(super) const GENTLE: u64 = 512 * 1024;
/// In gentle sending no part is more than this, so that its rests are short and often.
const GENTLE_PART: u64 = GENTLE;

/// How much goes in the next part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parts {
    next: u64,
    pace: FilePace,
}

impl Parts {
    pub(super) const fn at(pace: FilePace) -> Self {
        Self { next: FIRST, pace }
    }

    /// Bytes in the next part, of which the server takes `most`.
    pub(super) fn next(self, most: u64) -> u64 {
        let most = match self.pace {
            FilePace::Gentle => most.min(GENTLE_PART),
            FilePace::Full | FilePace::Paused => most,
        };
        self.next.min(most).max(1)
    }

    /// After a part that took so long.
    pub(super) fn after(self, took: Duration) -> Self {
        let next = if took <= QUICK {
            self.next.saturating_mul(2).min(64 * 1024 * 1024)
        } else if took > SLOW {
            (self.next / 2).max(LEAST)
        } else {
            self.next
        };
        Self { next, ..self }
    }

    /// After a part that did not arrive.
    pub(super) fn after_failure(self) -> Self {
        Self {
            next: (self.next / 2).max(LEAST),
            ..self
        }
    }

    /// How long to rest after a part of so many bytes that took so long.
    pub(super) fn rest(self, bytes: u64, took: Duration) -> Duration {
        match self.pace {
            FilePace::Full | FilePace::Paused => Duration::ZERO,
            FilePace::Gentle => {
                Duration::from_millis(bytes.saturating_mul(1000) / GENTLE).saturating_sub(took)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: u64 = 4 * 1024 * 1024;
    const KIB: u64 = 1024;

    #[test]
    fn a_good_link_soon_carries_as_much_as_the_server_takes() {
        let mut parts = Parts::at(FilePace::Full);
        let sizes: Vec<_> = (0..6)
            .map(|_| {
                let size = parts.next(MOST);
                parts = parts.after(Duration::from_secs(1));
                size / KIB
            })
            .collect();
        assert_eq!(sizes, [256, 512, 1024, 2048, 4096, 4096]);
    }

    #[test]
    fn a_weak_link_gets_little_at_a_time() {
        let mut parts = Parts::at(FilePace::Full);
        for _ in 0..5 {
            parts = parts.after(Duration::from_secs(20));
        }
        assert_eq!(parts.next(MOST), LEAST);
        assert_eq!(
            Parts::at(FilePace::Full).after_failure().next(MOST),
            FIRST / 2
        );
    }

    #[test]
    fn gentle_sending_leaves_half_of_the_link() {
        let parts = Parts::at(FilePace::Gentle);
        let second = Duration::from_secs(1);
        assert_eq!(
            parts.rest(GENTLE, Duration::from_millis(250)),
            second * 3 / 4
        );
        assert_eq!(parts.rest(GENTLE, second * 5), Duration::ZERO);
        let mut quick = parts;
        for _ in 0..9 {
            quick = quick.after(Duration::ZERO);
        }
        assert_eq!(quick.next(MOST), GENTLE_PART, "however good the link is");
    }
}
