//! Owns a state of the model: both ends, what is under way, what may still happen, and what is known to be true.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use qilian_domain::bucket::Bucket;
use qilian_domain::command::{Command, FactSet, NewFact};
use qilian_domain::ids::{
    AssignmentId, At, DeviceId, Epoch, FactId, Incarnation, MutId, MutSeq, Seq, UserId,
};
use qilian_domain::row::{Row, RowKey};
use qilian_domain::rows::{
    Assignment, Enterprise, Fact, FactSource, FactValue, Outcome, Registration,
};
use qilian_domain::uscc::Uscc;
use qilian_sync::chain::ChainHash;
use qilian_sync::push::ChainEnd;
use qilian_sync::wire::{
    DeviceState, Mutation, PullReply, PullRequest, PushReply, PushRequest, ReplyStatus, SCHEMA,
};
use uuid::Uuid;

use super::laptop::{Base, Disk, Laptop};
use super::memory::{Memory, Tx};
use super::{Budget, Flaw};
use crate::storage::transaction::WriteTx as _;
use crate::storage::write::write;
use crate::storage::{Device, StorageError};

/// A property that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Broken {
    Lost,
    Doubled,
    Unsound,
    Torn,
    BehindCursor,
    Stopped(&'static str),
}

/// A message.
#[derive(Debug, Clone)]
pub(super) enum Letter {
    Push(PushRequest),
    Pull(PullRequest),
    Answered(PushReply),
    /// With what the laptop must hold when it has taken it, if the cut is complete.
    Page(PullReply, Option<Base>),
}

/// A message under way.
#[derive(Debug, Clone)]
pub(super) struct Mail {
    pub(super) laptop: usize,
    pub(super) exchange: u32,
    pub(super) letter: Arc<Letter>,
    /// A hash of the letter.
    pub(super) print: u64,
}

impl Mail {
    pub(super) fn new(laptop: usize, exchange: u32, letter: Letter) -> Self {
        let mut hasher = DefaultHasher::new();
        format!("{letter:?}").hash(&mut hasher);
        Self {
            laptop,
            exchange,
            letter: Arc::new(letter),
            print: hasher.finish(),
        }
    }

    pub(super) fn is_request(&self) -> bool {
        matches!(*self.letter, Letter::Push(_) | Letter::Pull(_))
    }
}

/// Everything.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) server: Memory,
    pub(super) laptops: [Laptop; 2],
    pub(super) mail: Vec<Mail>,
    pub(super) left: Budget,
    pub(super) broken: Option<Broken>,
    /// A bucket left a scope and came back before its laptop pulled.
    pub(super) came_back: bool,
    /// The enterprise changed hands between two pages of one pull.
    pub(super) moved_between_pages: bool,
    /// The greatest cursor that was given out.
    pub(super) issued: Seq,
    /// The server's answers.
    pub(super) answers: BTreeMap<MutId, (ReplyStatus, Seq)>,
    /// Who wrote what.
    pub(super) written: Vec<(usize, MutId)>,
    /// The assignments that there were.
    assignments: Vec<Assignment>,
}

pub(super) fn now() -> At {
    At::from_unix_ms(1_795_147_200_000).expect("a moment")
}

pub(super) fn device(n: usize) -> DeviceId {
    DeviceId::new(Uuid::from_u128(0xD0 + n as u128))
}

fn cadre(n: usize) -> UserId {
    UserId::new(format!("C{n}"))
}

fn uscc() -> Uscc {
    Uscc::from_parts('9', '1', "990101", "MA000001").expect("a valid code")
}

fn bucket() -> Bucket {
    Bucket::Enterprise(uscc())
}

fn fact(mut_id: MutId) -> FactId {
    FactId::new(mut_id.to_string().parse().expect("an id"))
}

impl Disk {
    pub(super) fn holds_the_enterprise(&self) -> bool {
        self.base.keys().any(|(_, kind, _)| kind == "enterprise")
    }
}

impl State {
    pub(super) fn founded(budget: Budget, flaw: Option<Flaw>) -> Self {
        let epoch = Epoch::new(Uuid::from_u128(1));
        let devices = (0..2).map(enrolled).collect();
        let mut state = Self {
            server: Memory::new(epoch, devices, now().day(), flaw),
            laptops: [Laptop::new(epoch, flaw), Laptop::new(epoch, flaw)],
            mail: Vec::new(),
            left: budget,
            broken: None,
            came_back: false,
            moved_between_pages: false,
            issued: Seq(0),
            answers: BTreeMap::new(),
            written: Vec::new(),
            assignments: Vec::new(),
        };
        let own = [0, 1].map(|n| (cadre(n), Bucket::Me(cadre(n))));
        let enterprise = Enterprise {
            uscc: uscc(),
            name: "某公司".to_owned(),
            registration: Registration::default(),
            people: Vec::new(),
        };
        let opened = state.change(|tx| {
            tx.open(&own, Seq(0))?;
            write(tx, &[enterprise.into()], now())
        });
        opened.expect("written");
        state.assign(0);
        state
    }

    pub(super) fn breaks(&mut self, broken: Broken) {
        self.broken.get_or_insert(broken);
    }

    /// Does a transaction that writes. What it writes must stand behind every cursor that was given out.
    pub(super) fn change<T, E>(&mut self, work: impl FnOnce(&Tx) -> Result<T, E>) -> Result<T, E> {
        let before = self.server.feed.clone();
        let done = self.server.transact(work)?;
        let mut new = self
            .server
            .feed
            .iter()
            .filter(|(place, told)| before.get(place) != Some(told));
        if new.any(|((_, seq), _)| *seq <= self.issued) {
            self.breaks(Broken::BehindCursor);
        }
        Ok(done)
    }

    /// Writes a mutation on a laptop. The second's says what can't be yet, so that it is refused.
    pub(super) fn write(&mut self, n: usize) {
        self.left.writes[n] -= 1;
        let number = self.written.len() as u128;
        let mut_id = MutId::new(Uuid::from_u128(0xA0 + (n as u128) * 0x100 + number));
        let tomorrow = now().day() + chrono::Days::new(1);
        let command = Command::from(FactSet {
            uscc: uscc(),
            facts: vec![NewFact {
                id: fact(mut_id),
                field: "employees".to_owned(),
                value: FactValue(serde_json::json!(3)),
                period: None,
                source: FactSource::Said,
                source_note: None,
                as_of: if n == 0 { now().day() } else { tomorrow },
            }],
        });
        let disk = &mut self.laptops[n].disk;
        let mutation = Mutation {
            mut_id,
            name: command.name().to_owned(),
            args: command.args().expect("JSON"),
            base_seq: disk.cursor.seq,
            device_time: now(),
            offset_ms: Some(0),
            schema: SCHEMA,
        };
        disk.append(mut_id, serde_json::to_string(&mutation).expect("JSON"));
        self.written.push((n, mut_id));
    }

    fn assign(&mut self, to: usize) {
        let mut rows: Vec<Row> = Vec::new();
        for assignment in self.assignments.iter_mut().filter(|a| a.to.is_none()) {
            assignment.to = now().day().pred_opt();
            rows.push(assignment.clone().into());
        }
        let assignment = Assignment {
            id: AssignmentId::new(Uuid::from_u128(0xF0 + self.assignments.len() as u128)),
            uscc: uscc(),
            cadre: cadre(to),
            from: now().day(),
            to: None,
        };
        rows.push(assignment.clone().into());
        self.assignments.push(assignment);
        let written = self.change(|tx| write(tx, &rows, now()));
        written
            .map(drop)
            .unwrap_or_else(|_: StorageError| self.breaks(Broken::Stopped("a move")));
    }

    pub(super) fn give_to_the_other(&mut self) {
        self.left.moves -= 1;
        let had = usize::from(!self.server.holds(&cadre(0), &bucket()));
        self.assign(1 - had);
        let between_pages = self
            .laptops
            .iter()
            .any(|l| l.run.is_some() && l.disk.position.is_some());
        self.moved_between_pages |= between_pages;
        let left = |g: &&super::memory::Interval| {
            g.user == cadre(0) && g.to.is_some_and(|to| to > self.laptops[0].disk.cursor.seq)
        };
        let left = self.server.grants.iter().any(|g| left(&g));
        let held = self.laptops[0].disk.holds_the_enterprise();
        self.came_back |= left && held && self.server.holds(&cadre(0), &bucket());
    }

    /// The same answer to the same mutation.
    pub(super) fn note_answers(&mut self, reply: &PushReply) {
        for outcome in &reply.outcomes {
            let answer = (outcome.status, outcome.at_seq);
            if *self.answers.entry(outcome.mut_id).or_insert(answer) != answer {
                self.breaks(Broken::Doubled);
            }
        }
    }

    /// Looks at a page as it leaves; returns what the laptop must hold if the cut is complete with it.
    pub(super) fn note_page(&mut self, n: usize, page: &PullReply) -> Option<Base> {
        let sent = page.ops.iter().map(|op| match op {
            qilian_sync::wire::Op::Put(put) => &put.bucket,
            qilian_sync::wire::Op::Del { bucket, .. } => bucket,
        });
        let user = cadre(n);
        if sent
            .chain(&page.reset)
            .any(|bucket| !self.server.holds(&user, bucket))
        {
            self.breaks(Broken::Unsound);
        }
        let cursor = page.complete?;
        self.issued = self.issued.max(cursor.seq);
        let live = self.server.feed.iter().filter(|(_, (_, live))| *live);
        let theirs = live.filter(|((bucket, _), _)| self.server.holds(&user, bucket));
        Some(
            theirs
                .filter_map(|((bucket, _), (RowKey { kind, id }, _))| {
                    let key = RowKey {
                        kind: *kind,
                        id: id.clone(),
                    };
                    let stored = self.server.rows.get(&key)?.clone();
                    Some((
                        (bucket.clone(), kind.as_str().to_owned(), id.clone()),
                        stored,
                    ))
                })
                .collect(),
        )
    }

    pub(super) fn drop_replies_that_nobody_waits_for(&mut self) {
        let laptops = &self.laptops;
        self.mail.retain(|mail| {
            let laptop = &laptops[mail.laptop];
            mail.is_request() || laptop.run.is_some() && laptop.exchange == mail.exchange
        });
    }

    /// What was written waits, or was answered, stands at the server as it was answered, and was reached.
    pub(super) fn check_all_written_is_somewhere(&mut self) {
        let safe = |(n, mut_id): &(usize, MutId)| {
            let disk = &self.laptops[*n].disk;
            let waits = disk.outbox.iter().any(|w| w.mutation.mut_id == *mut_id);
            waits || disk.reached.contains(mut_id) && self.stands(mut_id)
        };
        if !self.written.iter().all(safe) {
            self.breaks(Broken::Lost);
        }
        let effects = |mut_id: &MutId| {
            let links = self.server.links.iter().map(|(_, link)| link);
            links
                .filter(|l| !l.copied && l.outcome.mut_id == *mut_id)
                .count()
        };
        if self.written.iter().any(|(_, mut_id)| effects(mut_id) > 1) {
            self.breaks(Broken::Doubled);
        }
    }

    fn stands(&self, mut_id: &MutId) -> bool {
        let has = |key| self.server.rows.contains_key(&key);
        match self.answers.get(mut_id) {
            Some((ReplyStatus::Applied, _)) => has(RowKey::of::<Fact>(fact(*mut_id))),
            Some(_) => has(RowKey::of::<Outcome>(mut_id)),
            None => false,
        }
    }

    /// Nothing is left to happen, and everybody holds what is theirs.
    pub(super) fn is_over(&self) -> bool {
        let spent = self.left.writes == [0, 0] && self.left.moves == 0 && self.left.faults == 0;
        let quiet = |l: &Laptop| {
            l.run.is_none() && l.disk.outbox.is_empty() && l.disk.cursor.seq == self.server.head
        };
        spent && self.laptops.iter().all(quiet)
    }
}

fn enrolled(n: usize) -> Device {
    Device {
        id: device(n),
        user: cadre(n),
        name: String::new(),
        copy_of: None,
        incarnation: Incarnation(1),
        state: DeviceState::Active,
        chain: ChainEnd {
            last: MutSeq(0),
            hash: ChainHash::START,
        },
        last_sync: None,
        pending: 0,
        oldest_pending: None,
        version: String::new(),
        wiped: None,
        enrolled: now(),
        last_seen: None,
        last_error: None,
        synced_to: Seq(0),
        believed_from: Seq(0),
    }
}
