//! Owns how often somebody may guess an enrolment code: per peer, and all peers together.
//!
//! Only wrong guesses count. A code has 40 bits: at the rate for all peers, guessing one of a hundred open
//! codes in their 15 minutes succeeds less than once in seven million tries.

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;

use qilian_domain::ids::At;

/// Guesses are forgotten after this long.
const WINDOW_MS: i64 = 10 * 60 * 1000;
/// Wrong guesses of one peer; a whole office may share an address.
const PER_PEER: usize = 10;
/// Wrong guesses of all.
const ALL: usize = 1000;

/// Wrong guesses of late.
#[derive(Debug, Default)]
pub(crate) struct Tries {
    wrong: VecDeque<(At, IpAddr)>,
    by_peer: BTreeMap<IpAddr, usize>,
}

impl Tries {
    /// Whether a peer may try now.
    pub(super) fn may_try(&mut self, peer: IpAddr, now: At) -> bool {
        while let Some(&(at, old)) = self.wrong.front()
            && now.ms_since(at) >= WINDOW_MS
        {
            self.wrong.pop_front();
            if let Some(count) = self.by_peer.get_mut(&old) {
                *count -= 1;
                if *count == 0 {
                    self.by_peer.remove(&old);
                }
            }
        }
        self.wrong.len() < ALL && self.by_peer.get(&peer).copied().unwrap_or(0) < PER_PEER
    }

    /// Notes a wrong guess. What is kept is bounded by [`ALL`], since nobody may try beyond it.
    pub(super) fn note_wrong(&mut self, peer: IpAddr, now: At) {
        self.wrong.push_back((now, peer));
        *self.by_peer.entry(peer).or_default() += 1;
    }
}
