//! Owns what people do, as named commands: each names the rows that it reads, and one pure function
//! decides which rows it writes. The laptop runs it first and shows the result as pending; the server
//! runs the same function with the same rows and is right (`sync.md` A.1, A.0 9).
//!
//! Elsewhere: loading and writing rows (both storages), order and exactly-once (`qilian-sync`).

mod attachment;
mod fact;
mod loaded;
mod merge;
mod note;
mod outcome;
mod promise;
mod scope;
mod thumbnail;
mod visit;
mod week;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::calendar::Calendars;
use crate::ids::{At, UserId};
use crate::quota::QuotaRule;
use crate::refusal::Refusal;
use crate::row::Row;
use crate::skew::{CONVERTERS, Converter, brought_up};
use crate::stamp::Stamp;
use crate::uscc::Uscc;

pub use attachment::{AttachmentAdd, AttachmentRemove};
pub use fact::{FactSet, NewFact};
pub use loaded::{Loaded, Read};
pub use merge::Conflict;
pub use note::NoteWrite;
pub use outcome::OutcomeHandle;
pub use promise::PromiseKeep;
pub use scope::{LATE_FACT_DAYS, Lateness, Scope};
pub use thumbnail::{THUMBNAIL_BYTES, ThumbnailAdd};
pub use visit::{NOTE_LIMIT, NewDemand, NewPromise, VisitRecord};
pub use week::{WeekPackage, WeekSubmit};

/// The rules a decision is made by; both sides load them from the same public rows.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Years whose holidays are known.
    pub calendars: Calendars,
    /// The programme's quota.
    pub quota: QuotaRule,
}

/// Who does it, when, and with which standing.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// The user.
    pub actor: &'a UserId,
    /// When; `stamp.received` is set on the server only, whose word is final.
    pub stamp: Stamp,
    /// How the actor stands to the enterprise concerned (`sync.md` A.0 6).
    pub scope: Scope,
    /// Whether it matters how long ago they lost it.
    pub lateness: Lateness,
    /// The rules in force.
    pub rules: &'a Rules,
}

impl Context<'_> {
    /// When it is decided: the server's time of receipt, the laptop's own before.
    pub fn now(&self) -> At {
        (self.stamp.received).unwrap_or_else(|| self.stamp.corrected())
    }

    /// The day beyond which nothing can have happened yet: the server's when it received the command,
    /// the laptop's own before.
    pub fn today(&self) -> NaiveDate {
        self.now().day()
    }
}

macro_rules! commands {
    ($($(#[$doc:meta])* $command:ident = $name:literal,)+) => {
        /// A command with its arguments.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Command {$(
            $(#[$doc])*
            $command($command),
        )+}

        impl Command {
            /// The names of all commands, each with the version of its arguments.
            pub const NAMES: &[&str] = &[$($name),+];

            /// Its name and version, such as `visit.record@1`.
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$command(_) => $name),+ }
            }

            /// Its arguments as JSON.
            ///
            /// # Errors
            /// If they can't be written as JSON.
            pub fn args(&self) -> serde_json::Result<Value> {
                match self { $(Self::$command(args) => serde_json::to_value(args)),+ }
            }

            fn parse_current(name: &str, args: &Value) -> Result<Self, Refusal> {
                match name {
                    $($name => $command::deserialize(args)
                        .map(Self::$command)
                        .map_err(|e| Refusal::CommandUnreadable(format!("{name}: {e}"))),)+
                    _ => Err(Refusal::CommandUnreadable(format!("unknown command {name:?}"))),
                }
            }

            /// The rows it must see, for `actor`.
            pub fn reads(&self, actor: &UserId) -> Vec<Read> {
                match self { $(Self::$command(args) => args.reads(actor)),+ }
            }

            /// The enterprise whose scope it needs, if any.
            pub fn enterprise(&self) -> Option<&Uscc> {
                match self { $(Self::$command(args) => args.enterprise()),+ }
            }

            /// Decides it: the rows to write, in full. Rows that come out as they were are no change.
            ///
            /// # Errors
            /// A [`Refusal`], which is for good: the same command on the same rows is refused again.
            pub fn decide(&self, context: &Context<'_>, loaded: &Loaded) -> Result<Vec<Row>, Refusal> {
                match self { $(Self::$command(args) => args.decide(context, loaded)),+ }
            }

            /// What of it does not take effect, because somebody else's change came first. The rest does; its
            /// author is told, with both values (`sync.md` A.5).
            pub fn conflicts(&self, context: &Context<'_>, loaded: &Loaded) -> Vec<Conflict> {
                match self { $(Self::$command(args) => args.conflicts(context, loaded)),+ }
            }
        }

        $(impl From<$command> for Command {
            fn from(args: $command) -> Self {
                Self::$command(args)
            }
        })+
    };
}

impl Command {
    /// Reads a command as it crossed the wire, also one that an earlier version wrote.
    ///
    /// # Errors
    /// [`Refusal::CommandUnreadable`] for an unknown name or arguments of another shape.
    pub fn parse(name: &str, args: &Value) -> Result<Self, Refusal> {
        Self::parse_by(CONVERTERS, name, args)
    }

    /// The same, by other steps between versions.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn parse_by(converters: &[Converter], name: &str, args: &Value) -> Result<Self, Refusal> {
        let unreadable = |why| Refusal::CommandUnreadable(format!("{name}: {why}"));
        let (name, args) = brought_up(converters, name, args).map_err(unreadable)?;
        Self::parse_current(&name, &args)
    }
}

/// What each command's arguments know how to do.
trait Decide: Serialize + for<'de> Deserialize<'de> {
    fn reads(&self, actor: &UserId) -> Vec<Read>;
    fn enterprise(&self) -> Option<&Uscc> {
        None
    }
    fn decide(&self, context: &Context<'_>, loaded: &Loaded) -> Result<Vec<Row>, Refusal>;
    fn conflicts(&self, _context: &Context<'_>, _loaded: &Loaded) -> Vec<Conflict> {
        Vec::new()
    }
}

commands! {
    /// A visit with all that was learned, raised and promised on it.
    VisitRecord = "visit.record@1",
    /// Facts learned outside a visit.
    FactSet = "fact.set@1",
    /// A promise was kept.
    PromiseKeep = "promise.keep@1",
    /// A week is sealed and sent.
    WeekSubmit = "week.submit@1",
    /// The author saw to a rejected or merged mutation.
    OutcomeHandle = "outcome.handle@1",
    /// Words are kept on an enterprise.
    NoteWrite = "note.write@1",
    /// A file was added to a visit.
    AttachmentAdd = "attachment.add@1",
    /// A file was taken back.
    AttachmentRemove = "attachment.remove@1",
    /// A small picture of a file.
    ThumbnailAdd = "thumbnail.add@1",
}
