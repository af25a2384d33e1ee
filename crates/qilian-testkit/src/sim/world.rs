//! Owns one run of a simulated district: what each action does, on one thread, with every choice in the
//! action itself.
//!
//! Elsewhere: what must hold (`claims`), who does what (`people`).

use std::time::Duration;

use qilian_domain::ids::{At, Seq};
use qilian_server::storage::{Storage, SyncError};
use qilian_sync::client::{Next, SyncRun};
use qilian_sync::codec;
use qilian_sync::wire::{PullReply, PullRequest, PushReply, PushRequest};
use sha2::{Digest, Sha256};

use super::action::{Action, Setting};
use super::claims::{self, Broken, Claim};
use super::desk::{Desk, Run};
use super::district::{District, cadre};
use super::oracle::Oracle;
use super::wire::{Letter, Message, Path, Wire};

/// When a simulated district begins: a Wednesday, with its quarter and year well under way.
const BEGIN: &str = "2026-03-04T09:00:00+08:00";
/// Every exchange takes so long, as the laptop sees it.
const TOOK: Duration = Duration::from_millis(200);
/// Laptops that a cadre can have together.
const DESKS_MAX: usize = 6;
/// Exchanges that a sync of a small district may take.
const EXCHANGES_MAX: u32 = 400;
/// Rounds of syncs after which every laptop must hold what all others wrote.
const ROUNDS_MAX: u32 = 4;
const MINUTE_MS: i64 = 60_000;

/// A simulated district.
pub(super) struct World {
    pub(super) setting: Setting,
    pub(super) now: At,
    pub(super) district: District,
    pub(super) desks: Vec<Desk>,
    wire: Wire,
    pub(super) oracle: Oracle,
    trace: Sha256,
    /// Numbers that ids are made of.
    made: u128,
}

impl World {
    pub(super) fn new(setting: &Setting) -> Self {
        let now = At::new(chrono::DateTime::parse_from_rfc3339(BEGIN).expect("a moment"));
        let mut world = Self {
            setting: setting.clone(),
            now,
            district: District::founded(now, setting.cadres, setting.enterprises),
            desks: Vec::new(),
            wire: Wire::default(),
            oracle: Oracle::default(),
            trace: Sha256::new(),
            made: 0,
        };
        for n in 0..setting.cadres {
            world.enrol(n);
        }
        world.look();
        world
    }

    /// The hash of all that happened.
    pub(super) fn traced(self) -> [u8; 32] {
        self.trace.finalize().into()
    }

    pub(super) fn trace(&mut self, told: impl AsRef<str>) {
        self.trace.update(told.as_ref());
        self.trace.update("\n");
    }

    /// A new number for an id.
    pub(super) fn make(&mut self) -> uuid::Uuid {
        self.made += 1;
        uuid::Uuid::from_u128(self.made)
    }

    /// The last number that was made.
    pub(super) fn made(&self) -> u128 {
        self.made
    }

    pub(super) fn look(&mut self) -> std::rc::Rc<super::oracle::Cut> {
        self.oracle.look(&self.district, self.now)
    }

    pub(super) fn desk_of(&self, desk: u8) -> usize {
        usize::from(desk) % self.desks.len()
    }

    /// Does one thing.
    pub(super) fn act(&mut self, action: Action) -> Result<(), Broken> {
        self.trace(format!("{action:?}"));
        // A moment passes, so that nothing happens at once.
        self.now = self.now.plus_ms(1_500);
        match action {
            Action::Visit { .. }
            | Action::Learn { .. }
            | Action::Seal { .. }
            | Action::Handle { .. }
            | Action::Second { .. } => self.person(action)?,
            Action::Begin { desk } => self.begin(self.desk_of(desk))?,
            Action::Carry { nth } => {
                if let Some(message) = self.wire.take(nth) {
                    self.carry(&message)?;
                }
            }
            Action::Lose { nth } => {
                self.wire.take(nth);
            }
            Action::Double { nth } => {
                if let Some(message) = self.wire.take(nth) {
                    self.wire.put(message.clone());
                    self.wire.put(message);
                }
            }
            Action::Cut { nth } => self.spoil(nth, |body| body.truncate(body.len() / 2)),
            Action::Portal { nth } => {
                self.spoil(nth, |body| {
                    *body = b"<html><body>log in</body></html>".to_vec();
                });
            }
            Action::GiveUp { desk } => {
                let desk = self.desk_of(desk);
                self.desks[desk].run = None;
            }
            Action::Kill { desk } => {
                let desk = self.desk_of(desk);
                self.desks[desk].kill();
                claims::nothing_lost(desk, &mut self.desks[desk], &self.oracle)?;
            }
            Action::Full { desk } => {
                let desk = self.desk_of(desk);
                self.desks[desk].fill();
            }
            Action::Wait { minutes } => {
                self.now = self.now.plus_ms(i64::from(minutes) * MINUTE_MS);
            }
            Action::Restart => self.district.restart(),
            Action::Panic { times } => self.district.fail(u32::from(times)),
            Action::Assign { .. }
            | Action::Rename { .. }
            | Action::Import { .. }
            | Action::Enrol { .. } => self.office(action),
        }
        Ok(())
    }

    pub(super) fn enrol(&mut self, n: u8) {
        if self.desks.len() >= DESKS_MAX {
            return;
        }
        let skews = &self.setting.skews;
        let skew = skews.get(self.desks.len() % skews.len().max(1)).copied();
        let identity = self
            .district
            .enrol(&cadre(n % self.setting.cadres), self.now);
        self.desks.push(Desk::enrolled(identity, skew.unwrap_or(0)));
    }

    /// Spoils a message on its way.
    fn spoil(&mut self, nth: u8, how: impl FnOnce(&mut Vec<u8>)) {
        if let Some(mut message) = self.wire.take(nth) {
            if let Letter::Request(body) | Letter::Reply(body) = &mut message.letter {
                how(body);
            }
            self.wire.put(message);
        }
    }

    fn begin(&mut self, desk: usize) -> Result<(), Broken> {
        if self.desks[desk].run.is_none() {
            self.desks[desk].run = Some(Run {
                sync: SyncRun::new("simulated"),
                exchange: 0,
            });
            self.ask(desk)?;
        }
        Ok(())
    }

    /// Sends what the sync under way asks for next.
    fn ask(&mut self, n: usize) -> Result<(), Broken> {
        let desk = &mut self.desks[n];
        let Some(mut run) = desk.run.take() else {
            return Ok(());
        };
        let next = run.sync.next(desk.store());
        let (path, body) = match next.map_err(|e| Claim::NoFailure.broken(e.to_string()))? {
            Next::Done(_) => return Ok(()),
            Next::Push(mut request) => {
                // A laptop on a weak link sends fewer at a time.
                (request.mutations).truncate(usize::from(self.setting.push_mutations));
                (Path::Push, codec::encode(&request))
            }
            Next::Pull(mut request) => {
                request.max_bytes = self.setting.page_bytes;
                (Path::Pull, codec::encode(&request))
            }
        };
        run.exchange = self.wire.send(n, path, body.expect("a message"));
        desk.run = Some(run);
        Ok(())
    }

    fn carry(&mut self, message: &Message) -> Result<(), Broken> {
        match &message.letter {
            Letter::Request(body) => {
                let letter = self.serve(message, body)?;
                self.wire.answer(message, letter);
                Ok(())
            }
            Letter::Reply(body) => self.hear(message, Some(body)),
            Letter::Refusal(told) => {
                self.trace(told);
                self.hear(message, None)
            }
        }
    }

    /// The server answers a request.
    fn serve(&mut self, message: &Message, body: &[u8]) -> Result<Letter, Broken> {
        let device = self.desks[message.desk].identity.device;
        let (storage, id) = (self.district.storage(), &self.district.id);
        let packed = match message.path {
            Path::Push => {
                let Ok(request) = codec::decode::<PushRequest>(body) else {
                    return Ok(Letter::Refusal("unreadable".to_owned()));
                };
                match storage.push(id, device, &request, self.now) {
                    Ok(reply) => {
                        self.answered(message.desk, &reply)?;
                        codec::encode(&reply)
                    }
                    Err(error) => return refused(error),
                }
            }
            Path::Pull => {
                let Ok(request) = codec::decode::<PullRequest>(body) else {
                    return Ok(Letter::Refusal("unreadable".to_owned()));
                };
                match storage.pull(id, device, &request, self.now) {
                    Ok(reply) => {
                        let cut = self.look();
                        claims::page_in_scope(&self.desks[message.desk], &reply, &cut)?;
                        codec::encode(&reply)
                    }
                    Err(error) => return refused(error),
                }
            }
        };
        Ok(Letter::Reply(packed.expect("a message")))
    }

    fn answered(&mut self, desk: usize, reply: &PushReply) -> Result<(), Broken> {
        let cut = self.look();
        let device = self.desks[desk].identity.device;
        for outcome in &reply.outcomes {
            let status = outcome.status;
            self.trace(format!("{} {status:?} {:?}", outcome.mut_id, outcome.code));
        }
        self.oracle.answered(device, &reply.outcomes, &cut)
    }

    /// A laptop hears a reply, or that there is none.
    fn hear(&mut self, message: &Message, body: Option<&[u8]>) -> Result<(), Broken> {
        let desk = &mut self.desks[message.desk];
        let Some(mut run) = desk.run.take_if(|run| run.exchange == message.exchange) else {
            return Ok(());
        };
        let Some(body) = body else {
            return Ok(());
        };
        let (taken, complete) = match message.path {
            Path::Push => {
                let Ok(reply) = codec::decode::<PushReply>(body) else {
                    return Ok(());
                };
                desk.compare_clock(reply.server_time, self.now);
                let taken = run.sync.take_push(desk.store(), &reply, TOOK);
                if let Ok(Err(stopped)) = taken {
                    return Err(Claim::Liveness.broken(stopped.to_string()));
                }
                (taken.map(drop), false)
            }
            Path::Pull => {
                let Ok(reply) = codec::decode::<PullReply>(body) else {
                    return Ok(());
                };
                desk.compare_clock(reply.server_time, self.now);
                let taken = run.sync.take_pull(desk.store(), &reply);
                (taken, reply.complete.is_some())
            }
        };
        if desk.was_full(&taken) {
            return Ok(());
        }
        taken.map_err(|e| Claim::NoFailure.broken(e.to_string()))?;
        desk.run = Some(run);
        if complete {
            let cursor = desk.store().sync_state().expect("read").cursor.seq;
            claims::consistent(desk, &self.oracle)?;
            self.trace(format!("laptop {} at {cursor}", message.desk));
        }
        self.ask(message.desk)
    }

    /// Everything works again, and everybody syncs until nothing is left to do.
    pub(super) fn rest(&mut self) -> Result<(), Broken> {
        self.wire.clear();
        self.district.fail(0);
        for n in 0..self.desks.len() {
            self.desks[n].kill();
        }
        for _ in 0..ROUNDS_MAX {
            for n in 0..self.desks.len() {
                self.sync(n)?;
            }
        }
        let head = self.head();
        let cut = self.look();
        for n in 0..self.desks.len() {
            let desk = &mut self.desks[n];
            let state = desk.store().sync_state().expect("read");
            let waiting = desk.store().outbox().expect("read").len();
            if state.cursor.seq != head || waiting > 0 {
                let told = format!(
                    "laptop {n} is at {} of {head}, {waiting} wait",
                    state.cursor.seq
                );
                return Err(Claim::Liveness.broken(told));
            }
            claims::consistent(desk, &self.oracle)?;
            claims::derived(desk, self.now)?;
            claims::nothing_lost(n, desk, &self.oracle)?;
        }
        claims::at_rest(&cut, &self.oracle)
    }

    fn head(&self) -> Seq {
        let head = self.district.storage().head(&self.district.id);
        head.expect("a head").1
    }

    /// One whole sync on a fair network.
    fn sync(&mut self, n: usize) -> Result<(), Broken> {
        self.begin(n)?;
        for _ in 0..EXCHANGES_MAX {
            let Some(exchange) = self.desks[n].run.as_ref().map(|run| run.exchange) else {
                return Ok(());
            };
            if let Some(message) = self.wire.take_of(exchange) {
                self.now = self.now.plus_ms(50);
                self.carry(&message)?;
            }
        }
        Err(Claim::Liveness.broken(format!("laptop {n} does not come to an end")))
    }
}

/// A server may refuse only what is another's doing.
fn refused(error: SyncError) -> Result<Letter, Broken> {
    Err(Claim::NoFailure.broken(error.to_string()))
}
