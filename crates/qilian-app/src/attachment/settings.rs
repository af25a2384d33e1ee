//! Owns what the user chose about files on this laptop: how fast they are sent, how much room they may take.
//!
//! The room bounds what is kept for looking at again; what only this laptop may have stays whatever the room.
//! Elsewhere: which files those are (`qilian-store`).

use std::ops::RangeInclusive;

use crate::contract::{FileRoom, FileSettings};
use crate::error::AppError;
use crate::laptop::Laptop;

/// The setting that keeps how fast files are sent.
const PACE_SETTING: &str = "files.pace";
/// The setting that keeps how much room files may take, in MB.
const ROOM_SETTING: &str = "files.room_mb";
/// What they may take unless it was chosen otherwise.
const ROOM_MB: u32 = 2_000;
/// What may be chosen: room for one film, and no more than disks have.
const ROOMS_MB: RangeInclusive<u32> = 200..=1_000_000;
const MB: u64 = 1_000_000;

impl Laptop {
    /// What the user chose about files.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn file_settings(&self) -> Result<FileSettings, AppError> {
        let reader = self.reader();
        // A choice of a later version is none here.
        let pace =
            (reader.setting(PACE_SETTING)?).and_then(|kept| serde_json::from_str(&kept).ok());
        let room_mb = (reader.setting(ROOM_SETTING)?).and_then(|kept| kept.parse().ok());
        Ok(FileSettings {
            pace: pace.unwrap_or_default(),
            room_mb: room_mb.unwrap_or(ROOM_MB),
        })
    }

    /// Keeps what the user chose about files. What has no room any more goes at once.
    ///
    /// # Errors
    /// `argument_invalid` for a room that may not be; or if it can't be written.
    pub fn file_settings_change(&self, settings: &FileSettings) -> Result<(), AppError> {
        let FileSettings { pace, room_mb } = settings;
        if !ROOMS_MB.contains(room_mb) {
            return Err(AppError::ArgumentInvalid {
                field: "room_mb".to_owned(),
                why: format!("{room_mb} is none of 200 to 1000000"),
            });
        }
        let pace = serde_json::to_string(pace).map_err(|e| AppError::Internal(e.to_string()))?;
        let room = room_mb.to_string();
        self.store().set_setting(PACE_SETTING, Some(&pace))?;
        self.store().set_setting(ROOM_SETTING, Some(&room))?;
        self.bell.committed();
        self.keep_to_room()
    }

    /// How much room files take on this laptop.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn file_room(&self) -> Result<FileRoom, AppError> {
        let (used_bytes, needed_bytes) = self.reader().files_room()?;
        Ok(FileRoom {
            used_bytes,
            needed_bytes,
        })
    }

    /// Lets go of what the district has and there is no room for.
    pub(crate) fn keep_to_room(&self) -> Result<(), AppError> {
        let room = u64::from(self.file_settings()?.room_mb) * MB;
        if self.store().free_files(room)? {
            self.sweep_files()?;
        }
        Ok(())
    }
}
