//! Owns the shape of a pull: which pass a page belongs to, how much fits on it, and whether the cut is
//! complete with it.
//!
//! Elsewhere: finding rows (the engines). The rules are those of `qilian_sync::wire` (pull).

use qilian_domain::bucket::Bucket;
use qilian_domain::ids::{At, MutSeq, Seq};
use qilian_sync::wire::{Cursor, Limits, Op, PassPosition, PullReply, PullRequest};

use super::SyncRefusal;

/// What a page costs beside its bodies: names and numbers.
const OP_BYTES: usize = 64;

/// The pass that a request asks for a page of.
///
/// # Errors
/// [`SyncRefusal`] for a cursor or position of another timeline, or that contradicts itself.
pub(super) fn pass(request: &PullRequest, head: Seq) -> Result<PassPosition, SyncRefusal> {
    let position = request.position.clone().unwrap_or(PassPosition {
        from: request.cursor.seq,
        to: head,
        after: None,
    });
    if request.cursor.seq > head || position.to > head {
        return Err(SyncRefusal::EpochChanged);
    }
    if position.from > position.to || position.from < request.cursor.seq {
        return Err(SyncRefusal::Unreadable(
            "the position contradicts itself".to_owned(),
        ));
    }
    Ok(position)
}

/// A page being filled.
pub(super) struct Page {
    pass: PassPosition,
    room: usize,
    reset: Vec<Bucket>,
    dropped: Vec<Bucket>,
    ops: Vec<Op>,
    full: bool,
}

impl Page {
    /// An empty page of a pass.
    pub(super) fn new(pass: PassPosition, max_bytes: u32) -> Self {
        let room = max_bytes.min(Limits::default().page_bytes);
        Self {
            pass,
            room: usize::try_from(room).unwrap_or(usize::MAX),
            reset: Vec::new(),
            dropped: Vec::new(),
            ops: Vec::new(),
            full: false,
        }
    }

    /// Says what the pass begins with; only its first page does.
    pub(super) fn begin(&mut self, reset: Vec<Bucket>, dropped: Vec<Bucket>) {
        let bytes: usize = (reset.iter().chain(&dropped))
            .map(|bucket| bucket.to_string().len())
            .sum();
        self.room = self.room.saturating_sub(bytes);
        self.reset = reset;
        self.dropped = dropped;
    }

    /// Adds a change; `false` if it belongs on the next page. The first change always fits.
    pub(super) fn add(&mut self, bucket: Bucket, seq: Seq, op: Op) -> bool {
        let body = match &op {
            Op::Put(put) => put.body.get().len() + put.id.len(),
            Op::Del { id, .. } => id.len(),
        };
        let bytes = body + OP_BYTES;
        if bytes > self.room && !self.ops.is_empty() {
            self.full = true;
            return false;
        }
        self.room = self.room.saturating_sub(bytes);
        self.ops.push(op);
        self.pass.after = Some((bucket, seq));
        true
    }

    /// The reply, found in a snapshot whose feed ends at `head`.
    pub(super) fn reply(self, head: Seq, last_mut_seq: MutSeq, at: At) -> PullReply {
        let (position, complete) = if self.full {
            (Some(self.pass), None)
        } else if self.pass.to == head {
            (None, Some(Cursor { seq: head }))
        } else {
            let next = PassPosition {
                from: self.pass.to,
                to: head,
                after: None,
            };
            (Some(next), None)
        };
        PullReply {
            reset: self.reset,
            drop: self.dropped,
            ops: self.ops,
            position,
            complete,
            last_mut_seq,
            server_time: at,
        }
    }
}
