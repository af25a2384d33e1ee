//! Owns one run of a simulated district: what each action does, on one thread, with every choice in the
//! action itself.
//!
//! Elsewhere: what must hold (`claims`), who does what (`people`), what a message does (`exchange`).

use std::collections::BTreeSet;

use qilian_domain::ids::{At, Seq};
use qilian_server::storage::Storage;
use sha2::{Digest, Sha256};

use super::Ran;
use super::action::{Action, Setting};
use super::at_rest;
use super::claims::{self, Broken, Claim};
use super::desk::Desk;
use super::district::{District, cadre};
use super::kept;
use super::oracle::Oracle;
use super::wire::Wire;

/// When a simulated district begins: a Wednesday, with its quarter and year well under way.
const BEGIN: &str = "2026-03-04T09:00:00+08:00";
/// Laptops that a cadre can have together.
const DESKS_MAX: usize = 6;
/// Exchanges that a sync may take beside those for what it sends and fetches.
const EXCHANGES_MORE: usize = 100;
/// A row comes in two buckets at most, and each time it may be a page of its own.
const EXCHANGES_A_ROW: usize = 2;
/// Rounds of syncs after which every laptop must hold what all others wrote.
const ROUNDS_MAX: u32 = 4;
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// Longer than the server remembers what left a bucket.
const YEAR_MS: i64 = 401 * DAY_MS;
/// By then every laptop compares all that it holds with the server's sums.
const AUDIT_MS: i64 = 8 * DAY_MS;

/// A simulated district.
pub(super) struct World {
    pub(super) setting: Setting,
    pub(super) now: At,
    pub(super) district: District,
    pub(super) desks: Vec<Desk>,
    pub(super) wire: Wire,
    pub(super) oracle: Oracle,
    trace: Sha256,
    answers: Sha256,
    /// Numbers that ids are made of.
    made: u128,
    /// Requests that the server has no time for.
    pub(super) busy: u8,
    /// What happens in the next push.
    pub(super) cut: Option<PowerCut>,
}

/// The server's power goes in the midst of a push.
#[derive(Debug, Clone, Copy)]
pub(super) struct PowerCut {
    /// After so many writes.
    pub(super) writes: u32,
    /// Which of the writes that were not synced are kept.
    pub(super) kept: u8,
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
            answers: Sha256::new(),
            made: 0,
            busy: 0,
            cut: None,
        };
        for n in 0..setting.cadres {
            world.enrol(n);
        }
        world.district.is_set_up();
        world.look();
        world
    }

    /// What it came to.
    pub(super) fn ran(self) -> Ran {
        Ran {
            trace: self.trace.finalize().into(),
            answers: self.answers.finalize().into(),
        }
    }

    /// Notes what the server answered to a mutation.
    pub(super) fn note_answer(&mut self, told: &str) {
        self.trace(told);
        self.answers.update(told);
        self.answers.update("\n");
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
                self.nothing_lost(desk)?;
            }
            Action::Power { desk, writes, kept } => {
                let desk = self.desk_of(desk);
                self.desks[desk].cut_power(writes, kept);
                self.nothing_lost(desk)?;
            }
            Action::ServerPower { writes: 0, kept } => {
                self.district.lose_power(kept);
                self.look();
            }
            Action::ServerPower { writes, kept } => {
                let writes = writes.into();
                self.cut = Some(PowerCut { writes, kept });
            }
            Action::Rot { desk, nth, how } => {
                let desk = self.desk_of(desk);
                self.desks[desk].rot(nth, how);
            }
            Action::Year => {
                self.now = self.now.plus_ms(YEAR_MS);
                self.district.sweep(self.now);
                self.look();
            }
            Action::Full { desk } => {
                let desk = self.desk_of(desk);
                self.desks[desk].fill();
            }
            Action::Locked { desk } => {
                let desk = self.desk_of(desk);
                self.desks[desk].lock();
            }
            Action::Wait { minutes } => {
                self.now = self.now.plus_ms(i64::from(minutes) * MINUTE_MS);
            }
            Action::Clone { desk } => {
                if self.desks.len() < DESKS_MAX {
                    let desk = self.desk_of(desk);
                    let cloned = self.desks[desk].cloned();
                    self.desks.push(cloned);
                }
            }
            Action::Backup { desk } => {
                let desk = self.desk_of(desk);
                self.desks[desk].back_up();
            }
            Action::Rewind { desk } => {
                let desk = self.desk_of(desk);
                if self.desks[desk].rewind() {
                    let items = self.desks[desk].store().outbox().expect("read");
                    let kept = items.iter().map(|item| item.mut_id).collect();
                    self.oracle.rewind(desk, &kept);
                    (self.oracle).disk_went(&mut self.desks, &self.district.bytes);
                }
            }
            Action::Restart => self.district.restart(),
            Action::BackUpServer => {
                self.district.back_up();
                self.oracle.back_up();
            }
            Action::RestoreServer => self.restore(),
            Action::Panic { times } => self.district.fail(u32::from(times)),
            Action::Stale { nth } => self.wire.stale(nth),
            Action::Clock { desk, minutes } => {
                let desk = self.desk_of(desk);
                self.desks[desk].set_clock(i64::from(minutes) * MINUTE_MS);
            }
            Action::Busy { times } => self.busy = times,
            Action::Stop { desk, for_good } => {
                let token = self.desks[self.desk_of(desk)].identity().token;
                self.district.stop_or_release(&token, for_good);
            }
            Action::Attach { .. }
            | Action::Remove { .. }
            | Action::Upload { .. }
            | Action::Evict { .. }
            | Action::LoseBytes { .. }
            | Action::Collect => self.file(action)?,
            Action::Assign { .. }
            | Action::Rename { .. }
            | Action::Import { .. }
            | Action::Enrol { .. } => self.office(action),
        }
        Ok(())
    }

    /// The server comes back from its backup.
    fn restore(&mut self) {
        let epoch = self.make();
        if self.district.restore(epoch, self.now) {
            let mut held = BTreeSet::new();
            for desk in &mut self.desks {
                held.extend(desk.kept());
            }
            self.oracle.restore(&held);
            self.look();
        }
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
        let mut desk = Desk::enrolled(identity, skew.unwrap_or(0));
        // Enrolling told it what time it is.
        desk.compare_clock(self.now, self.now);
        self.desks.push(desk);
    }

    /// Everything works again, and everybody syncs until nothing is left to do.
    pub(super) fn rest(&mut self) -> Result<(), Broken> {
        self.wire.clear();
        self.district.fail(0);
        self.district.release_all();
        (self.busy, self.cut) = (0, None);
        for n in 0..self.desks.len() {
            self.desks[n].kill();
        }
        if self.desks.iter().any(|desk| desk.rotten) {
            self.now = self.now.plus_ms(AUDIT_MS);
        }
        self.district.check_files(self.now);
        self.look();
        for round in 1..=ROUNDS_MAX {
            for n in 0..self.desks.len() {
                self.settle(n)?;
                self.sync(n)?;
                if round < ROUNDS_MAX {
                    self.send_files(n)?;
                }
            }
        }
        self.files_hold()?;
        let head = self.head();
        let epoch = self.district.epoch();
        let cut = self.look();
        for n in 0..self.desks.len() {
            self.readable_in_scope(n)?;
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
            claims::converged(desk, &self.oracle)?;
            claims::derived(desk, self.now)?;
            claims::nothing_lost(n, desk, &self.oracle, epoch)?;
            kept::all_stored(desk, &cut)?;
        }
        at_rest::at_rest(&cut, &self.oracle)
    }

    /// Nothing that was written on a laptop is lost.
    pub(super) fn nothing_lost(&mut self, n: usize) -> Result<(), Broken> {
        let epoch = self.district.epoch();
        claims::nothing_lost(n, &mut self.desks[n], &self.oracle, epoch)
    }

    fn head(&self) -> Seq {
        let head = self.district.storage().head(&self.district.id);
        head.expect("a head").1
    }

    /// One whole sync on a fair network.
    fn sync(&mut self, n: usize) -> Result<(), Broken> {
        let rows = self.look().rows.len();
        let waiting = self.desks[n].store().outbox().expect("read").len();
        let most = EXCHANGES_MORE + EXCHANGES_A_ROW * (rows + waiting);
        self.begin(n)?;
        for _ in 0..most {
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
