//! The laptop's database: one encrypted SQLite file (SQLCipher) that holds all a cadre needs offline, and beside
//! it the sealed files of attachments.
//!
//! Owns the file, its schema, what is pending, and the search index; each change is one durable
//! transaction. A [`Store`] writes and reads; a [`StoreReader`] reads beside it and never waits for it.
//! Everything is synchronous. Elsewhere: what commands mean (`qilian-domain`), the protocol
//! (`qilian-sync`), the key's wrapping, threads and the one syncing process a home (`qilian-app`).

mod audit;
mod chain;
mod client_store;
mod connection;
mod contents;
mod data_key;
mod derived;
mod enterprises;
mod error;
mod files;
mod flip;
mod migrations;
mod replay;
mod search;
mod store;
mod store_files;
mod table;

pub use contents::Contents;
pub use data_key::DataKey;
pub use enterprises::{EnterpriseCounts, EnterpriseLine, Listed, Whose};
pub use error::StoreError;
pub use files::{FileFolder, Sealed, SealedReader, SealedWriter};
pub use migrations::SCHEMA_VERSION;
pub use search::{Hit, SearchField};
pub use store::{CommitAs, Committed, Store, StoreReader};
pub use table::draft::Draft;
pub use table::file::LocalFile;
pub use table::held_file::HeldFile;
pub use table::identity::Identity;
pub use table::outbox::{Answer, OutboxItem};
pub use table::sync_state::SyncState;
pub use table::upload::Upload;
