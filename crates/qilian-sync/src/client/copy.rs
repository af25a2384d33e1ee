//! Owns the words for a laptop that turns out to be a copy of another, or whose server is on another timeline.
//!
//! Elsewhere: what a sync does about it (`client`), what the store does (`qilian-store`).

use qilian_domain::ids::{DeviceId, MutSeq};

/// The server knows another mutation under a number of this laptop: there are two copies of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forked {
    /// Which number.
    pub at: MutSeq,
}

/// How a laptop goes on when the server is on another timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejoined {
    /// In its chain: what the server lost is unsent again.
    Continues,
    /// Not in its chain: the server has another past of it, or it was a copy lately. All of it is unsent
    /// again, for a laptop of its own.
    Forked(Forked),
    /// Not at all: the server says that it is on the timeline that the laptop knows. Somebody put an old
    /// file in the place of its database and did not say so.
    NotAnnounced,
}

/// What a copy of a laptop is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnLaptop {
    /// Its id.
    pub device: DeviceId,
    /// What will prove it: 256 random bits, in hexadecimal.
    pub token: String,
}
