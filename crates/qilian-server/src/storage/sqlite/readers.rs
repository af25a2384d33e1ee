//! Owns the connections that read: one each for as many readers as there are, then readers wait.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use crate::storage::StorageError;

/// The connections.
pub(super) struct Readers {
    connections: Vec<Mutex<Connection>>,
    next: AtomicUsize,
}

impl Readers {
    /// Takes over connections that nobody uses.
    pub(super) fn new(connections: Vec<Connection>) -> Self {
        Self {
            connections: connections.into_iter().map(Mutex::new).collect(),
            next: AtomicUsize::new(0),
        }
    }

    /// A free connection, or the next to become free of those in turn.
    pub(super) fn take(&self) -> Result<MutexGuard<'_, Connection>, StorageError> {
        let free = self.connections.iter().find_map(|c| c.try_lock().ok());
        if let Some(connection) = free {
            return Ok(connection);
        }
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        (self.connections.iter())
            .cycle()
            .nth(turn % self.connections.len().max(1))
            // A reader that panicked changed nothing: its transaction ended with it.
            .map(|connection| connection.lock().unwrap_or_else(PoisonError::into_inner))
            .ok_or_else(|| StorageError::Internal("no reader".into()))
    }
}
