//! Owns the store as a sync sees it (`qilian_sync::client::ClientStore`): one transaction a method.
//!
//! Elsewhere: the order of a sync (`qilian-sync`), applying pages (`flip`).

use qilian_domain::bucket::Bucket;
use qilian_domain::ids::{MutSeq, Seq};
use qilian_sync::client::{ClientStore, Forked, OwnLaptop, PageTaken, Rejoined, Standing, Unsent};
use qilian_sync::wire::{AuditReply, Cursor, ForkReply, HelloReply, Limits, PullReply, PushReply};
use rusqlite::Connection;

use crate::audit;
use crate::chain;
use crate::connection;
use crate::contents;
use crate::derived;
use crate::error::StoreError;
use crate::flip::Flip;
use crate::replay;
use crate::store::Store;
use crate::store_files;
use crate::table::sync_state::SyncState;
use crate::table::{bucket_again, identity, outbox, sent_log, staged_page, sync_state};

impl ClientStore for Store {
    type Error = StoreError;

    fn standing(&mut self) -> Result<Standing, StoreError> {
        self.at_once(|contents| {
            let identity = identity::required(&contents.connection)?;
            let state = contents.sync_state()?;
            let (pending, oldest_pending) = outbox::unsent(&contents.connection)?;
            let audit_due = audit::is_due(&state);
            Ok(Standing {
                epoch: identity.epoch,
                incarnation: identity.incarnation,
                cursor: state.cursor,
                position: state.position,
                pending: u32::try_from(pending).unwrap_or(u32::MAX),
                oldest_pending,
                again: bucket_again::all(&contents.connection)?,
                audit_due,
            })
        })
    }

    fn unsent(&mut self, limits: Limits) -> Result<Option<Unsent>, StoreError> {
        self.at_once(|contents| {
            let connection = &contents.connection;
            let mutations =
                outbox::unanswered(connection, limits.push_mutations, limits.push_bytes)?;
            let Some(first) = mutations.first() else {
                return Ok(None);
            };
            let before = MutSeq(first.mut_seq.0.saturating_sub(1));
            let base_hash = outbox::hash_after(connection, before)?;
            let identity = identity::required(connection)?;
            Ok(Some(Unsent {
                epoch: identity.epoch,
                incarnation: identity.incarnation,
                base_hash,
                mutations,
            }))
        })
    }

    fn take_outcomes(&mut self, reply: &PushReply) -> Result<Result<(), Forked>, StoreError> {
        let transaction = self.begin()?;
        for outcome in &reply.outcomes {
            if outbox::set_answer(&transaction, outcome)? {
                continue;
            }
            // It may have been reached since it was sent. An outcome for another mutation of this number
            // is the answer to another copy's.
            if sent_log::id_of(&transaction, outcome.mut_seq)? != Some(outcome.mut_id) {
                return Ok(Err(Forked {
                    at: outcome.mut_seq,
                }));
            }
        }
        sync_state::note_change(&transaction)?;
        transaction.commit()?;
        Ok(Ok(()))
    }

    fn take_page(&mut self, reply: &PullReply) -> Result<Result<PageTaken, Forked>, StoreError> {
        let transaction = self.begin()?;
        let state = sync_state::get(&transaction)?;
        if reply.last_mut_seq > state.last_mut_seq {
            // The server has mutations of this laptop that this copy never made.
            return Ok(Err(Forked {
                at: state.last_mut_seq.next(),
            }));
        }
        let pass = pass_of(&state);
        let taken = match reply.complete {
            None => {
                staged_page::append(&transaction, pass, reply)?;
                sync_state::set_position(&transaction, reply.position.as_ref(), pass)?;
                PageTaken::default()
            }
            Some(cursor) => {
                let flipped = || flip(&transaction, &state, pass, reply, cursor);
                connection::with_room(&transaction, flipped)?
            }
        };
        transaction.commit()?;
        Ok(Ok(taken))
    }

    fn take_audit(&mut self, after: Option<&Bucket>, reply: &AuditReply) -> Result<(), StoreError> {
        let transaction = self.begin()?;
        audit::take(&transaction, after, reply)?;
        transaction.commit()?;
        Ok(())
    }

    fn rejoin(&mut self, server: &HelloReply) -> Result<Rejoined, StoreError> {
        let transaction = self.begin()?;
        let rejoined = chain::rejoin(&transaction, server)?;
        transaction.commit()?;
        Ok(rejoined)
    }

    fn begin_fork(&mut self, fresh: &OwnLaptop) -> Result<OwnLaptop, StoreError> {
        let transaction = self.begin()?;
        let own = identity::keep_own(&transaction, fresh)?;
        transaction.commit()?;
        Ok(own)
    }

    fn take_fork(&mut self, reply: &ForkReply) -> Result<(), StoreError> {
        let transaction = self.begin()?;
        identity::become_own(&transaction, reply.incarnation)?;
        sent_log::leave_chain(&transaction)?;
        chain::begin_anew(&transaction)?;
        transaction.commit()?;
        Ok(())
    }
}

/// Which pass of its pull the next page belongs to: a new one begins where nothing was sent of it yet.
fn pass_of(state: &SyncState) -> u64 {
    match &state.position {
        None => 0,
        Some(position) if position.after.is_none() => state.pass + 1,
        Some(_) => state.pass,
    }
}

fn flip(
    connection: &Connection,
    state: &SyncState,
    pass: u64,
    last: &PullReply,
    cursor: Cursor,
) -> Result<PageTaken, StoreError> {
    if cursor.seq < state.cursor.seq {
        return Err(StoreError::CursorBackwards {
            at: state.cursor.seq,
            to: cursor.seq,
        });
    }
    let identity = identity::required(connection)?;
    let mut flip = Flip::new(connection);
    let first = state.cursor.seq == Seq(0);
    if first {
        flip.begin_from_nothing()?;
    }
    let mut n = 0;
    while let Some((number, staged)) = staged_page::after(connection, n)? {
        flip.page(staged.pass, &staged.page)?;
        n = number;
    }
    flip.page(pass, last)?;
    let changed = flip.finish()?;
    if n > 0 {
        staged_page::clear(connection)?;
    }
    bucket_again::clear(connection)?;
    audit::compare(connection, &last.checks)?;
    if first && !last.checks.is_empty() {
        // Its checks were those of all buckets.
        sync_state::set_audited(connection, last.server_time)?;
    }
    sent_log::take_reached(connection, cursor.seq, last.server_time)?;
    sync_state::set_cursor(connection, cursor, last.server_time)?;
    let rules = contents::rules(connection)?;
    replay::rebuild_overlay(connection, &identity.user.id, &rules)?;
    derived::catch_up(connection)?;
    store_files::after_flip(connection)?;
    sync_state::note_change(connection)?;
    Ok(PageTaken {
        rows: u64::try_from(changed.len()).unwrap_or(u64::MAX),
    })
}
