//! One module a group of commands: which use case, and its answer as JSON and in words.

mod attachment;
mod enrol;
mod enterprise;
mod hints;
mod outbox;
mod policy;
mod quota;
mod storeless;
mod sync;
mod visit;
mod week;

use crate::args::{Arguments, Command, FactCommand, PolicyCommand, VisitCommand, WeekCommand};
use crate::laptop;
use crate::output::{Answer, Failure};

/// Runs the command that was named.
pub(crate) fn run(arguments: Arguments) -> Result<Answer, Failure> {
    let open = || laptop::open(&arguments);
    let open_to_write = || laptop::open_to_write(&arguments);
    match &arguments.command {
        Command::Enrol {
            server,
            code,
            device,
        } => enrol::enrol(&arguments, server, code, device.as_deref()),
        Command::Passphrase { new_file } => enrol::passphrase(&arguments, new_file),
        Command::Sync => sync::sync(&open_to_write()?),
        Command::Status => sync::status(&open_to_write()?),
        Command::Enterprises { search, limit } => enterprise::list(&open()?, search, *limit),
        Command::Enterprise { uscc } => enterprise::file(&open()?, uscc),
        Command::Visit(VisitCommand::Record(visit)) => visit::record(&open_to_write()?, visit),
        Command::Attach { visit, file } => attachment::attach(&open()?, visit, file),
        Command::Attachments { visit, save, to } => match (visit, save, to) {
            (Some(visit), ..) => attachment::list(&open()?, visit),
            (None, Some(save), Some(to)) => attachment::save(&open()?, save, to),
            // The arguments' group says that one of them is there.
            _ => Err(Failure::Usage {
                code: "usage",
                details: serde_json::json!({}),
            }),
        },
        Command::Quota { on } => quota::quota(&open()?, *on),
        Command::Plan { on } => quota::plan(&open()?, *on),
        Command::Week(WeekCommand::Preview(args)) => week::preview(&open()?, args.week),
        Command::Week(WeekCommand::Submit(args)) => week::submit(&open()?, args.week),
        Command::Hints { uscc, on } => hints::hints(&open()?, uscc, *on),
        Command::Fact(FactCommand::Set {
            uscc,
            facts,
            as_of,
            source,
        }) => enterprise::set_facts(&open()?, uscc, facts, *as_of, source.as_deref()),
        Command::Outbox => outbox::outbox(&open()?),
        Command::Export { folder } => outbox::export(&open_to_write()?, folder),
        Command::Rejected(args) => outbox::rejected(&open()?, args),
        Command::Policy(PolicyCommand::Check { files }) => policy::check(files),
        Command::Policy(PolicyCommand::Eval(args)) => policy::eval(args),
        Command::Deadline { from, limit, unit } => {
            storeless::deadline(&arguments, *from, *limit, *unit)
        }
        Command::Uscc { code } => storeless::uscc(code),
        Command::Size(args) => storeless::size(args),
    }
}
