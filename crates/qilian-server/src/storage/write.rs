//! Owns what a write of rows is, for every engine: which of them are a change, which number each change
//! takes, what becomes of its memberships in buckets, and the grants that follow. Fields of a row that only a later
//! version knows stay in it.
//!
//! Elsewhere: the SQL (the engines), grants (`grants`), who decided the rows (`push`, `office`).

use qilian_domain::bucket::Bucket;
use qilian_domain::ids::{At, Seq};
use qilian_domain::row::{Row, RowKey};
use qilian_domain::skew::body_keeping_unknown;
use qilian_sync::sum::mark_after;

use super::stored::parse;
use super::transaction::WriteTx;
use super::{StorageError, Written, grants};

/// Rows that are compared with what is stored at a time.
const COMPARED_AT_ONCE: usize = 1_000;

/// A row that differs from what is stored.
#[derive(Debug)]
pub(crate) struct Change<'a> {
    pub(crate) key: RowKey,
    pub(crate) row: &'a Row,
    pub(crate) seq: Seq,
    pub(crate) body: String,
    /// Boxed: hardly a row of an import was there before.
    before: Option<Box<Before>>,
    /// Where it stands among the rows given.
    place: usize,
}

/// A row as it is stored.
#[derive(Debug)]
struct Before {
    row: Row,
    ver: Seq,
}

/// A membership of a row, at the number of the row's last change: there it is found again when the row
/// changes once more.
#[derive(Debug)]
pub(crate) struct Membership<'a> {
    pub(crate) bucket: Bucket,
    pub(crate) key: &'a RowKey,
    pub(crate) seq: Seq,
    pub(crate) live: bool,
}

/// Writes rows in full. A row that is stored just so is no change and takes no number; each that differs
/// takes one, in the order given.
///
/// An import writes a hundred thousand rows at once, more than a cache holds: each table is written by
/// itself, in the order of its key, so that a page is filled once and left behind.
pub(super) fn write(tx: &impl WriteTx, rows: &[Row], at: At) -> Result<Written, StorageError> {
    let mut changes = changes(tx, rows)?;
    if changes.is_empty() {
        let head = tx.feed_head()?;
        return Ok(Written { rows: 0, head });
    }
    let count = changes.len() as u64;
    let keys = changes.iter().map(|change| &change.key);
    let changed = keys.map(|key| (key.kind.as_str(), key.id.as_str()));
    let head = take_numbers(tx, count, at, changed)?;
    number(&mut changes, Seq(head.0 - count));
    tx.put_rows(&changes)?;
    stamp(tx, &changes)?;
    grants::follow(tx, changes.iter().map(|c| c.row), head, at)?;
    Ok(Written { rows: count, head })
}

/// Takes the next `count` numbers for these rows, marks the history at the last of them, and returns it.
pub(super) fn take_numbers<'a>(
    tx: &impl WriteTx,
    count: u64,
    at: At,
    changed: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<Seq, StorageError> {
    let before = tx.last_mark()?;
    let head = tx.take_numbers(count)?;
    tx.put_mark(head, mark_after(before, head, at, changed), at)?;
    Ok(head)
}

/// What of it is a change, by key; of two rows of one key the later counts.
fn changes<'a>(tx: &impl WriteTx, rows: &'a [Row]) -> Result<Vec<Change<'a>>, StorageError> {
    let mut given: Vec<_> = rows.iter().map(Row::key).zip(rows).enumerate().collect();
    given.sort_unstable_by(|(place, (key, _)), (other, (other_key, _))| {
        key.cmp(other_key).then(other.cmp(place))
    });
    given.dedup_by(|(_, (key, _)), (_, (later, _))| key == later);
    let mut changes = Vec::with_capacity(given.len());
    let mut given = given.into_iter().peekable();
    while given.peek().is_some() {
        let part: Vec<_> = given.by_ref().take(COMPARED_AT_ONCE).collect();
        let keys: Vec<_> = part.iter().map(|(_, (key, _))| key).collect();
        let stored = tx.stored(&keys)?;
        for ((place, (key, row)), stored) in part.into_iter().zip(stored) {
            let written = |e: serde_json::Error| StorageError::Internal(e.into());
            let body = row.to_json().map_err(written)?;
            let (body, before) = match stored {
                Some((_, stored)) if stored == body => continue,
                Some((ver, stored)) => {
                    let row = parse(key.kind, &key.id, &stored)?;
                    let body = body_keeping_unknown(body, &stored, &row).map_err(written)?;
                    let Some(body) = body else {
                        continue;
                    };
                    (body, Some(Box::new(Before { row, ver })))
                }
                None => (body, None),
            };
            changes.push(Change {
                key,
                row,
                before,
                seq: Seq(0),
                body,
                place,
            });
        }
    }
    Ok(changes)
}

/// Gives the numbers behind `taken` in the order in which the rows were given.
fn number(changes: &mut [Change<'_>], taken: Seq) {
    let mut in_order: Vec<&mut Change<'_>> = changes.iter_mut().collect();
    in_order.sort_unstable_by_key(|change| change.place);
    for (n, change) in (1..).zip(in_order) {
        change.seq = Seq(taken.0 + n);
    }
}

/// Moves the memberships of changed rows to the numbers of the changes, and ends those that they have no
/// more. What left a bucket stays told at the number at which it left, even if it returns.
fn stamp(tx: &impl WriteTx, changes: &[Change<'_>]) -> Result<(), StorageError> {
    let stood: Vec<_> = (changes.iter())
        .filter_map(|change| change.before.as_deref())
        .flat_map(|before| {
            let buckets = before.row.buckets().into_iter();
            buckets.map(|bucket| (bucket, before.ver))
        })
        .collect();
    tx.take_memberships(&stood)?;
    let mut memberships: Vec<_> = changes.iter().flat_map(memberships).collect();
    memberships.sort_unstable_by(|a, b| (&a.bucket, a.seq).cmp(&(&b.bucket, b.seq)));
    tx.put_memberships(&memberships)
}

/// Those that a row has now, and those that it had.
fn memberships<'a>(change: &'a Change<'_>) -> impl Iterator<Item = Membership<'a>> {
    let now = change.row.buckets();
    let before = change.before.as_deref().map(|before| before.row.buckets());
    let mut left = before.unwrap_or_default();
    left.retain(|bucket| !now.contains(bucket));
    let now = now.into_iter().map(|bucket| (bucket, true));
    let left = left.into_iter().map(|bucket| (bucket, false));
    now.chain(left).map(|(bucket, live)| Membership {
        bucket,
        key: &change.key,
        seq: change.seq,
        live,
    })
}
