//! Owns business time: when a person did something, as far as that can be known from a laptop
//! whose clock may be wrong (`sync.md` A.11, A.0 16).
//!
//! Elsewhere: order. Nothing is ordered or decided between two devices by a stamp.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::ids::At;

/// A device's time is not believed if it is more than this before the server received it.
const SUSPECT_AFTER_MS: i64 = 72 * 3600 * 1000;

/// When something was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// What the device's clock said.
    pub device: At,
    /// Server time minus device time in milliseconds, as last measured; `None` if never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset_ms: Option<i64>,
    /// When the server took it; `None` while it only stands on the laptop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<At>,
}

impl Stamp {
    /// The device's time corrected by the known offset.
    pub fn corrected(&self) -> At {
        self.device.plus_ms(self.offset_ms.unwrap_or(0))
    }

    /// Whether the device's time can't be relied on: the offset was never measured, it lies after the
    /// moment of receipt, or more than 72 hours before it. Both times are then shown.
    pub fn suspect(&self) -> bool {
        self.received.is_some_and(|received| {
            let age_ms = received.ms_since(self.corrected());
            self.offset_ms.is_none() || !(0..=SUSPECT_AFTER_MS).contains(&age_ms)
        })
    }

    /// The day of recording (China Standard Time) that rules such as 补录 are judged by.
    pub fn day(&self) -> NaiveDate {
        self.corrected().day()
    }
}
