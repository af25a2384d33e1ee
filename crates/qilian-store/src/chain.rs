//! Owns the chain of a store's mutations where it is not simply continued: a copy of a laptop chains what
//! waits anew, and after the server came back from a backup what it lost waits again.
//!
//! Elsewhere: appending to it (`store`), its hash (`qilian_sync::chain`).

use qilian_domain::ids::MutSeq;
use qilian_sync::chain::ChainHash;
use qilian_sync::client::{Forked, Rejoined};
use qilian_sync::wire::HelloReply;
use rusqlite::Connection;

use crate::contents;
use crate::derived;
use crate::error::StoreError;
use crate::replay;
use crate::table::outbox::{NewItem, OutboxItem};
use crate::table::{identity, outbox, sent_log, staged_page, sync_state};

/// Numbers the outbox from 1 on, in its order, unanswered.
pub(crate) fn begin_anew(connection: &Connection) -> Result<(), StoreError> {
    let items = outbox::all(connection)?;
    number(connection, &items)?;
    replayed(connection)
}

/// Goes over to the server's timeline. The cut is pulled from the beginning; what the server lost waits
/// again, in its place in the chain if the server's end of the chain stands in it, else in a new one.
pub(crate) fn rejoin(connection: &Connection, server: &HelloReply) -> Result<Rejoined, StoreError> {
    let identity = identity::required(connection)?;
    if server.epoch == identity.epoch {
        return Ok(Rejoined::NotAnnounced);
    }
    let continues =
        server.incarnation == identity.incarnation && stands_in_chain(connection, server)?;
    identity::set_epoch(connection, server.epoch)?;
    if continues {
        sent_log::send_again(connection, server.last_mut_seq)?;
        outbox::forget_answers(connection)?;
    } else {
        let mut items = sent_log::take_all(connection)?;
        items.extend(outbox::all(connection)?);
        number(connection, &items)?;
    }
    staged_page::clear(connection)?;
    sync_state::begin_again(connection)?;
    replayed(connection)?;
    Ok(if continues {
        Rejoined::Continues
    } else {
        Rejoined::Forked(Forked {
            at: server.last_mut_seq.next(),
        })
    })
}

/// Whether the chain goes on from where the server stands, with nothing missing in between and nothing
/// that was sent in a chain that this store has left.
fn stands_in_chain(connection: &Connection, server: &HelloReply) -> Result<bool, StoreError> {
    let state = sync_state::get(connection)?;
    let last = server.last_mut_seq;
    let Some(beyond) = state.last_mut_seq.0.checked_sub(last.0) else {
        return Ok(false);
    };
    Ok(
        outbox::known_hash(connection, last)? == Some(server.last_hash)
            && outbox::known_after(connection, last)? == beyond
            && !sent_log::has_left_a_chain(connection)?,
    )
}

/// Makes these the outbox, numbered from 1 on, unanswered. Ids and payloads stay as they are: a server that
/// has one of them knows it.
fn number(connection: &Connection, items: &[OutboxItem]) -> Result<(), StoreError> {
    outbox::clear(connection)?;
    let (mut last, mut hash) = (MutSeq(0), ChainHash::START);
    for item in items {
        last = last.next();
        hash = hash.then(&item.payload);
        let again = NewItem {
            mut_seq: last,
            mut_id: item.mut_id,
            name: &item.name,
            payload: &item.payload,
            hash,
            recorded_at: item.recorded_at,
            had_effect_at: item.effect(),
        };
        outbox::append(connection, &again)?;
    }
    sync_state::set_chain_end(connection, last, hash)
}

fn replayed(connection: &Connection) -> Result<(), StoreError> {
    let identity = identity::required(connection)?;
    let rules = contents::rules(connection)?;
    replay::rebuild_overlay(connection, &identity.user.id, &rules)?;
    derived::catch_up(connection)
}
