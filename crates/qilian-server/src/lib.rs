//! The district server: takes what laptops did, decides it, and gives each user the rows of their scope.
//!
//! Owns the district's database, its HTTP interface, imports and the commands of `qilian-server`.
//! Elsewhere: what a command means (`qilian-domain`), the protocol (`qilian-sync`), what a policy file
//! may say (`qilian-policy`), the laptop (`qilian-app`).

pub mod cli;
pub mod clock;
pub mod demo;
pub mod district;
pub mod files;
pub mod import;
pub mod journal;
pub mod people;
pub mod poke;
pub mod replay;
pub mod restore;
pub mod routes;
pub mod secret;
pub mod serve;
pub mod storage;
pub mod sync_health;
