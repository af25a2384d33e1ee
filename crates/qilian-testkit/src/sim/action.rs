//! Owns what happens in a simulated district, as data: a list of actions, whole or shrunk, becomes a run.
//!
//! An action names its laptop, enterprise or message by a number that is taken modulo what there is, and
//! does nothing where it makes no sense: any part of a list is a list. Elsewhere: drawing a list (`seed`).

/// How a simulated district begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Cadres, each with a laptop.
    pub cadres: u8,
    /// Enterprises, dealt to the cadres in turn.
    pub enterprises: u8,
    /// How far each laptop's clock is off, in minutes; repeated if there are more laptops.
    pub skews: Vec<i32>,
    /// The greatest page that laptops ask for, in bytes: small, so that a pull has many pages.
    pub page_bytes: u32,
    /// Mutations that a push carries at most.
    pub push_mutations: u16,
}

/// What happens next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A cadre records a visit of some days ago, with what came of it.
    Visit {
        /// On which laptop.
        desk: u8,
        /// Which of the enterprises that it shows.
        enterprise: u8,
        /// How long ago.
        days_back: u8,
        /// Bits: a fact, a demand, a promise, a companion, keeping the oldest promise.
        with: u8,
    },
    /// A cadre learns a fact.
    Learn {
        /// On which laptop.
        desk: u8,
        /// About which of the enterprises that it shows.
        enterprise: u8,
    },
    /// A cadre seals a week.
    Seal {
        /// On which laptop.
        desk: u8,
        /// How long ago.
        weeks_back: u8,
    },
    /// A cadre sees to a rejected mutation.
    Handle {
        /// On which laptop.
        desk: u8,
    },
    /// A laptop begins a sync, unless one is under way.
    Begin {
        /// Which.
        desk: u8,
    },
    /// A message arrives.
    Carry {
        /// Which of those under way.
        nth: u8,
    },
    /// A message is lost.
    Lose {
        /// Which.
        nth: u8,
    },
    /// A message is on its way twice.
    Double {
        /// Which.
        nth: u8,
    },
    /// A message is cut short.
    Cut {
        /// Which.
        nth: u8,
    },
    /// A reply is replaced by a log-in page.
    Portal {
        /// Which.
        nth: u8,
    },
    /// A laptop waits no longer; its message may still arrive.
    GiveUp {
        /// Which.
        desk: u8,
    },
    /// A laptop's program is killed.
    Kill {
        /// Which.
        desk: u8,
    },
    /// A laptop's disk has no room for the next write.
    Full {
        /// Which.
        desk: u8,
    },
    /// Another program writes in a laptop's store for longer than the next write waits.
    Locked {
        /// Which.
        desk: u8,
    },
    /// A second program opens a laptop's store and records a visit.
    Second {
        /// Which.
        desk: u8,
        /// To which of the enterprises that it shows.
        enterprise: u8,
    },
    /// A sheet gives an enterprise to a cadre.
    Assign {
        /// Which.
        enterprise: u8,
        /// To whom.
        cadre: u8,
        /// From how many days ago; 200 and more: from as many days over 200 on.
        from: u8,
    },
    /// An enterprise has another name.
    Rename {
        /// Which.
        enterprise: u8,
    },
    /// An import brings many facts.
    Import {
        /// Of which enterprise.
        enterprise: u8,
        /// How many.
        rows: u8,
    },
    /// Time passes.
    Wait {
        /// How long.
        minutes: u16,
    },
    /// A cadre gets another laptop.
    Enrol {
        /// Who.
        cadre: u8,
    },
    /// A laptop's disk is copied to another laptop.
    Clone {
        /// Which.
        desk: u8,
    },
    /// A laptop's home is backed up.
    Backup {
        /// Which.
        desk: u8,
    },
    /// A laptop's home is brought back from its backup.
    Rewind {
        /// Which.
        desk: u8,
    },
    /// The server is stopped and started.
    Restart,
    /// The server's database is backed up.
    BackUpServer,
    /// The server's database is brought back from its backup.
    RestoreServer,
    /// The server's next decisions fail.
    Panic {
        /// How many.
        times: u8,
    },
    /// A reply is replaced by the one before it, which something on the way had kept.
    Stale {
        /// Which.
        nth: u8,
    },
    /// A laptop's clock is set.
    Clock {
        /// Which.
        desk: u8,
        /// By so much.
        minutes: i16,
    },
    /// The server has no time for the next requests.
    Busy {
        /// How many.
        times: u8,
    },
    /// The administrator stops a laptop, or lets it sync again.
    Stop {
        /// Which.
        desk: u8,
        /// It is revoked, not suspended.
        for_good: bool,
    },
    /// A laptop's power goes.
    Power {
        /// Which.
        desk: u8,
        /// In the midst of so many writes to its disk; at once for 0.
        writes: u8,
        /// Bits, used again and again: which of the writes that were not synced are on the disk all the same.
        kept: u8,
    },
    /// The server's power goes.
    ServerPower {
        /// In the midst of so many writes of the next push; at once for 0.
        writes: u8,
        /// As for a laptop.
        kept: u8,
    },
    /// A laptop's disk, or a person who should not have, damages what it holds.
    Rot {
        /// Which.
        desk: u8,
        /// Which of its rows.
        nth: u8,
        /// A row is lost, has another version, is in a bucket no more, or is in it and not there.
        how: u8,
    },
    /// A year and more passes, and the server forgets what left buckets before.
    Year,
    /// A cadre adds a file to a visit.
    Attach {
        /// On which laptop.
        desk: u8,
        /// To which of their visits that it shows.
        visit: u8,
        /// What is in it: below [`COMMON_FILES`], one of few that several people have, else one of its own.
        content: u8,
    },
    /// A cadre takes a file back.
    Remove {
        /// On which laptop.
        desk: u8,
        /// Which of their files that it shows.
        nth: u8,
    },
    /// A laptop has a go at the next file that it owes.
    Upload {
        /// Which.
        desk: u8,
        /// It ends half open; with the bytes put and the server killed; kept and not heard; kept and heard.
        ends: u8,
    },
    /// A laptop lets go of all files that it may let go of.
    Evict {
        /// Which.
        desk: u8,
    },
    /// The place of the server's files loses one; the server finds out by and by.
    LoseBytes {
        /// Which.
        nth: u8,
    },
    /// The server compares what it says of files with what is there, and removes what nobody needs.
    Collect,
}

/// Contents of files that several people have: a form that all were handed.
pub(super) const COMMON_FILES: u8 = 3;

impl Action {
    /// What kind of action it is.
    pub fn kind(&self) -> String {
        let told = format!("{self:?}");
        told.split(' ').next().unwrap_or_default().to_owned()
    }
}
