//! Owns what is heard of a database: that something was committed in it, here or by another process. It says
//! neither what nor whose: who hears it looks.
//!
//! Elsewhere: how an engine hears of other processes (`postgres::herald`), who wants to know (`poke`).

use tokio::sync::watch;

/// What is heard of a database.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct News {
    /// Grows when something may have been committed.
    pub times: u64,
    /// Whether what other processes commit is heard too; if not, whoever wants to know has to look by and by.
    pub of_others: bool,
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
