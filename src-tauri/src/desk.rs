//! Who sits at this laptop: nobody yet, somebody whose store is locked, or an open laptop that syncs by itself.
//!
//! The window has one desk for as long as it runs. It knows no Tauri, so that it can be tried without a window.
//! Elsewhere: opening, enrolling and syncing themselves (`qilian-app`), telling the page (`telling`).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use qilian_app::contract::{
    EnrolArgs, KeyPlace, PassphraseChangeArgs, Person, SessionDevice, SessionView, UnlockArgs,
};
use qilian_app::{
    AppError, AutoSync, Clock, Enrolment, Home, KeyError, KeyKind, Laptop, OsKeyStore, Passphrase,
    Session, SyncEvent, Unlock, enrol,
};

/// Hears what the syncing thread tells.
pub(crate) type Listener = Arc<dyn Fn(&Laptop, SyncEvent) + Send + Sync>;

/// What a desk needs to know from the start.
pub(crate) struct Place {
    /// The folder of the store.
    pub(crate) home: Home,
    /// The time.
    pub(crate) clock: Clock,
    /// The system's key store.
    pub(crate) key_store: OsKeyStore,
    /// A passphrase that was given with the start, where there is no key store and nobody to type.
    pub(crate) given: Option<Passphrase>,
}

/// The one desk of the window.
pub(crate) struct Desk {
    place: Place,
    listener: Listener,
    seat: Mutex<Option<Seat>>,
}

/// An open laptop; its syncing ends with it.
struct Seat {
    laptop: Arc<Laptop>,
    autosync: AutoSync,
}

impl Desk {
    pub(crate) fn new(place: Place, listener: Listener) -> Self {
        Self {
            place,
            listener,
            seat: Mutex::new(None),
        }
    }

    /// What the window shows first. Opens the store if nothing needs to be asked.
    pub(crate) fn session(&self) -> Result<SessionView, AppError> {
        let mut seat = self.seat();
        if let Some(seat) = seat.take_if(|seat| seat.laptop.is_wiped()) {
            drop(seat);
        }
        if let Some(seat) = seat.as_ref() {
            return ready(&seat.laptop);
        }
        self.sit_down(&mut seat, self.place.given.as_ref())
            .or_else(|error| match error {
                // Given with the start and wrong: somebody is asked for the right one.
                AppError::Key(KeyError::PassphraseWrong) => Ok(SessionView::Locked),
                other => Err(other),
            })
    }

    /// Opens the store with what was typed.
    pub(crate) fn unlock(&self, args: &UnlockArgs) -> Result<SessionView, AppError> {
        let passphrase = Passphrase::new(args.passphrase.as_str())?;
        let mut seat = self.seat();
        match seat.as_ref() {
            Some(seat) => ready(&seat.laptop),
            None => self.sit_down(&mut seat, Some(&passphrase)),
        }
    }

    /// Binds the laptop to the user of a code, and opens it.
    pub(crate) fn enrol(&self, args: EnrolArgs) -> Result<SessionView, AppError> {
        let typed = args
            .passphrase
            .filter(|text| !text.is_empty())
            .map(Passphrase::new)
            .transpose()?;
        let passphrase = typed.or_else(|| self.place.given.clone());
        let enrolment = Enrolment {
            server: args.server.parse()?,
            code: args.code,
            device_name: args.device.filter(|name| !name.trim().is_empty()),
            unlock: self.unlock_by(passphrase.as_ref()),
        };
        let mut seat = self.seat();
        enrol(&self.place.home, &enrolment, self.place.clock)?;
        let view = self.sit_down(&mut seat, passphrase.as_ref())?;
        if let Some(seat) = seat.as_ref() {
            // There is nothing to show before the first sync.
            seat.autosync.now();
        }
        Ok(view)
    }

    /// Chooses another passphrase. Without one in force (the key store opens the laptop) the current one is empty.
    pub(crate) fn passphrase_change(&self, args: &PassphraseChangeArgs) -> Result<(), AppError> {
        let current = Some(args.current.as_str())
            .filter(|text| !text.is_empty())
            .map(Passphrase::new)
            .transpose()?;
        self.laptop_to_write()?
            .change_passphrase(current.as_ref(), &Passphrase::new(args.next.as_str())?)
    }

    /// The open laptop, if it may show what it holds.
    pub(crate) fn laptop(&self) -> Result<Arc<Laptop>, AppError> {
        let laptop = self.laptop_to_write()?;
        laptop.may_read()?;
        Ok(laptop)
    }

    /// The open laptop, also one whose lease is over: to sync, and to write down what must not wait.
    pub(crate) fn laptop_to_write(&self) -> Result<Arc<Laptop>, AppError> {
        let seat = self.seat();
        seat.as_ref()
            .filter(|seat| !seat.laptop.is_wiped())
            .map(|seat| Arc::clone(&seat.laptop))
            .ok_or(AppError::NotEnrolled)
    }

    /// Lets the laptop sync as soon as it can; nothing where nobody is enrolled.
    pub(crate) fn sync_soon(&self) {
        if let Some(seat) = self.seat().as_ref() {
            seat.autosync.now();
        }
    }

    fn sit_down(
        &self,
        seat: &mut Option<Seat>,
        passphrase: Option<&Passphrase>,
    ) -> Result<SessionView, AppError> {
        let opened = Laptop::open(
            self.place.home.clone(),
            &self.unlock_by(passphrase),
            self.place.clock,
        )?;
        let laptop = match opened {
            Session::NotEnrolled => return Ok(self.not_enrolled(false)),
            Session::Wiped => return Ok(self.not_enrolled(true)),
            Session::Locked => return Ok(SessionView::Locked),
            Session::Broken(error) => {
                tracing::error!(code = error.code(), %error, "the store cannot be opened");
                return Ok(SessionView::Broken {
                    code: error.code().to_owned(),
                    details: error.details(),
                });
            }
            Session::Ready(laptop) => Arc::from(laptop),
        };
        let view = ready(&laptop)?;
        let (listener, of) = (Arc::clone(&self.listener), Arc::clone(&laptop));
        let autosync = AutoSync::start(Arc::clone(&laptop), move |event| listener(&of, event))
            .map_err(|error| AppError::Internal(error.to_string()))?;
        *seat = Some(Seat { laptop, autosync });
        Ok(view)
    }

    fn not_enrolled(&self, wiped: bool) -> SessionView {
        SessionView::NotEnrolled {
            needs_passphrase: self.place.given.is_none() && !self.place.key_store.available(),
            wiped,
        }
    }

    fn unlock_by(&self, passphrase: Option<&Passphrase>) -> Unlock {
        Unlock {
            passphrase: passphrase.cloned(),
            key_store: self.place.key_store,
        }
    }

    fn seat(&self) -> MutexGuard<'_, Option<Seat>> {
        // Whoever panicked had either sat down or not: what is behind the lock is whole.
        self.seat.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn ready(laptop: &Laptop) -> Result<SessionView, AppError> {
    match laptop.may_read() {
        Ok(()) => {}
        Err(AppError::LeaseOver { until, days }) => {
            return Ok(SessionView::LeaseOver {
                until: until.to_string(),
                days,
                today: laptop.today_date().to_string(),
            });
        }
        Err(error) => return Err(error),
    }
    let (identity, user) = (laptop.identity(), laptop.user());
    Ok(SessionView::Ready {
        user: Person {
            id: user.id.to_string(),
            name: user.name.clone(),
            unit: None,
        },
        administrator: laptop.is_administrator()?,
        district: identity.district.name.clone(),
        device: SessionDevice {
            id: identity.device.to_string(),
            name: laptop.device_name().to_owned(),
        },
        server: identity.server.clone(),
        key: match laptop.key_kind()? {
            KeyKind::KeyStore => KeyPlace::KeyStore,
            KeyKind::Passphrase => KeyPlace::Passphrase,
        },
        today: laptop.today_date().to_string(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desk(folder: &std::path::Path) -> Desk {
        let place = Place {
            home: Home::new(folder).unwrap(),
            clock: Clock::system(),
            key_store: OsKeyStore::Off,
            given: None,
        };
        Desk::new(place, Arc::new(|_, _| {}))
    }

    #[test]
    fn a_laptop_that_belongs_to_nobody_asks_for_a_passphrase_where_there_is_no_key_store() {
        let folder = tempfile::tempdir().unwrap();
        let session = desk(folder.path()).session().unwrap();
        assert_eq!(
            session,
            SessionView::NotEnrolled {
                needs_passphrase: true,
                wiped: false,
            }
        );
    }

    #[test]
    fn a_store_without_its_key_is_broken_and_says_how() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(Home::new(folder.path()).unwrap().store(), b"anything").unwrap();
        let session = desk(folder.path()).session().unwrap();
        assert!(matches!(session, SessionView::Broken { .. }), "{session:?}");
    }

    #[test]
    fn nobody_can_ask_a_laptop_that_is_not_open() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(
            desk(folder.path()).laptop().unwrap_err().code(),
            "not_enrolled"
        );
    }

    #[test]
    fn an_address_that_is_none_is_refused_before_anything_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let args = EnrolArgs {
            server: "not an address".to_owned(),
            code: "ABCD-EFGH".to_owned(),
            device: None,
            passphrase: Some("long enough".to_owned()),
        };
        assert_eq!(
            desk(folder.path()).enrol(args).unwrap_err().code(),
            "server_url_invalid"
        );
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
