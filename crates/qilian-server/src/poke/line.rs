//! Owns what is known of one laptop that listens, and when it is poked. Moments are parameters.
//!
//! A laptop is poked for the last change in its user's scope that it has not pulled. It is not poked for what
//! it pushed itself: it pulls after a push anyway, so a poke that falls due meanwhile waits for that pull, and
//! most of the time is not needed after it.

use std::sync::Arc;
use std::time::Duration;

use qilian_domain::ids::{Seq, UserId};
use qilian_sync::wire::PokeRequest;
use tokio::sync::Notify;
use tokio::time::Instant;

/// Two pokes of one laptop are at least this far apart: what changes meanwhile is in the second.
pub(super) const PAUSE: Duration = Duration::from_secs(2);
/// A laptop that pushed is expected to pull for this long.
pub(super) const PULL_EXPECTED: Duration = Duration::from_secs(10);

/// A laptop that listens.
#[derive(Debug)]
pub(super) struct Line {
    /// Tells it from an earlier one of the same laptop.
    pub(super) number: u64,
    pub(super) user: UserId,
    /// Where the laptop said that it stood, until somebody looked.
    stands: Option<PokeRequest>,
    /// The last known change in the user's scope.
    changed: Seq,
    /// As far as the laptop pulled, and as far as it was poked.
    reached: Seq,
    poked: Seq,
    due: Instant,
    rested: Instant,
    pull_expected: Option<Instant>,
    over: bool,
    /// Rung when the next step may be another.
    pub(super) bell: Arc<Notify>,
}

/// What a line does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Poke now; it counts as done.
    Poke,
    /// Nothing before this moment, or before the bell.
    Wait(Instant),
    /// Nothing before the bell.
    Idle,
    /// The line ends.
    End,
}

impl Line {
    pub(super) fn new(number: u64, user: UserId, stands: PokeRequest, now: Instant) -> Self {
        Self {
            number,
            user,
            stands: Some(stands),
            changed: Seq(0),
            reached: Seq(0),
            poked: Seq(0),
            due: now,
            rested: now,
            pull_expected: None,
            over: false,
            bell: Arc::new(Notify::new()),
        }
    }

    /// What to do now.
    pub(super) fn step(&mut self, now: Instant) -> Step {
        if self.over {
            return Step::End;
        }
        if !self.owes() {
            return Step::Idle;
        }
        let pull = self.pull_expected.filter(|until| *until > now);
        let due = self.due.max(self.rested).max(pull.unwrap_or(now));
        if due > now {
            return Step::Wait(due);
        }
        self.poked = self.changed;
        self.rested = now + PAUSE;
        Step::Poke
    }

    fn owes(&self) -> bool {
        self.changed > self.reached.max(self.poked)
    }

    /// Takes where the laptop said that it stood, once.
    pub(super) const fn take_stands(&mut self) -> Option<PokeRequest> {
        self.stands.take()
    }

    /// The laptop has everything up to a number: it said so, or it just pulled.
    pub(super) fn has(&mut self, seq: Seq) {
        self.reached = self.reached.max(seq);
        self.pull_expected = None;
        self.bell.notify_one();
    }

    /// The laptop pushes.
    pub(super) fn pushes(&mut self, now: Instant) {
        self.pull_expected = Some(now + PULL_EXPECTED);
    }

    /// Something in the user's scope changed; the poke for it is due at a moment, unless one is due before.
    pub(super) fn changed(&mut self, seq: Seq, due: Instant) {
        if seq > self.changed {
            if !self.owes() {
                self.due = due;
            }
            self.changed = seq;
            self.bell.notify_one();
        }
    }

    /// What the laptop has is not known any more: it is poked whatever it said.
    pub(super) fn forget(&mut self, head: Seq, due: Instant) {
        (self.reached, self.poked) = (Seq(0), Seq(0));
        self.changed = head.max(Seq(1));
        self.due = due;
        self.bell.notify_one();
    }

    pub(super) fn end(&mut self) {
        self.over = true;
        self.bell.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> (Line, Instant) {
        let now = Instant::now();
        let line = Line::new(1, UserId::new("C1"), PokeRequest::default(), now);
        (line, now)
    }

    #[test]
    fn a_change_is_poked_once_and_what_follows_within_the_pause_in_one() {
        let (mut line, now) = line();
        assert_eq!(line.step(now), Step::Idle);
        line.changed(Seq(5), now);
        assert_eq!(line.step(now), Step::Poke);
        assert_eq!(line.step(now), Step::Idle);
        line.changed(Seq(6), now);
        line.changed(Seq(7), now);
        assert_eq!(line.step(now), Step::Wait(now + PAUSE));
        assert_eq!(line.step(now + PAUSE), Step::Poke);
        assert_eq!(line.step(now + 2 * PAUSE), Step::Idle);
    }

    #[test]
    fn what_the_laptop_pulled_meanwhile_is_not_poked() {
        let (mut line, now) = line();
        let due = now + Duration::from_secs(1);
        line.changed(Seq(5), due);
        assert_eq!(line.step(now), Step::Wait(due));
        line.has(Seq(5));
        assert_eq!(line.step(due), Step::Idle);
    }

    #[test]
    fn a_laptop_is_not_poked_for_its_own_push_unless_its_pull_does_not_come() {
        let (mut line, now) = line();
        line.pushes(now);
        line.changed(Seq(5), now);
        assert_eq!(line.step(now), Step::Wait(now + PULL_EXPECTED));
        line.has(Seq(5));
        assert_eq!(line.step(now + PULL_EXPECTED), Step::Idle);

        line.pushes(now);
        line.changed(Seq(9), now);
        line.has(Seq(8));
        assert_eq!(
            line.step(now),
            Step::Poke,
            "somebody else's change came after"
        );

        line.pushes(now + PAUSE);
        line.changed(Seq(10), now + PAUSE);
        let late = now + PAUSE + PULL_EXPECTED;
        assert_eq!(line.step(late), Step::Poke, "it never pulled");
    }

    #[test]
    fn a_change_that_comes_later_does_not_put_off_the_poke_that_is_due() {
        let (mut line, now) = line();
        let (first, second) = (now + Duration::from_secs(1), now + Duration::from_secs(9));
        line.changed(Seq(5), first);
        line.changed(Seq(6), second);
        assert_eq!(line.step(now), Step::Wait(first));
        assert_eq!(line.step(first), Step::Poke);
        assert_eq!(line.step(second), Step::Idle);
    }

    #[test]
    fn on_another_timeline_whatever_it_had_it_is_poked() {
        let (mut line, now) = line();
        line.has(Seq(100));
        line.forget(Seq(7), now);
        assert_eq!(line.step(now), Step::Poke);
        line.has(Seq(7));
        line.changed(Seq(8), now + PAUSE);
        assert_eq!(
            line.step(now + PAUSE),
            Step::Poke,
            "its old cut means nothing"
        );
    }

    #[test]
    fn a_line_that_is_over_says_so_whatever_it_owes() {
        let (mut line, now) = line();
        line.changed(Seq(5), now);
        line.end();
        assert_eq!(line.step(now), Step::End);
    }
}
