//! Owns one decision on the server: rules, scope, the pure function, and its panic if it has one.
//!
//! Elsewhere: what the function says (`qilian-domain`), the chain (`push`).

use std::panic::{AssertUnwindSafe, catch_unwind};

use qilian_domain::bucket::Bucket;
use qilian_domain::command::{Command, Conflict, Context, Lateness, Loaded, Rules, Scope};
use qilian_domain::ids::{Seq, UserId};
use qilian_domain::refusal::Refusal;
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::{Calendar, Programme};
use qilian_domain::stamp::Stamp;

use super::StorageError;
use super::staged::{RowReader, Staged};

/// What decides a command: [`Command::decide`], unless a test wants to see the server fail.
pub type Decider = fn(&Command, &Context<'_>, &Loaded) -> Result<Vec<Row>, Refusal>;

/// A command with who does it, when, and on what.
pub(super) struct Deed<'a> {
    pub(super) actor: &'a UserId,
    pub(super) command: &'a Command,
    pub(super) stamp: Stamp,
    /// The cursor of the store it was written on; `None` on the server itself.
    pub(super) base: Option<Seq>,
    /// Whether it matters how long ago the actor lost the enterprise.
    pub(super) lateness: Lateness,
}

/// How a decision ended.
pub(super) enum Decided {
    /// Rows to write, and what of it came second to somebody else's change.
    Done {
        rows: Vec<Row>,
        conflicts: Vec<Conflict>,
    },
    /// Refused for good.
    Refused(Refusal),
    /// The function panicked; the log has its words.
    Panicked,
}

/// The rules in force.
pub(super) fn rules(reader: &impl RowReader) -> Result<Rules, StorageError> {
    let mut rules = Rules::default();
    for row in reader.all(Kind::Calendar)? {
        if let Row::Calendar(Calendar(year)) = row {
            let fault = |e| StorageError::Corrupt(format!("calendar: {e}"));
            rules.calendars.insert(year).map_err(fault)?;
        }
    }
    for row in reader.all(Kind::Programme)? {
        if let Row::Programme(Programme { quota, .. }) = row {
            rules.quota = quota;
        }
    }
    Ok(rules)
}

/// Decides one command after those that are staged.
pub(super) fn decide(
    reader: &impl RowReader,
    staged: &Staged,
    rules: &Rules,
    decider: Decider,
    deed: &Deed<'_>,
) -> Result<Decided, StorageError> {
    let scope = match deed.command.enterprise() {
        Some(uscc) => {
            let bucket = Bucket::Enterprise(uscc.clone());
            reader.scope(deed.actor, &bucket, deed.base)?
        }
        None => Scope::Held,
    };
    let loaded = staged.load(reader, &deed.command.reads(deed.actor))?;
    let context = Context {
        actor: deed.actor,
        stamp: deed.stamp,
        scope,
        lateness: deed.lateness,
        rules,
    };
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let rows = decider(deed.command, &context, &loaded)?;
        Ok((rows, deed.command.conflicts(&context, &loaded)))
    }));
    Ok(match outcome {
        Ok(Ok((rows, conflicts))) => Decided::Done { rows, conflicts },
        Ok(Err(refusal)) => Decided::Refused(refusal),
        Err(_) => Decided::Panicked,
    })
}
