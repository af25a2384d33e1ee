//! Owns which states of the model are the same: what is explored once.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::state::{Mail, State};

impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        let print = |state: &Self| {
            let mut hasher = DefaultHasher::new();
            state.hash(&mut hasher);
            hasher.finish()
        };
        print(self) == print(other)
    }
}

/// Leaves out what nothing depends on: how far exchanges were counted, and what a sync under way would report. Where
/// such a sync stands follows from the message that it waits for.
impl Hash for State {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let server = &self.server;
        (server.head, &server.rows, &server.feed, &server.grants).hash(hasher);
        for (of, link) in &server.links {
            (
                of,
                link.hash,
                link.copied,
                link.outcome.status,
                link.outcome.at_seq,
            )
                .hash(hasher);
        }
        for laptop in &self.laptops {
            let disk = &laptop.disk;
            for waiting in &disk.outbox {
                (waiting.mutation.mut_id, waiting.at_seq).hash(hasher);
            }
            let reached = (&disk.reached, disk.cursor.seq, &disk.base);
            (laptop.run.is_some(), reached).hash(hasher);
            let after = disk.position.as_ref().map(|p| (p.from, p.to, &p.after));
            after.hash(hasher);
            for (pass, page) in &disk.staged {
                (pass, &page.reset, &page.drop, page.ops.len()).hash(hasher);
            }
        }
        let mut mail: Vec<_> = self.mail.iter().map(|mail| self.print(mail)).collect();
        mail.sort_unstable();
        mail.hash(hasher);
        (
            self.left,
            self.broken,
            self.came_back,
            self.moved_between_pages,
        )
            .hash(hasher);
        (self.issued, &self.answers, &self.written).hash(hasher);
    }
}

impl State {
    fn print(&self, mail: &Mail) -> (usize, bool, u64) {
        let awaited = self.laptops[mail.laptop].exchange == mail.exchange;
        (mail.laptop, awaited, mail.print)
    }
}
