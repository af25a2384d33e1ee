//! Owns the exchanges of a run: a laptop asks, the server answers, the laptop hears it, each when its message
//! is carried.
//!
//! Elsewhere: which message is carried when (`world`), what becomes of it on the way (`wire`).

use std::time::Duration;

use qilian_domain::ids::{At, DeviceId, Seq};
use qilian_server::secret;
use qilian_server::storage::{Storage, SyncError, SyncRefusal};
use qilian_store::StoreError;
use qilian_sync::client::{Next, OwnLaptop, SyncRun, SyncStopped};
use qilian_sync::codec;
use qilian_sync::wire::{
    AuditReply, AuditRequest, DeviceState, ErrorCode, ForkReply, ForkRequest, HelloReply,
    PullReply, PullRequest, PushReply, PushRequest,
};

use super::claims::{self, Broken, Claim};
use super::desk::{Desk, Run};
use super::district::District;
use super::wire::{Letter, Message, Path};
use super::world::{PowerCut, World};

/// Every exchange takes so long, as the laptop sees it.
const TOOK: Duration = Duration::from_millis(200);

impl World {
    /// Spoils a message on its way.
    pub(super) fn spoil(&mut self, nth: u8, how: impl FnOnce(&mut Vec<u8>)) {
        if let Some(mut message) = self.wire.take(nth) {
            if let Letter::Request(body) | Letter::Reply(body) = &mut message.letter {
                how(body);
            }
            self.wire.put(message);
        }
    }

    pub(super) fn begin(&mut self, desk: usize) -> Result<(), Broken> {
        if self.desks[desk].run.is_none() {
            let device = DeviceId::new(self.make());
            let token = format!("token of {device}");
            self.desks[desk].run = Some(Run {
                sync: SyncRun::new("simulated", OwnLaptop { device, token }),
                exchange: 0,
                began: self.district.head(),
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
        if desk.stumbled(&next) {
            return self.nothing_lost(n);
        }
        let (path, body) = match next.map_err(|e| Claim::NoFailure.broken(e.to_string()))? {
            Next::Done(report) => {
                let now = self.district.head();
                return claims::truthful(desk, &report, run.began, now);
            }
            Next::Push(mut request) => {
                // A laptop on a weak link sends fewer at a time.
                (request.mutations).truncate(usize::from(self.setting.push_mutations));
                (Path::Push, codec::encode(&request))
            }
            Next::Pull(mut request) => {
                request.max_bytes = self.setting.page_bytes;
                (Path::Pull, codec::encode(&request))
            }
            Next::Fork(request) => (Path::Fork, codec::encode(&request)),
            Next::Hello => (Path::Hello, codec::encode(&())),
            Next::Audit(request) => (Path::Audit, codec::encode(&request)),
        };
        let token = desk.identity().token;
        run.exchange = self.wire.send(n, token, path, body.expect("a message"));
        desk.run = Some(run);
        Ok(())
    }

    pub(super) fn carry(&mut self, message: &Message) -> Result<(), Broken> {
        match &message.letter {
            Letter::Request(body) => {
                if let Some(letter) = self.serve(message, body)? {
                    self.wire.answer(message, letter);
                }
                Ok(())
            }
            Letter::Reply(body) => self.hear(message, Ok(body)),
            Letter::Refusal(code) => {
                self.trace(format!("{code:?}"));
                self.hear(message, Err(code))
            }
        }
    }

    /// The server answers a request, unless its power goes.
    fn serve(&mut self, message: &Message, body: &[u8]) -> Result<Option<Letter>, Broken> {
        if self.busy > 0 {
            self.busy -= 1;
            return Ok(Some(Letter::Refusal(ErrorCode::BUSY)));
        }
        if message.path == Path::Push
            && let Some(cut) = self.cut.take()
        {
            return self.serve_until(cut, message, body).map(|()| None);
        }
        self.answer(message, body).map(Some)
    }

    /// The server's power goes in the midst of a push, or before it began. What it took all the same it says when
    /// it is asked again.
    fn serve_until(&mut self, cut: PowerCut, message: &Message, body: &[u8]) -> Result<(), Broken> {
        let id = self.district.id.clone();
        let device = |district: &District| {
            let known = district
                .storage()
                .device(&id, &secret::hash(&message.token));
            known.expect("read").expect("a device")
        };
        let known = device(&self.district);
        let Ok(request) = codec::decode::<PushRequest>(body) else {
            return Ok(());
        };
        self.district.cut_after(Some(cut.writes));
        let pushed = (self.district.storage()).push(&id, known.id, &request, self.now);
        if !self.district.is_dark() {
            // It was over before so many writes.
            self.district.cut_after(Some(0));
        }
        drop(pushed);
        self.district.lose_power(cut.kept);
        self.look();
        if device(&self.district).chain.last > known.chain.last {
            let again = (self.district.storage()).push(&id, known.id, &request, self.now);
            let reply = again.map_err(|e| Claim::NoFailure.broken(e.to_string()))?;
            self.answered(known.id, &reply)?;
        }
        Ok(())
    }

    fn answer(&mut self, message: &Message, body: &[u8]) -> Result<Letter, Broken> {
        let (storage, id) = (self.district.storage(), &self.district.id);
        let known = storage.device(id, &secret::hash(&message.token));
        let known = known.expect("read").expect("a device");
        let device = known.id;
        let stopped = known.state != DeviceState::Active;
        let packed = match message.path {
            Path::Hello => {
                let (epoch, head) = storage.head(id).expect("a head");
                codec::encode(&known.hello(epoch, head, self.now))
            }
            Path::Push => {
                let Ok(request) = codec::decode::<PushRequest>(body) else {
                    return Ok(Letter::Refusal(ErrorCode::Unreadable));
                };
                match storage.push(id, device, &request, self.now) {
                    Ok(reply) => {
                        if stopped && reply.outcomes.iter().any(|o| !o.params.is_null()) {
                            return Err(claims::served_though_stopped(device));
                        }
                        self.answered(device, &reply)?;
                        codec::encode(&reply)
                    }
                    Err(error) => return refused(error),
                }
            }
            Path::Pull => {
                let Ok(request) = codec::decode::<PullRequest>(body) else {
                    return Ok(Letter::Refusal(ErrorCode::Unreadable));
                };
                match storage.pull(id, device, &request, self.now) {
                    Ok(_) if stopped => return Err(claims::served_though_stopped(device)),
                    Ok(reply) => {
                        let cut = self.look();
                        claims::page_in_scope(&self.desks[message.desk], &reply, &cut)?;
                        codec::encode(&reply)
                    }
                    Err(error) => return refused(error),
                }
            }
            Path::Audit => {
                let Ok(request) = codec::decode::<AuditRequest>(body) else {
                    return Ok(Letter::Refusal(ErrorCode::Unreadable));
                };
                match storage.audit(id, device, &request, self.now) {
                    Ok(reply) => codec::encode(&reply),
                    Err(error) => return refused(error),
                }
            }
            Path::Fork => {
                let Ok(request) = codec::decode::<ForkRequest>(body) else {
                    return Ok(Letter::Refusal(ErrorCode::Unreadable));
                };
                match self.district.fork(known, &request, self.now) {
                    Ok(reply) => codec::encode(&reply),
                    Err(error) => return refused(error),
                }
            }
        };
        Ok(Letter::Reply(packed.expect("a message")))
    }

    fn answered(&mut self, device: DeviceId, reply: &PushReply) -> Result<(), Broken> {
        let cut = self.look();
        for outcome in &reply.outcomes {
            let status = outcome.status;
            self.note_answer(&format!("{} {status:?} {:?}", outcome.mut_id, outcome.code));
        }
        self.oracle.answered(device, &reply.outcomes, &cut)
    }

    /// A laptop hears a reply or a refusal.
    fn hear(&mut self, message: &Message, said: Result<&[u8], &ErrorCode>) -> Result<(), Broken> {
        let desk = &mut self.desks[message.desk];
        let Some(mut run) = desk.run.take_if(|run| run.exchange == message.exchange) else {
            return Ok(());
        };
        if message.stale {
            // It answers another exchange, which the transport sees: the sync ends, the next one asks again.
            return Ok(());
        }
        let (before, epoch) = (desk.cursor(), desk.identity().epoch);
        let taken = match said {
            // What can't be read ends a sync, as the program does.
            Err(
                ErrorCode::Unreadable | ErrorCode::Busy { .. } | ErrorCode::DeviceStopped { .. },
            ) => {
                return Ok(());
            }
            Err(code) => Ok(run.sync.take_refusal(code.clone())),
            Ok(body) => match take(desk, &mut run, message.path, body, self.now) {
                Some(taken) => taken,
                None => return self.nothing_lost(message.desk),
            },
        };
        if desk.stumbled(&taken) {
            return self.nothing_lost(message.desk);
        }
        match taken.map_err(|e| Claim::NoFailure.broken(e.to_string()))? {
            Ok(()) => {}
            // Two copies that were to become the same laptop: the next sync begins with another id.
            Err(SyncStopped::ForkedAgain(_)) => return Ok(()),
            Err(stopped) => return Err(Claim::Liveness.broken(stopped.to_string())),
        }
        desk.run = Some(run);
        let after = desk.cursor();
        if after != before && after != Seq(0) && !desk.rotten {
            claims::consistent(desk, &self.oracle, (epoch, before))?;
            self.trace(format!("laptop {} at {after}", message.desk));
            self.files_hold()?;
            // Somebody tries them all.
            self.readable_in_scope((message.exchange % self.desks.len() as u64) as usize)?;
        }
        self.ask(message.desk)
    }
}

/// Takes a reply as the program does; `None` if it can't be read, or the laptop stumbles before.
fn take(
    desk: &mut Desk,
    run: &mut Run,
    path: Path,
    body: &[u8],
    now: At,
) -> Option<Result<Result<(), SyncStopped>, StoreError>> {
    match path {
        Path::Push => {
            let reply = codec::decode::<PushReply>(body).ok()?;
            desk.compare_clock(reply.server_time, now).then_some(())?;
            Some(run.sync.take_push(desk.store(), &reply, TOOK))
        }
        Path::Pull => {
            let reply = codec::decode::<PullReply>(body).ok()?;
            desk.compare_clock(reply.server_time, now).then_some(())?;
            Some(run.sync.take_pull(desk.store(), &reply))
        }
        Path::Hello => {
            let reply = codec::decode::<HelloReply>(body).ok()?;
            Some(run.sync.take_hello(desk.store(), &reply))
        }
        Path::Audit => {
            let reply = codec::decode::<AuditReply>(body).ok()?;
            Some(run.sync.take_audit(desk.store(), &reply))
        }
        Path::Fork => {
            let reply = codec::decode::<ForkReply>(body).ok()?;
            Some(run.sync.take_fork(desk.store(), &reply).map(Ok))
        }
    }
}

/// A server refuses a copy of a laptop, a laptop of another timeline, and nothing else.
fn refused(error: SyncError) -> Result<Letter, Broken> {
    match error {
        SyncError::Refused(SyncRefusal::Fork { at }) => {
            Ok(Letter::Refusal(ErrorCode::ForkDetected { at }))
        }
        SyncError::Refused(SyncRefusal::DeviceStopped(state)) => {
            Ok(Letter::Refusal(ErrorCode::DeviceStopped { state }))
        }
        SyncError::Refused(SyncRefusal::EpochChanged) => {
            Ok(Letter::Refusal(ErrorCode::EpochChanged))
        }
        other => Err(Claim::NoFailure.broken(other.to_string())),
    }
}
