//! Sync: versioned wire messages, and what each side makes of them, as sans-IO state machines.
//!
//! Owns the protocol of `docs/protocol.md`: named mutations up (exactly once, in a hash chain), a
//! state-based bucket feed down (a consistent cut), one outcome for each mutation. Elsewhere: what a
//! mutation means (`qilian-domain`), the databases on both sides, HTTP. Nothing here opens a socket,
//! a file or a clock.

pub mod chain;
pub mod client;
pub mod codec;
pub mod export;
pub mod push;
pub mod sum;
pub mod wire;
