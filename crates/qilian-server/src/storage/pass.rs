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

/// The pass that a request asks for a page of. Whoever stands below `floor`, also with a pull under way, gets
/// everything anew, which is told with it. A pull under way is built on if nothing that its pass is to tell of
/// lies below: a pass from nothing tells of no row that left a bucket.
///
/// # Errors
/// [`SyncRefusal`] for a cursor or position of another timeline, or that contradicts itself.
pub(super) fn pass(
    request: &PullRequest,
    head: Seq,
    floor: Seq,
) -> Result<(PassPosition, bool), SyncRefusal> {
    let begun = request.position.clone();
    let begun = begun.filter(|PassPosition { from, to, .. }| {
        *from >= floor || (*from == Seq(0) && *to >= floor)
    });
    let anew = begun.is_none()
        && (request.position.is_some()
            || (Seq(0) < request.cursor.seq && request.cursor.seq < floor));
    let position = begun.unwrap_or_else(|| PassPosition {
        from: if request.cursor.seq < floor {
            Seq(0)
        } else {
            request.cursor.seq
        },
        to: head,
        after: None,
        again: request.again.clone(),
    });
    if request.cursor.seq > head || position.to > head {
        return Err(SyncRefusal::EpochChanged);
    }
    if position.from > position.to {
        return Err(SyncRefusal::Unreadable(
            "the position contradicts itself".to_owned(),
        ));
    }
    Ok((position, anew))
}

/// A page being filled.
pub(super) struct Page {
    pass: PassPosition,
    room: usize,
    reset: Vec<Bucket>,
    dropped: Vec<Bucket>,
    ops: Vec<Op>,
    full: bool,
    anew: bool,
}

impl Page {
    /// An empty page of a pass.
    pub(super) fn new(pass: PassPosition, anew: bool, request: &PullRequest) -> Self {
        let room = request.max_bytes.min(Limits::default().page_bytes);
        Self {
            anew,
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

    /// Whether the cut is complete with it, in a snapshot whose feed ends at `head`.
    pub(super) fn completes(&self, head: Seq) -> bool {
        !self.full && self.pass.to == head
    }

    /// The reply, found in a snapshot whose feed ends at `head`.
    pub(super) fn reply(self, head: Cursor, last_mut_seq: MutSeq, at: At) -> PullReply {
        let (position, complete) = if self.completes(head.seq) {
            (None, Some(head))
        } else if self.full {
            (Some(self.pass), None)
        } else {
            let next = PassPosition {
                from: self.pass.to,
                to: head.seq,
                after: None,
                again: Vec::new(),
            };
            (Some(next), None)
        };
        PullReply {
            anew: self.anew,
            reset: self.reset,
            drop: self.dropped,
            ops: self.ops,
            position,
            complete,
            checks: Vec::new(),
            last_mut_seq,
            server_time: at,
        }
    }
}
