//! Owns what goes in and out where a device comes to be: codes, devices to be, copies, and why a code is no good.
//!
//! Elsewhere: what is made of them (`enrol`), a device once it is there (`storage`).

use qilian_domain::ids::{At, DeviceId, Epoch, Incarnation, UserId};
use qilian_domain::rows::{District, User};
use serde::{Deserialize, Serialize};

use super::SecretHash;

/// A one-time enrolment code.
#[derive(Debug, Clone)]
pub struct NewCode {
    /// Of the code in normal form.
    pub hash: SecretHash,
    /// Whom it enrols.
    pub user: UserId,
    /// Now.
    pub issued: At,
    /// From then on it is of no use.
    pub expires: At,
}

/// A device to be enrolled.
#[derive(Debug, Clone)]
pub struct NewDevice {
    /// Of the code that was typed.
    pub code: SecretHash,
    /// Its id.
    pub id: DeviceId,
    /// Of the token it will show.
    pub token: SecretHash,
    /// What the user calls it.
    pub name: String,
    /// The program's version.
    pub version: String,
    /// Now.
    pub at: At,
}

/// A copy of a laptop that is to be a device of its own.
#[derive(Debug, Clone)]
pub struct NewCopy {
    /// Its id, made by the copy.
    pub id: DeviceId,
    /// Of the token it will show.
    pub token: SecretHash,
    /// The program's version.
    pub version: String,
    /// Now.
    pub at: At,
}

/// A device as it began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enlisted {
    /// Its id.
    pub id: DeviceId,
    /// Its user.
    pub user: UserId,
    /// What the user calls it.
    pub name: String,
    /// The device that it was copied from.
    pub copy_of: Option<DeviceId>,
    /// Of the token that it shows.
    pub token: SecretHash,
    /// The program's version.
    pub version: String,
    /// When.
    pub at: At,
}

/// A device just enrolled.
#[derive(Debug, Clone)]
pub struct Enrolled {
    /// The server's timeline.
    pub epoch: Epoch,
    /// Which copy of the device.
    pub incarnation: Incarnation,
    /// Whose it is.
    pub user: User,
    /// Where.
    pub district: District,
}

/// Why a code enrols nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeRefusal {
    /// Nobody was given it.
    Unknown,
    /// Its time is over.
    Expired,
    /// It was used.
    Used,
}
