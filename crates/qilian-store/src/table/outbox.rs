//! Owns `outbox`: mutations that no complete pull has reached, with the server's answer once it came.
//! That a mutation stands here is the only mark of pending work.

use qilian_domain::ids::{At, MutId, MutSeq, Seq};
use qilian_sync::chain::ChainHash;
use qilian_sync::wire::{MutationEnvelope, OutcomeReply, ReplyStatus};
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde_json::Value;

use super::{moment, parsed, signed, unsigned};
use crate::error::StoreError;

const TABLE: &str = "outbox";

/// What the server said of a mutation.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// How it ended.
    pub status: ReplyStatus,
    /// Why, if it was refused or merged.
    pub code: Option<String>,
    /// The facts that belong to the code.
    pub params: Value,
    /// A complete pull that has reached this number holds its effect.
    pub at_seq: Seq,
}

/// A mutation in the outbox or the sent log.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxItem {
    /// Its number.
    pub mut_seq: MutSeq,
    /// Its id.
    pub mut_id: MutId,
    /// The command and the version of its arguments.
    pub name: String,
    /// The exact text of the mutation (`qilian_sync::wire::Mutation`).
    pub payload: String,
    /// The chain's hash after it.
    pub hash: ChainHash,
    /// When it was written, by the device's clock.
    pub recorded_at: At,
    /// What the server said; `None` while it has not.
    pub answer: Option<Answer>,
    /// Where it had its effect on a timeline that the server has left, if it had one.
    pub had_effect_at: Option<Seq>,
}

impl OutboxItem {
    /// Where it had its effect, on this timeline of the server or on one before.
    pub(crate) fn effect(&self) -> Option<Seq> {
        let took =
            |answer: &&Answer| matches!(answer.status, ReplyStatus::Applied | ReplyStatus::Merged);
        let here = self.answer.as_ref().filter(took);
        here.map(|answer| answer.at_seq).or(self.had_effect_at)
    }
}

/// A mutation that is about to be written.
pub(crate) struct NewItem<'a> {
    pub(crate) mut_seq: MutSeq,
    pub(crate) mut_id: MutId,
    pub(crate) name: &'a str,
    pub(crate) payload: &'a str,
    pub(crate) hash: ChainHash,
    pub(crate) recorded_at: At,
    pub(crate) had_effect_at: Option<Seq>,
}

pub(crate) fn append(connection: &Connection, item: &NewItem<'_>) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO outbox (mut_seq, mut_id, name, payload, hash, recorded_at, had_effect_at)
             VALUES (:mut_seq, :mut_id, :name, :payload, :hash, :recorded_at, :had_effect_at)",
        )?
        .execute(named_params! {
            ":mut_seq": signed(item.mut_seq.0),
            ":mut_id": item.mut_id.to_string(),
            ":name": item.name,
            ":payload": item.payload,
            ":hash": item.hash.bytes(),
            ":recorded_at": item.recorded_at.unix_ms(),
            ":had_effect_at": item.had_effect_at.map(|seq| signed(seq.0)),
        })?;
    Ok(())
}

pub(crate) fn all(connection: &Connection) -> Result<Vec<OutboxItem>, StoreError> {
    connection
        .prepare_cached("SELECT * FROM outbox ORDER BY mut_seq")?
        .query_and_then([], read)?
        .collect()
}

/// Empties it.
pub(crate) fn clear(connection: &Connection) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM outbox")?
        .execute([])?;
    Ok(())
}

/// How many the server has answered; no complete pull has reached them yet.
pub(crate) fn answered(connection: &Connection) -> Result<u64, StoreError> {
    let count: i64 = connection
        .prepare_cached("SELECT count(*) AS n FROM outbox WHERE status IS NOT NULL")?
        .query_row([], |row| row.get("n"))?;
    unsigned(count, TABLE, "count")
}

/// How many the server has not answered, and since when the oldest of them waits.
pub(crate) fn unsent(connection: &Connection) -> Result<(u64, Option<At>), StoreError> {
    let (count, oldest): (i64, Option<i64>) = connection
        .prepare_cached(
            "SELECT count(*) AS n, min(recorded_at) AS oldest FROM outbox WHERE status IS NULL",
        )?
        .query_row([], |row| Ok((row.get("n")?, row.get("oldest")?)))?;
    let oldest = oldest
        .map(|ms| moment(ms, TABLE, "recorded_at"))
        .transpose()?;
    Ok((unsigned(count, TABLE, "count")?, oldest))
}

/// Mutations without an answer, oldest first, within the limits; at least one, if there is one.
pub(crate) fn unanswered(
    connection: &Connection,
    most: u32,
    most_bytes: u32,
) -> Result<Vec<MutationEnvelope>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT mut_seq, mut_id, payload, had_effect_at FROM outbox
         WHERE mut_seq >= (SELECT min(mut_seq) FROM outbox WHERE status IS NULL)
         ORDER BY mut_seq LIMIT ?1",
    )?;
    let mut rows = statement.query([most])?;
    let mut envelopes = Vec::new();
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        let payload: String = row.get("payload")?;
        bytes += payload.len();
        if !envelopes.is_empty() && bytes > most_bytes as usize {
            break;
        }
        let mut_seq = MutSeq(unsigned(row.get("mut_seq")?, TABLE, "mut_seq")?);
        let mut_id: String = row.get("mut_id")?;
        envelopes.push(MutationEnvelope {
            mut_seq,
            mut_id: parsed(&mut_id, TABLE, "mut_id")?,
            payload,
            had_effect_at: had_effect_at(row)?,
        });
    }
    Ok(envelopes)
}

/// Takes the server's answers back: all of it is unsent again.
pub(crate) fn forget_answers(connection: &Connection) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE outbox SET status = NULL, code = NULL, params = NULL, at_seq = NULL,
                had_effect_at = CASE WHEN status IN ('applied', 'merged') THEN at_seq
                                     ELSE had_effect_at END",
        )?
        .execute([])?;
    Ok(())
}

/// The hash after a mutation that stands in the outbox or the sent log.
pub(crate) fn hash_after(
    connection: &Connection,
    mut_seq: MutSeq,
) -> Result<ChainHash, StoreError> {
    known_hash(connection, mut_seq)?.ok_or_else(|| StoreError::bad(TABLE, "hash", mut_seq))
}

/// The same; `None` if that mutation does not stand here any more, or never did.
pub(crate) fn known_hash(
    connection: &Connection,
    mut_seq: MutSeq,
) -> Result<Option<ChainHash>, StoreError> {
    if mut_seq == MutSeq(0) {
        return Ok(Some(ChainHash::START));
    }
    let hash: Option<Vec<u8>> = connection
        .prepare_cached(
            "SELECT hash FROM outbox WHERE mut_seq = ?1
             UNION ALL SELECT hash FROM sent_log WHERE mut_seq = ?1 AND current_chain",
        )?
        .query_row([signed(mut_seq.0)], |row| row.get("hash"))
        .optional()?;
    let read = |bytes: Vec<u8>| ChainHash::try_from(bytes.as_slice());
    hash.map(read)
        .transpose()
        .map_err(|_| StoreError::bad(TABLE, "hash", mut_seq))
}

/// How many mutations of the chain after a number stand in the outbox or the sent log.
pub(crate) fn known_after(connection: &Connection, mut_seq: MutSeq) -> Result<u64, StoreError> {
    let count: i64 = connection
        .prepare_cached(
            "SELECT (SELECT count(*) FROM outbox WHERE mut_seq > ?1)
                  + (SELECT count(*) FROM sent_log WHERE mut_seq > ?1 AND current_chain) AS n",
        )?
        .query_row([signed(mut_seq.0)], |row| row.get("n"))?;
    unsigned(count, TABLE, "count")
}

/// Notes the server's answer; tells whether that mutation stands here under that number.
pub(crate) fn set_answer(
    connection: &Connection,
    reply: &OutcomeReply,
) -> Result<bool, StoreError> {
    let params = (!reply.params.is_null())
        .then(|| serde_json::to_string(&reply.params))
        .transpose()?;
    let noted = connection
        .prepare_cached(
            "UPDATE outbox SET status = :status, code = :code, params = :params, at_seq = :at_seq
             WHERE mut_seq = :mut_seq AND mut_id = :mut_id",
        )?
        .execute(named_params! {
            ":mut_seq": signed(reply.mut_seq.0),
            ":mut_id": reply.mut_id.to_string(),
            ":status": status_name(reply.status),
            ":code": reply.code,
            ":params": params,
            ":at_seq": signed(reply.at_seq.0),
        })?;
    Ok(noted > 0)
}

const fn status_name(status: ReplyStatus) -> &'static str {
    match status {
        ReplyStatus::Applied => "applied",
        ReplyStatus::Merged => "merged",
        ReplyStatus::Rejected => "rejected",
        ReplyStatus::Quarantined => "quarantined",
    }
}

fn status_named(name: &str) -> Option<ReplyStatus> {
    [
        ReplyStatus::Applied,
        ReplyStatus::Merged,
        ReplyStatus::Rejected,
        ReplyStatus::Quarantined,
    ]
    .into_iter()
    .find(|status| status_name(*status) == name)
}

pub(crate) fn read(row: &Row<'_>) -> Result<OutboxItem, StoreError> {
    let mut_seq = MutSeq(unsigned(row.get("mut_seq")?, TABLE, "mut_seq")?);
    let bad = |column| StoreError::bad(TABLE, column, mut_seq);
    let hash: Vec<u8> = row.get("hash")?;
    Ok(OutboxItem {
        mut_seq,
        mut_id: parsed(&row.get::<_, String>("mut_id")?, TABLE, "mut_id")?,
        name: row.get("name")?,
        payload: row.get("payload")?,
        hash: ChainHash::try_from(hash.as_slice()).map_err(|_| bad("hash"))?,
        recorded_at: moment(row.get("recorded_at")?, TABLE, "recorded_at")?,
        answer: answer(row, bad)?,
        had_effect_at: had_effect_at(row)?,
    })
}

fn had_effect_at(row: &Row<'_>) -> Result<Option<Seq>, StoreError> {
    let at: Option<i64> = row.get("had_effect_at")?;
    at.map(|at| unsigned(at, TABLE, "had_effect_at").map(Seq))
        .transpose()
}

fn answer(
    row: &Row<'_>,
    bad: impl Fn(&'static str) -> StoreError,
) -> Result<Option<Answer>, StoreError> {
    let status: Option<String> = row.get("status")?;
    let at_seq: Option<i64> = row.get("at_seq")?;
    match (status, at_seq) {
        (None, None) => Ok(None),
        (Some(status), Some(at_seq)) => {
            let params: Option<String> = row.get("params")?;
            Ok(Some(Answer {
                status: status_named(&status).ok_or_else(|| bad("status"))?,
                code: row.get("code")?,
                params: params
                    .map_or(Ok(Value::Null), |text| serde_json::from_str(&text))
                    .map_err(|_| bad("params"))?,
                at_seq: Seq(unsigned(at_seq, TABLE, "at_seq")?),
            }))
        }
        _ => Err(bad("status")),
    }
}
