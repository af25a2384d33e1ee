//! Owns when the syncing thread sends files: after each sync that reached the server, until something goes first.
//!
//! Elsewhere: sending them (`attachment`), when the next sync is due (`autosync`).

use std::cell::Cell;
use std::time::{Duration, Instant};

use super::{SyncEvent, after_failures, jittered};
use crate::attachment::Watch;
use crate::contract::FilePace;
use crate::laptop::Laptop;

/// Progress is told at most so often.
const TELL_EVERY: Duration = Duration::from_millis(500);

/// Sending files, after each sync that reached the server.
#[derive(Default)]
pub(super) struct Files {
    failures: u32,
    /// Somebody asked, and it has not come to its end.
    at_once: bool,
}

impl Files {
    /// Sends until all is there or something else goes first; says when to try again, if it failed.
    pub(super) fn send(&mut self, laptop: &Laptop, listen: &impl Fn(SyncEvent)) -> Option<Instant> {
        self.at_once |= laptop.bell.take_files();
        let watch = Watching {
            laptop,
            listen,
            told: Cell::new(None),
        };
        let sent = laptop.file_settings().and_then(|settings| {
            let pace = if self.at_once {
                FilePace::Full
            } else {
                settings.pace
            };
            laptop.send_files_at(pace, &watch)
        });
        match sent {
            Ok(sent) => {
                self.failures = 0;
                self.at_once &= sent.stopped;
                if sent.stored > 0 {
                    listen(SyncEvent::Files);
                }
                // What goes first stays rung, and wakes the thread.
                None
            }
            Err(error) => {
                tracing::info!(%error, code = error.code(), "files could not be sent");
                listen(SyncEvent::Files);
                self.failures += 1;
                Some(Instant::now() + jittered(after_failures(self.failures)))
            }
        }
    }
}

/// Looks between two parts whether something goes before files, and tells of progress, not too often.
struct Watching<'a, L> {
    laptop: &'a Laptop,
    listen: &'a L,
    told: Cell<Option<Instant>>,
}

impl<L: Fn(SyncEvent)> Watch for Watching<'_, L> {
    fn rest(&self, rest: Duration) -> bool {
        self.laptop.bell.rest(rest)
    }

    fn progress(&self) {
        let now = Instant::now();
        if self.told.get().is_none_or(|told| now - told >= TELL_EVERY) {
            self.told.set(Some(now));
            (self.listen)(SyncEvent::Files);
        }
    }
}
