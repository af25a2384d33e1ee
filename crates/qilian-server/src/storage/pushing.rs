//! Owns how a push comes to an end whatever fails, on every engine: a batch in one transaction, then, if
//! SQL fails, one mutation in each; a mutation that can't be taken is counted and, in time, set aside.
//!
//! Elsewhere: what is taken (`push`), transactions (the engines).

use qilian_domain::ids::{At, DeviceId, DistrictId, MutId};
use qilian_sync::wire::{PushReply, PushRequest};

use super::push::{self, Taken};
use super::{ATTEMPTS, StorageError, SyncError};

/// What an engine does in one transaction of a push.
pub(crate) trait Pushes {
    /// Takes a run ([`push::take`]).
    fn push_once(
        &self,
        district: &DistrictId,
        device: DeviceId,
        request: &PushRequest,
        at: At,
    ) -> Result<Taken, SyncError>;

    /// Counts a failure of the server on a mutation, and says how many there were.
    fn count_attempt(&self, district: &DistrictId, mutation: MutId) -> Result<u32, StorageError>;

    /// Takes a run.
    fn push_run(
        &self,
        district: &DistrictId,
        device: DeviceId,
        request: &PushRequest,
        at: At,
    ) -> Result<PushReply, SyncError> {
        match self.push_patiently(district, device, request, at) {
            Err(SyncError::Storage(e)) if !e.is_transient() => {
                tracing::warn!(%district, %device, error = %e, "a batch failed in SQL");
                self.push_singly(district, device, request, at)
            }
            done => done,
        }
    }

    /// Takes a run whose batch failed in SQL one mutation per transaction, so that only the one that
    /// can't be taken is held up, and that one not for ever.
    fn push_singly(
        &self,
        district: &DistrictId,
        device: DeviceId,
        request: &PushRequest,
        at: At,
    ) -> Result<PushReply, SyncError> {
        let mut base_hash = request.base_hash;
        let mut taken: Option<PushReply> = None;
        for envelope in &request.mutations {
            let part = PushRequest {
                epoch: request.epoch,
                incarnation: request.incarnation,
                base_hash,
                mutations: vec![envelope.clone()],
            };
            base_hash = base_hash.then(&envelope.payload);
            match self.push_patiently(district, device, &part, at) {
                Ok(reply) => {
                    let held_up = reply.retry_after_s.is_some();
                    taken = Some(after(taken, reply));
                    if held_up {
                        break;
                    }
                }
                Err(SyncError::Storage(e)) if !e.is_transient() => {
                    tracing::error!(%district, %device, error = %e, "a mutation failed in SQL");
                    let attempts = self.count_attempt(district, envelope.mut_id)?;
                    return taken.map_or(Err(e.into()), |mut reply| {
                        reply.retry_after_s = Some(push::retry_after_s(attempts));
                        Ok(reply)
                    });
                }
                Err(e) => return Err(e),
            }
        }
        match taken {
            Some(reply) => Ok(reply),
            None => self.push_patiently(district, device, request, at),
        }
    }

    /// Takes a run; a mutation on which the server panics is tried again, later, at most [`ATTEMPTS`]
    /// times, then set aside.
    fn push_patiently(
        &self,
        district: &DistrictId,
        device: DeviceId,
        request: &PushRequest,
        at: At,
    ) -> Result<PushReply, SyncError> {
        loop {
            let taken = self.push_once(district, device, request, at)?;
            let Some(mutation) = taken.failed else {
                return Ok(taken.reply);
            };
            let attempts = self.count_attempt(district, mutation)?;
            tracing::error!(%district, %device, %mutation, attempts, "the server failed on a mutation");
            if attempts < ATTEMPTS {
                let mut reply = taken.reply;
                reply.retry_after_s = Some(push::retry_after_s(attempts));
                return Ok(reply);
            }
        }
    }
}

/// What two parts of a run came to, one after the other.
fn after(first: Option<PushReply>, second: PushReply) -> PushReply {
    let earlier = first.map(|reply| reply.outcomes).unwrap_or_default();
    PushReply {
        outcomes: earlier.into_iter().chain(second.outcomes).collect(),
        ..second
    }
}
