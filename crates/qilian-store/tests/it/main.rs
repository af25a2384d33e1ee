//! The claims about the laptop's store, from outside: through its public methods, on real files.

mod cut;
mod given;
mod opening;
mod recording;
mod search;
