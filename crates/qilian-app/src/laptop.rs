//! Owns an open laptop: its store, its clock, its rules, and the one way to change anything, `commit`.
//!
//! Screens read through `reader`, which never waits for a writer; commands and syncs write through
//! `store`. Neither lock is held over the network. Elsewhere: the use cases, each a module that adds
//! methods to [`Laptop`]; making a laptop (`enrol`).

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use chrono::NaiveDate;
use qilian_domain::calendar::Calendars;
use qilian_domain::command::{Command, Rules};
use qilian_domain::ids::{At, MutId};
use qilian_domain::rows::{Role, User};
use qilian_store::{
    CommitAs, Committed, Contents, DataKey, FileFolder, Identity, Store, StoreError, StoreReader,
};
use qilian_sync::wire::{Cursor, EnrolledUser};
use uuid::Uuid;

use crate::attachment::Intakes;
use crate::autosync::Bell;
use crate::clock::Clock;
use crate::error::AppError;
use crate::home::Home;
use crate::ids::IdSource;
use crate::key::{self, KeyError, KeyFile, KeyKind, OsKeyStore, Passphrase};
use crate::library::Shelf;
use crate::sync::Activity;
use crate::transport::Transport;
use crate::wipe;

/// The setting that keeps what the user calls this laptop.
pub(crate) const DEVICE_NAME_SETTING: &str = "device.name";

/// What opens a store.
#[derive(Debug, Clone)]
pub struct Unlock {
    /// The passphrase, where one was typed.
    pub passphrase: Option<Passphrase>,
    /// The operating system's key store.
    pub key_store: OsKeyStore,
}

impl Unlock {
    /// Nothing typed: what the operating system keeps.
    pub fn from_environment() -> Self {
        Self {
            passphrase: None,
            key_store: OsKeyStore::from_environment(),
        }
    }
}

/// What is found at a home.
#[derive(Debug)]
pub enum Session {
    /// Nobody is enrolled.
    NotEnrolled,
    /// The store waits for a passphrase.
    Locked,
    /// The district had the store destroyed. Somebody may enrol anew.
    Wiped,
    /// The store can't be opened, whatever is typed; the error says why.
    Broken(AppError),
    /// All is well.
    Ready(Box<Laptop>),
}

impl Session {
    /// The laptop, where nobody is there to be asked.
    ///
    /// # Errors
    /// `not_enrolled`, `passphrase_needed`, or why the store can't be opened.
    pub fn laptop(self) -> Result<Laptop, AppError> {
        match self {
            Self::NotEnrolled => Err(AppError::NotEnrolled),
            Self::Wiped => Err(AppError::Wiped),
            Self::Locked => Err(KeyError::PassphraseNeeded.into()),
            Self::Broken(error) => Err(error),
            Self::Ready(laptop) => Ok(*laptop),
        }
    }
}

/// An enrolled laptop with its store open.
#[derive(Debug)]
pub struct Laptop {
    home: Home,
    clock: Clock,
    pub(crate) ids: IdSource,
    identity: Identity,
    device_name: String,
    key_store: OsKeyStore,
    /// Server time minus device time in milliseconds; 0 while it is not known.
    offset_ms: AtomicI64,
    wiped: AtomicBool,
    store: Mutex<Store>,
    reader: Mutex<StoreReader>,
    /// Of which cut they are: only a pull changes them.
    rules: Mutex<Option<(Cursor, Arc<Rules>)>>,
    transport: OnceLock<Transport>,
    pub(crate) activity: Mutex<Activity>,
    pub(crate) bell: Arc<Bell>,
    pub(crate) shelf: Shelf,
    pub(crate) files: FileFolder,
    pub(crate) intakes: Intakes,
}

impl Laptop {
    /// Opens what is found at a home.
    ///
    /// # Errors
    /// `passphrase_wrong`; everything else that is wrong with a store is [`Session::Broken`].
    pub fn open(home: Home, unlock: &Unlock, clock: Clock) -> Result<Session, AppError> {
        match Self::open_enrolled(home, unlock, clock) {
            Ok(laptop) => Ok(Session::Ready(Box::new(laptop))),
            Err(AppError::NotEnrolled) => Ok(Session::NotEnrolled),
            Err(AppError::Wiped) => Ok(Session::Wiped),
            Err(AppError::Key(KeyError::PassphraseNeeded)) => Ok(Session::Locked),
            Err(error @ AppError::Key(KeyError::PassphraseWrong)) => Err(error),
            Err(error) => Ok(Session::Broken(error)),
        }
    }

    fn open_enrolled(home: Home, unlock: &Unlock, clock: Clock) -> Result<Self, AppError> {
        if wipe::go_on(&home, unlock.key_store)? {
            return Err(AppError::Wiped);
        }
        let enrolled = home
            .enrolled()
            .map_err(|e| AppError::home(home.folder(), e))?;
        if !enrolled {
            return Err(AppError::NotEnrolled);
        }
        let key = KeyFile::read(&home)?
            .ok_or_else(|| KeyError::Damaged("there is a store and no key".to_owned()))?
            .open(unlock.passphrase.as_ref(), unlock.key_store)?;
        let key = DataKey::new(*key);
        let store = Store::open(&home.store(), &key)?;
        let reader = StoreReader::open(&home.store(), &key)?;
        let identity = reader.identity()?.ok_or(StoreError::NotEnrolled)?;
        let device_name = reader.setting(DEVICE_NAME_SETTING)?.unwrap_or_default();
        let offset_ms = reader.sync_state()?.clock_offset_ms.unwrap_or(0);
        let files = FileFolder::beside(&home.store());
        let laptop = Self {
            home,
            clock,
            ids: IdSource::new(),
            identity,
            device_name,
            key_store: unlock.key_store,
            offset_ms: AtomicI64::new(offset_ms),
            wiped: AtomicBool::new(false),
            store: Mutex::new(store),
            reader: Mutex::new(reader),
            rules: Mutex::new(None),
            transport: OnceLock::new(),
            activity: Mutex::default(),
            bell: Arc::default(),
            shelf: Shelf::default(),
            files,
            intakes: Intakes::default(),
        };
        // What a killed program left half done.
        laptop.settle_attachments()?;
        laptop.sweep_files()?;
        Ok(laptop)
    }

    /// The store to write to. A guard that is held makes writers wait, so it is dropped before anything
    /// is sent or awaited.
    pub fn store(&self) -> MutexGuard<'_, Store> {
        // A panic in between rolled its transaction back: what is behind the lock is whole.
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The store to read from. It never waits for a writer, only for another reader.
    pub fn reader(&self) -> MutexGuard<'_, StoreReader> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The folder.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// This laptop, its user, its district and its server, as they were when it was opened: a copy of a
    /// laptop becomes another device while it syncs.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Whose laptop it is.
    pub fn user(&self) -> &EnrolledUser {
        &self.identity.user
    }

    /// What the user calls this laptop.
    pub fn device_name(&self) -> &str {
        &self.device_name
    }

    /// What opens the store when the program starts.
    ///
    /// # Errors
    /// If the key file can't be read.
    pub fn key_kind(&self) -> Result<KeyKind, AppError> {
        Ok(KeyFile::read(&self.home)?
            .ok_or(AppError::NotEnrolled)?
            .kind())
    }

    /// The device's clock.
    pub fn now(&self) -> At {
        self.clock.now()
    }

    /// Today (China Standard Time) by the device's clock, put right by how far it is known to be off the
    /// server's: the same day that a visit recorded now is judged by.
    pub fn today_date(&self) -> NaiveDate {
        self.server_now().day()
    }

    /// Now, put right by how far the device's clock is known to be off the server's.
    pub(crate) fn server_now(&self) -> At {
        self.now().plus_ms(self.offset_ms.load(Ordering::Relaxed))
    }

    /// Whether the store was destroyed while the program ran: nothing that is still in memory may be shown.
    pub fn is_wiped(&self) -> bool {
        self.wiped.load(Ordering::Acquire)
    }

    pub(crate) fn set_wiped(&self) {
        self.wiped.store(true, Ordering::Release);
    }

    pub(crate) fn key_store(&self) -> OsKeyStore {
        self.key_store
    }

    /// Takes how far the clock is off the server's, as just measured or read.
    pub(crate) fn note_offset(&self, offset_ms: Option<i64>) {
        self.offset_ms
            .store(offset_ms.unwrap_or(0), Ordering::Relaxed);
    }

    /// A new id for a row or a mutation.
    pub fn new_id(&self) -> Uuid {
        self.ids.id(self.now())
    }

    /// A new secret: 256 random bits, in hexadecimal.
    pub(crate) fn new_token(&self) -> String {
        self.ids.token()
    }

    /// The rules in force: the calendars that ship, the district's own over them, the programme's quota.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn rules(&self) -> Result<Arc<Rules>, AppError> {
        self.rules_in(&self.reader())
    }

    /// As [`Laptop::rules`]. Who changes something reads them, like all it needs, from the store that it
    /// changes: that one has its pages at hand, while each commit makes the readers fetch theirs anew.
    pub(crate) fn rules_in(&self, contents: &Contents) -> Result<Arc<Rules>, AppError> {
        let state = contents.sync_state()?;
        self.note_offset(state.clock_offset_ms);
        let cursor = state.cursor;
        let mut kept = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, rules)) = kept.as_ref()
            && *of == cursor
        {
            return Ok(Arc::clone(rules));
        }
        let of_district = contents.rules()?;
        let mut calendars = Calendars::builtin().map_err(|e| AppError::Internal(e.to_string()))?;
        for year in of_district.calendars.years() {
            calendars
                .insert(year.clone())
                .map_err(|e| AppError::Internal(e.to_string()))?;
        }
        let rules = Arc::new(Rules {
            calendars,
            quota: of_district.quota,
        });
        *kept = Some((cursor, Arc::clone(&rules)));
        Ok(rules)
    }

    /// Does a command: durable when this returns, sent when there is a network.
    ///
    /// # Errors
    /// The domain's refusal, or the store's; then nothing was written.
    pub fn commit(&self, command: &Command) -> Result<Committed, AppError> {
        self.commit_closing(command, None)
    }

    /// As [`Laptop::commit`]; the open form that the command came from is forgotten with it, or stays as
    /// it is.
    pub(crate) fn commit_closing(
        &self,
        command: &Command,
        form: Option<&str>,
    ) -> Result<Committed, AppError> {
        let mut store = self.store();
        let rules = self.rules_in(&store)?;
        let commit_as = CommitAs {
            mut_id: MutId::new(self.new_id()),
            device_time: self.now(),
            rules: &rules,
            closes: form,
        };
        let committed = store.commit(command, &commit_as)??;
        self.bell.committed();
        Ok(committed)
    }

    /// Does commands in their order, all of them or none.
    ///
    /// # Errors
    /// As [`Laptop::commit`].
    pub(crate) fn commit_all(&self, commands: &[Command]) -> Result<(), AppError> {
        let mut store = self.store();
        let rules = self.rules_in(&store)?;
        let commands: Vec<(MutId, &Command)> = (commands.iter())
            .map(|command| (MutId::new(self.new_id()), command))
            .collect();
        store.commit_all(&commands, self.now(), &rules)??;
        self.bell.committed();
        Ok(())
    }

    /// Whether the district's rows give this laptop's user the administrator's role.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn is_administrator(&self) -> Result<bool, AppError> {
        let user = self.reader().get::<User>(&self.user().id)?;
        Ok(user.is_some_and(|user| user.roles.contains(&Role::Admin)))
    }

    /// Changes the passphrase, or gives one to a laptop that only the key store opens.
    ///
    /// # Errors
    /// `passphrase_wrong` for a wrong old one; then everything stays as it was.
    pub fn change_passphrase(
        &self,
        old: Option<&Passphrase>,
        new: &Passphrase,
    ) -> Result<(), AppError> {
        if key::change_passphrase(&self.home, old, new, self.key_store)? {
            Ok(())
        } else {
            Err(AppError::NotEnrolled)
        }
    }

    /// The way to the server, made when it is first needed.
    pub(crate) fn transport(&self) -> Result<&Transport, AppError> {
        if let Some(transport) = self.transport.get() {
            return Ok(transport);
        }
        let made = Transport::new(self.identity.server.parse()?, &self.ids)?;
        Ok(self.transport.get_or_init(|| made))
    }
}
