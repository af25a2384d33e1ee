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

/// Tries of late. A try counts from its beginning, or many at once would all come through; one that was
/// right is taken back.
#[derive(Debug, Default)]
pub(crate) struct Tries {
    counted: VecDeque<(At, IpAddr)>,
    by_peer: BTreeMap<IpAddr, usize>,
}

impl Tries {
    /// Counts a try; `false` if the peer may not try now, which counts nothing.
    pub(super) fn begin(&mut self, peer: IpAddr, now: At) -> bool {
        while let Some(&(at, old)) = self.counted.front()
            && now.ms_since(at) >= WINDOW_MS
        {
            self.counted.pop_front();
            self.uncount(old);
        }
        let of_peer = self.by_peer.get(&peer).copied().unwrap_or(0);
        if self.counted.len() >= ALL || of_peer >= PER_PEER {
            return false;
        }
        self.counted.push_back((now, peer));
        *self.by_peer.entry(peer).or_default() += 1;
        true
    }

    /// Takes a try back that was right.
    pub(super) fn was_right(&mut self, peer: IpAddr, began: At) {
        let place = self
            .counted
            .iter()
            .rposition(|tried| *tried == (began, peer));
        if let Some(place) = place {
            self.counted.remove(place);
            self.uncount(peer);
        }
    }

    fn uncount(&mut self, peer: IpAddr) {
        if let Some(count) = self.by_peer.get_mut(&peer) {
            *count -= 1;
            if *count == 0 {
                self.by_peer.remove(&peer);
            }
        }
    }
}
