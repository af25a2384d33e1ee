//! Owns the exchanges that an administrator asks for.
//!
//! Elsewhere: who is one (the server decides), what they mean (`administer`).

use qilian_domain::ids::{DeviceId, MutId};
use qilian_sync::wire::{
    DevicesReply, InvalidateReply, InvalidateRequest, LaptopView, ProgrammeReply, ProgrammeRequest,
    ReleaseReply, StateRequest, SyncHealthReply,
};

use super::{Answered, Transport, TransportError};

impl Transport {
    /// Asks which laptops somebody should look at.
    ///
    /// # Errors
    /// [`TransportError`].
    pub(crate) fn sync_health(
        &self,
        token: &str,
        days: u32,
    ) -> Result<Answered<SyncHealthReply>, TransportError> {
        let mut url = self.server.endpoint("admin/sync-health");
        url.query_pairs_mut().append_pair("days", &days.to_string());
        self.look_up(url, token)
    }

    /// Asks for all laptops.
    ///
    /// # Errors
    /// [`TransportError`].
    pub(crate) fn devices(&self, token: &str) -> Result<Answered<DevicesReply>, TransportError> {
        self.look_up(self.server.endpoint("admin/devices"), token)
    }

    /// Says whether a laptop may sync.
    ///
    /// # Errors
    /// [`TransportError`].
    pub(crate) fn set_state(
        &self,
        token: &str,
        device: DeviceId,
        request: &StateRequest,
    ) -> Result<Answered<LaptopView>, TransportError> {
        self.exchange(&format!("devices/{device}/state"), Some(token), request)
    }

    /// Has laptops fetch everything anew.
    ///
    /// # Errors
    /// [`TransportError`].
    pub(crate) fn invalidate(
        &self,
        token: &str,
        request: &InvalidateRequest,
    ) -> Result<Answered<InvalidateReply>, TransportError> {
        self.exchange("admin/invalidate-cursors", Some(token), request)
    }

    /// Asks for the rules that an administrator sets.
    ///
    /// # Errors
    /// [`TransportError`].
    pub(crate) fn programme(
        &self,
        token: &str,
    ) -> Result<Answered<ProgrammeReply>, TransportError> {
        self.look_up(self.server.endpoint("admin/programme"), token)
    }

    /// Sets them.
    ///
    /// # Errors
    /// [`TransportError`].
    pub(crate) fn set_programme(
        &self,
        token: &str,
        request: &ProgrammeRequest,
    ) -> Result<Answered<ProgrammeReply>, TransportError> {
        self.exchange("admin/programme", Some(token), request)
    }

    /// Has the server decide a mutation once more.
    ///
    /// # Errors
    /// [`TransportError`].
    pub(crate) fn release(
        &self,
        token: &str,
        mutation: MutId,
    ) -> Result<Answered<ReleaseReply>, TransportError> {
        let endpoint = format!("admin/quarantine/{mutation}/release");
        self.exchange(&endpoint, Some(token), &())
    }
}
