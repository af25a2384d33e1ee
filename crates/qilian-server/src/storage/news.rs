//! Owns what is heard of a database: that something was committed in it, here or by another process. It says
//! neither what nor whose: who hears it looks, and finds whom it concerns.
//!
//! Elsewhere: how an engine hears of other processes (`postgres::herald`), who wants to know (`poke`).

use std::collections::BTreeMap;

use qilian_domain::ids::{Epoch, Seq, UserId};
use tokio::sync::watch;

/// What is heard of a database.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct News {
    /// Grows when something may have been committed.
    pub times: u64,
    /// Whether what other processes commit is heard too; if not, whoever wants to know has to look by and by.
    pub of_others: bool,
}

/// Who has something new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concerned {
    /// The timeline.
    pub epoch: Epoch,
    /// The last number of its feed.
    pub head: Seq,
    /// Users, each with the last number at which something in their scope changed.
    pub users: BTreeMap<UserId, Seq>,
}

/// What tells it.
#[derive(Debug)]
pub(crate) struct Teller(watch::Sender<News>);

impl Teller {
    /// Nothing was heard yet.
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(News::default()))
    }

    /// Something may have been committed.
    pub(crate) fn tell(&self) {
        self.0.send_modify(|news| news.times += 1);
    }

    /// Other processes are heard from now on, or not any more: in between something may have been missed.
    pub(crate) fn hears_others(&self, hears: bool) {
        self.0.send_modify(|news| {
            news.times += 1;
            news.of_others = hears;
        });
    }

    /// One more who wants to know.
    pub(crate) fn hearer(&self) -> watch::Receiver<News> {
        self.0.subscribe()
    }
}
