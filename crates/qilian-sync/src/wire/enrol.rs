//! `POST /api/v1/devices/enrol`: a one-time code becomes a device and its token.

use qilian_domain::ids::{At, DeviceId, DistrictId, Epoch, Incarnation, UserId};
use serde::{Deserialize, Serialize};

/// Binds a laptop to the user whom the code was issued for. Sent without a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolRequest {
    /// The code as typed; the server normalises spaces and case.
    pub code: String,
    /// What the user calls the laptop.
    pub device_name: String,
    /// The version of the program, for the administrator's list.
    pub version: String,
}

/// The new device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolReply {
    /// The device.
    pub device_id: DeviceId,
    /// 1 for a first enrolment.
    pub incarnation: Incarnation,
    /// What proves the device in later requests: `Authorization: Bearer …`. It is not sent again.
    pub token: String,
    /// The server's timeline.
    pub epoch: Epoch,
    /// Whom the laptop is bound to.
    pub user: EnrolledUser,
    /// Where.
    pub district: EnrolledDistrict,
    /// The server's clock.
    pub server_time: At,
}

/// Whom a laptop is bound to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolledUser {
    /// Id.
    pub id: UserId,
    /// Name.
    pub name: String,
}

/// The district a laptop belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolledDistrict {
    /// Id.
    pub id: DistrictId,
    /// Name.
    pub name: String,
}
