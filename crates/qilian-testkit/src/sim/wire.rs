//! Owns the simulated network: messages under way, each of which may arrive, be lost, be doubled, be cut.

use std::collections::BTreeMap;

use qilian_sync::wire::ErrorCode;

/// Which request of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Path {
    Push,
    Pull,
    Fork,
    Hello,
    Audit,
}

/// Which way a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Letter {
    /// A request, packed.
    Request(Vec<u8>),
    /// A reply, packed.
    Reply(Vec<u8>),
    /// A refusal.
    Refusal(ErrorCode),
}

/// A message under way.
#[derive(Debug, Clone)]
pub(super) struct Message {
    /// Of which laptop.
    pub(super) desk: usize,
    /// What proves the laptop.
    pub(super) token: String,
    /// Which exchange it belongs to; a laptop that gave up an exchange does not hear its reply.
    pub(super) exchange: u64,
    pub(super) path: Path,
    pub(super) letter: Letter,
    /// It is an older reply, which answers something else.
    pub(super) stale: bool,
}

/// What is under way.
#[derive(Default)]
pub(super) struct Wire {
    messages: Vec<Message>,
    exchanges: u64,
    /// The last two replies to each laptop and request, as something on the way may keep them.
    kept: BTreeMap<(usize, Path), [Vec<u8>; 2]>,
}

impl Wire {
    /// A laptop sends a request; returns its exchange.
    pub(super) fn send(&mut self, desk: usize, token: String, path: Path, body: Vec<u8>) -> u64 {
        self.exchanges += 1;
        self.messages.push(Message {
            desk,
            token,
            exchange: self.exchanges,
            path,
            letter: Letter::Request(body),
            stale: false,
        });
        self.exchanges
    }

    /// The server sends a reply.
    pub(super) fn answer(&mut self, to: &Message, letter: Letter) {
        if let Letter::Reply(body) = &letter {
            let kept = self.kept.entry((to.desk, to.path)).or_default();
            kept.rotate_left(1);
            kept[1].clone_from(body);
        }
        self.messages.push(Message {
            letter,
            ..to.clone()
        });
    }

    /// Takes a message out.
    pub(super) fn take(&mut self, nth: u8) -> Option<Message> {
        let nth = usize::from(nth).checked_rem(self.messages.len())?;
        Some(self.messages.remove(nth))
    }

    /// Takes the message of an exchange out.
    pub(super) fn take_of(&mut self, exchange: u64) -> Option<Message> {
        let at = self.messages.iter().position(|m| m.exchange == exchange)?;
        Some(self.messages.remove(at))
    }

    /// Puts an older reply in the place of one.
    pub(super) fn stale(&mut self, nth: u8) {
        let Some(mut message) = self.take(nth) else {
            return;
        };
        let kept = self.kept.get(&(message.desk, message.path));
        if let (Letter::Reply(body), Some([older, _])) = (&mut message.letter, kept)
            && !older.is_empty()
        {
            body.clone_from(older);
            message.stale = true;
        }
        self.put(message);
    }

    /// Puts a message back.
    pub(super) fn put(&mut self, message: Message) {
        self.messages.push(message);
    }

    /// Loses everything.
    pub(super) fn clear(&mut self) {
        self.messages.clear();
    }
}
