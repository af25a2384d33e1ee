//! Owns enrolment: a one-time code becomes a laptop with a key, an encrypted store and a token.
//!
//! Everything that can fail here fails before the code is used, for a code works once. The laptop is
//! made ready aside and put in place at the end; what is in place is never overwritten. Elsewhere:
//! opening it (`laptop`), the key (`key`).

use std::fs;
use std::io;

use qilian_domain::ids::{DeviceId, DistrictId, UserId};
use qilian_store::{DataKey, Identity, Store};
use qilian_sync::wire::{EnrolReply, EnrolRequest};

use crate::clock::Clock;
use crate::error::AppError;
use crate::home::Home;
use crate::ids::IdSource;
use crate::key::{KeyError, KeyFile, OsKeyStore, Passphrase};
use crate::laptop::{DEVICE_NAME_SETTING, Unlock};
use crate::sync::offset_of;
use crate::transport::{Answered, ServerUrl, Transport};
use crate::wipe;

/// What enrolment needs to know.
#[derive(Debug, Clone)]
pub struct Enrolment {
    /// The district's server.
    pub server: ServerUrl,
    /// The one-time code as typed.
    pub code: String,
    /// What to call this laptop; without it, the machine's name.
    pub device_name: Option<String>,
    /// What opens the store from now on: a passphrase, or without one the system's key store.
    pub unlock: Unlock,
}

/// Whom the laptop is bound to now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    /// The laptop.
    pub device: DeviceId,
    /// Its user.
    pub user: UserId,
    /// The user's name.
    pub user_name: String,
    /// The district.
    pub district: DistrictId,
    /// The district's name.
    pub district_name: String,
}

/// Binds the laptop at `home` to the user whom the code was issued for.
///
/// # Errors
/// `already_enrolled`, `key_store_missing`, `code_unknown`, `code_expired`, `code_used`,
/// `too_many_tries`, `server_unreachable`, `not_a_qilian_server`, `certificate_invalid`, `disk_full` and
/// others; then nothing is enrolled here, and there is nothing in the clear.
pub fn enrol(home: &Home, enrolment: &Enrolment, clock: Clock) -> Result<Enrolled, AppError> {
    refuse_enrolled(home)?;
    let unlock = &enrolment.unlock;
    if unlock.passphrase.is_none() && !unlock.key_store.available() {
        let why = "neither key store nor passphrase".to_owned();
        return Err(KeyError::KeyStoreMissing(why).into());
    }
    let transport = Transport::new(enrolment.server.clone(), &IdSource::new())?;
    home.create()
        .map_err(|e| AppError::home(home.folder(), e))?;
    let lock_path = home.enrol_lock();
    let lock = home
        .open_private(&lock_path)
        .and_then(|lock| lock.lock().map(|()| lock))
        .map_err(|e| AppError::home(&lock_path, e))?;
    // What is left of a store that was to be destroyed goes before anything new comes.
    wipe::go_on(home, unlock.key_store)?;
    refuse_enrolled(home)?;
    let staging = home.staging();
    clear(&staging, unlock.key_store)?;
    let enrolled = prepare(&staging, enrolment, &transport, clock).and_then(|reply| {
        wipe::forget(home)?;
        put_in_place(&staging, home).map(|()| reply)
    });
    match enrolled {
        Ok(reply) => {
            // What is left there is an index of SQLite's at most, which it makes anew.
            let _ = fs::remove_dir_all(staging.folder());
            drop(lock);
            Ok(Enrolled {
                device: reply.device_id,
                user: reply.user.id,
                user_name: reply.user.name,
                district: reply.district.id,
                district_name: reply.district.name,
            })
        }
        Err(error) => {
            if let Err(left) = clear(&staging, unlock.key_store) {
                tracing::warn!(error = %left, "what the enrolment left could not be removed");
            }
            Err(error)
        }
    }
}

fn refuse_enrolled(home: &Home) -> Result<(), AppError> {
    match home.enrolled() {
        Ok(false) => Ok(()),
        Ok(true) => Err(AppError::AlreadyEnrolled),
        Err(error) => Err(AppError::home(home.folder(), error)),
    }
}

/// Makes key and store, and only then uses the code.
fn prepare(
    staging: &Home,
    enrolment: &Enrolment,
    transport: &Transport,
    clock: Clock,
) -> Result<EnrolReply, AppError> {
    staging
        .create()
        .map_err(|e| AppError::home(staging.folder(), e))?;
    let Unlock {
        passphrase,
        key_store,
    } = &enrolment.unlock;
    let key = make_key(staging, passphrase.as_ref(), *key_store, clock)?;
    // An empty file that only its user reads; the store takes it over.
    let path = staging.store();
    staging
        .open_private(&path)
        .map_err(|e| AppError::home(&path, e))?;
    let mut store = Store::create(&path, &key)?;
    let device_name = enrolment.device_name.clone().unwrap_or_else(machine_name);
    // The last thing that may fail for want of room fails here.
    store.set_setting(DEVICE_NAME_SETTING, Some(&device_name))?;
    let Answered { reply, took } = transport.enrol(&EnrolRequest {
        code: enrolment.code.clone(),
        device_name,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })?;
    let answered = clock.now();
    store.enrol(&Identity {
        device: reply.device_id,
        incarnation: reply.incarnation,
        epoch: reply.epoch,
        server: enrolment.server.to_string(),
        token: reply.token.clone(),
        user: reply.user.clone(),
        district: reply.district.clone(),
    })?;
    if let Some(offset_ms) = offset_of(reply.server_time, answered, took) {
        store.set_clock_offset(offset_ms)?;
    }
    Ok(reply)
}

fn make_key(
    staging: &Home,
    passphrase: Option<&Passphrase>,
    key_store: OsKeyStore,
    clock: Clock,
) -> Result<DataKey, AppError> {
    let id = IdSource::new().id(clock.now());
    let (file, key) = KeyFile::create(id, passphrase, key_store)?;
    if let Err(error) = file.write(staging) {
        file.forget(key_store)?;
        return Err(error.into());
    }
    Ok(DataKey::new(*key))
}

/// Key first, store last: the store is what makes a home enrolled. What SQLite had no room to carry
/// over from its log into the store when it was closed goes along, or the store would be cut short.
fn put_in_place(staging: &Home, home: &Home) -> Result<(), AppError> {
    let moved = |from: std::path::PathBuf, to: std::path::PathBuf| {
        fs::rename(&from, &to).map_err(|e| AppError::home(&to, e))
    };
    moved(staging.key(), home.key())?;
    let log = staging.store_log();
    if log.try_exists().map_err(|e| AppError::home(&log, e))? {
        moved(log, home.store_log())?;
    }
    moved(staging.store(), home.store())?;
    #[cfg(unix)]
    fs::File::open(home.folder())
        .and_then(|folder| folder.sync_all())
        .map_err(|e| AppError::home(home.folder(), e))?;
    Ok(())
}

/// Removes what an enrolment that came to nothing left behind, also in the system's key store.
fn clear(staging: &Home, key_store: OsKeyStore) -> Result<(), AppError> {
    match KeyFile::read(staging) {
        Ok(Some(file)) => {
            if let Err(error) = file.forget(key_store) {
                tracing::warn!(%error, "the key store keeps a secret that opens nothing");
            }
        }
        Ok(None) | Err(KeyError::Damaged(_) | KeyError::Newer(_)) => {}
        Err(error) => return Err(error.into()),
    }
    match fs::remove_dir_all(staging.folder()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(AppError::home(staging.folder(), error)),
    }
}

/// What the machine calls itself.
fn machine_name() -> String {
    let given = |name: &str| std::env::var(name).ok();
    given("COMPUTERNAME")
        .or_else(|| fs::read_to_string("/etc/hostname").ok())
        .or_else(|| given("HOSTNAME"))
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "laptop".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_store_still_has_in_its_log_moves_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::new(folder.path()).unwrap();
        let staging = home.staging();
        staging.create().unwrap();
        for path in [staging.key(), staging.store(), staging.store_log()] {
            fs::write(&path, path.display().to_string()).unwrap();
        }
        let log = fs::read(staging.store_log()).unwrap();
        put_in_place(&staging, &home).unwrap();
        assert_eq!(fs::read(home.store_log()).unwrap(), log);
        assert!(home.enrolled().unwrap());
    }
}
