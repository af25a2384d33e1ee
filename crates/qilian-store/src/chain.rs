//! Owns the chain of a store's mutations where it is not simply continued: everything that waits is
//! chained anew, from the beginning.
//!
//! Elsewhere: appending to it (`store`), its hash (`qilian_sync::chain`).

use qilian_domain::ids::MutSeq;
use qilian_sync::chain::ChainHash;
use rusqlite::Connection;

use crate::contents;
use crate::error::StoreError;
use crate::replay;
use crate::table::outbox::NewItem;
use crate::table::{identity, outbox, sync_state};

/// Numbers the outbox from 1 on, in its order, unanswered. Ids and payloads stay as they are: a server that
/// has one of them knows it.
pub(crate) fn begin_anew(connection: &Connection) -> Result<(), StoreError> {
    let items = outbox::all(connection)?;
    outbox::clear(connection)?;
    let (mut last, mut hash) = (MutSeq(0), ChainHash::START);
    for item in &items {
        last = last.next();
        hash = hash.then(&item.payload);
        let again = NewItem {
            mut_seq: last,
            mut_id: item.mut_id,
            name: &item.name,
            payload: &item.payload,
            hash,
            recorded_at: item.recorded_at,
        };
        outbox::append(connection, &again)?;
    }
    sync_state::set_chain_end(connection, last, hash)?;
    let identity = identity::required(connection)?;
    let rules = contents::rules(connection)?;
    replay::rebuild_overlay(connection, &identity.user.id, &rules)?;
    crate::derived::catch_up(connection)
}
