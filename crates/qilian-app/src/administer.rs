//! Owns what an administrator asks of the district: how laptops sync, which of them may, which fetch everything
//! anew, what the server put aside, how long a laptop shows what it holds. All of it needs the network; nothing of it is kept on the laptop.
//!
//! Elsewhere: who is an administrator (the server decides), what each act means (`qilian-server`).

use qilian_domain::command::Command;
use qilian_domain::ids::DeviceId;
use qilian_domain::rows::Programme;
use qilian_sync::wire::{
    DeviceState, InvalidateRequest, LaptopView, NamedUser, Need, NeedyLaptop, ProgrammeReply,
    ProgrammeRequest, QuarantinedView, StateRequest,
};

use crate::contract::{
    HealthArgs, IdArgs, LaptopNeed, LaptopRow, LaptopState, LaptopStateArgs, Laptops, NeedyRow,
    Person, ProgrammeArgs, ProgrammeView, QuarantinedItem, ReleasedView, ResyncArgs, ResyncView,
    SyncHealth, WipedRow,
};
use crate::enterprises::to_u32;
use crate::error::AppError;
use crate::laptop::Laptop;

impl Laptop {
    /// Laptops that somebody should look at, and what the server put aside.
    ///
    /// # Errors
    /// `server_unreachable` and the like; `role_missing` for everybody but administrators.
    pub fn admin_sync_health(&self, args: &HealthArgs) -> Result<SyncHealth, AppError> {
        let answered = self.transport()?.sync_health(&self.token()?, args.days)?;
        let reply = answered.reply;
        let own = self.own_device()?;
        Ok(SyncHealth {
            days: reply.days,
            laptops: reply.laptops,
            needy: (reply.needy.into_iter())
                .map(|NeedyLaptop { laptop, needs }| NeedyRow {
                    laptop: row(laptop, own),
                    needs: needs.into_iter().map(need).collect(),
                })
                .collect(),
            quarantined: (reply.quarantined.into_iter())
                .map(|aside| self.quarantined_item(aside))
                .collect::<Result<_, _>>()?,
            now: reply.server_time.to_string(),
        })
    }

    /// All laptops of the district.
    ///
    /// # Errors
    /// As [`Laptop::admin_sync_health`].
    pub fn admin_devices(&self) -> Result<Laptops, AppError> {
        let reply = self.transport()?.devices(&self.token()?)?.reply;
        let own = self.own_device()?;
        Ok(Laptops {
            laptops: reply.devices.into_iter().map(|l| row(l, own)).collect(),
            now: reply.server_time.to_string(),
        })
    }

    /// Says whether a laptop may sync.
    ///
    /// # Errors
    /// As [`Laptop::admin_sync_health`]; `not_found` for a laptop that is not there.
    pub fn admin_device_state(&self, args: &LaptopStateArgs) -> Result<LaptopRow, AppError> {
        let device = DeviceId::new(crate::visit::id(&args.id)?);
        let state = match args.state {
            LaptopState::Active => DeviceState::Active,
            LaptopState::Suspended => DeviceState::Suspended,
            LaptopState::Revoked => DeviceState::Revoked,
            LaptopState::Wipe => DeviceState::Wipe,
        };
        let request = StateRequest { state };
        let answered = (self.transport()?).set_state(&self.token()?, device, &request)?;
        Ok(row(answered.reply, self.own_device()?))
    }

    /// Has laptops fetch everything anew. What they have not sent stays with them.
    ///
    /// # Errors
    /// As [`Laptop::admin_sync_health`]; `not_found` if no laptop is meant.
    pub fn admin_resync(&self, args: &ResyncArgs) -> Result<ResyncView, AppError> {
        let devices = (args.devices.iter())
            .map(|text| crate::visit::id(text).map(DeviceId::new))
            .collect::<Result<_, _>>()?;
        let request = InvalidateRequest {
            all: args.all,
            users: Vec::new(),
            units: args.units.clone(),
            devices,
        };
        let reply = self
            .transport()?
            .invalidate(&self.token()?, &request)?
            .reply;
        Ok(ResyncView {
            laptops: to_u32(reply.devices.len()),
        })
    }

    /// Has the district decide something once more that the server had put aside.
    ///
    /// # Errors
    /// As [`Laptop::admin_sync_health`]; `not_found` if it is not aside any more, `server_failed` if the
    /// server failed on it again.
    pub fn admin_release(&self, args: &IdArgs) -> Result<ReleasedView, AppError> {
        let mutation = qilian_domain::ids::MutId::new(crate::visit::id(&args.id)?);
        let reply = self.transport()?.release(&self.token()?, mutation)?.reply;
        let (refused, details) = match reply.refused {
            Some(document) => (Some(document.code), document.params),
            None => (None, serde_json::json!({})),
        };
        Ok(ReleasedView { refused, details })
    }

    /// The rules of the district that an administrator sets.
    ///
    /// # Errors
    /// As [`Laptop::admin_sync_health`].
    pub fn admin_programme(&self) -> Result<ProgrammeView, AppError> {
        let reply = self.transport()?.programme(&self.token()?)?.reply;
        Ok(programme(reply))
    }

    /// Sets them. Laptops have them with their next pull.
    ///
    /// # Errors
    /// As [`Laptop::admin_sync_health`]; `argument_invalid` for a lease that may not be.
    pub fn admin_programme_change(&self, args: &ProgrammeArgs) -> Result<ProgrammeView, AppError> {
        let lease_days = args.lease_days;
        if !Programme::LEASES_DAYS.contains(&lease_days) {
            return Err(AppError::ArgumentInvalid {
                field: "lease_days".to_owned(),
                why: format!("{lease_days} is none of 1 to 30"),
            });
        }
        let request = ProgrammeRequest { lease_days };
        let answered = (self.transport()?).set_programme(&self.token()?, &request)?;
        Ok(programme(answered.reply))
    }

    fn own_device(&self) -> Result<DeviceId, AppError> {
        let now = self.reader().identity()?;
        Ok(now.map_or(self.identity().device, |identity| identity.device))
    }

    fn quarantined_item(&self, aside: QuarantinedView) -> Result<QuarantinedItem, AppError> {
        let told = self.told(&aside.name, &aside.args)?;
        Ok(QuarantinedItem {
            id: aside.mutation.to_string(),
            user: person(aside.user),
            device_id: aside.device.to_string(),
            kind: told.kind,
            uscc: told.uscc,
            name: told.name,
            code: aside.code,
            text: told.text,
            at: aside.at.to_string(),
            can_release: Command::parse(&aside.name, &aside.args).is_ok(),
        })
    }
}

fn person(user: NamedUser) -> Person {
    Person {
        id: user.id.to_string(),
        name: user.name,
        unit: user.unit,
    }
}

fn row(laptop: LaptopView, own: DeviceId) -> LaptopRow {
    LaptopRow {
        is_this: laptop.device_id == own,
        device_id: laptop.device_id.to_string(),
        user: person(laptop.user),
        name: laptop.name,
        copy_of: laptop.copy_of.map(|id| id.to_string()),
        state: match laptop.state {
            DeviceState::Active => LaptopState::Active,
            DeviceState::Suspended => LaptopState::Suspended,
            DeviceState::Revoked => LaptopState::Revoked,
            DeviceState::Wipe => LaptopState::Wipe,
        },
        enrolled: laptop.enrolled.to_string(),
        last_sync: laptop.last_sync.map(|at| at.to_string()),
        last_seen: laptop.last_seen.map(|at| at.to_string()),
        pending: laptop.pending,
        oldest_pending: laptop.oldest_pending.map(|at| at.to_string()),
        version: laptop.version,
        last_error: laptop.last_error,
        resync_due: laptop.resync_due,
        wiped: laptop.wiped.map(|wiped| WipedRow {
            at: wiped.at.to_string(),
            unsent: wiped.unsent,
        }),
    }
}

const fn programme(reply: ProgrammeReply) -> ProgrammeView {
    ProgrammeView {
        lease_days: reply.lease_days,
        least_days: *Programme::LEASES_DAYS.start(),
        most_days: *Programme::LEASES_DAYS.end(),
    }
}

fn need(need: Need) -> LaptopNeed {
    match need {
        Need::NotSynced => LaptopNeed::NotSynced,
        Need::WaitingLong => LaptopNeed::WaitingLong,
        Need::Stopped => LaptopNeed::Stopped,
        Need::Failed => LaptopNeed::Failed,
        Need::ResyncDue => LaptopNeed::ResyncDue,
    }
}
