//! Owns the commands of `qilian-server`: arguments in, one JSON document out, messages for people on
//! standard error, an exit status (0 done, 1 refused, 2 wrong usage).
//!
//! Elsewhere: what the commands do (`district`, `storage`, `serve`). These are the only words in the
//! server that people read, so they are Chinese and say what is wrong, where, and what to do.

mod answer;
mod arguments;
mod backup;
mod code;
mod demo;
mod device;
mod epoch;
mod files;
mod health;
mod import;
mod init;
mod place;
mod server;
mod user;

use std::path::PathBuf;
use std::process::ExitCode;

use qilian_sync::wire::DeviceState;

use clap::{CommandFactory as _, Parser as _, error::ErrorKind};

use crate::clock::Clock;
use crate::storage::postgres::Address;
use answer::{Answer, Failure};
use arguments::{
    Arguments, Command, DatabaseUrl, DeviceCommand, EpochCommand, FilesCommand, ObjectsAt,
};
use place::{Engine, Place};

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return answer::usage(&error),
    };
    if arguments.data.is_none() && arguments.database.is_none() {
        let missing = "缺少 --data DIR：请写明数据目录，或用 --database URL 写明数据库";
        let kind = ErrorKind::MissingRequiredArgument;
        return answer::usage(&Arguments::command().error(kind, missing));
    }
    let done = place(arguments.data, arguments.database, arguments.objects)
        .and_then(|place| perform(arguments.command, &place, arguments.json));
    answer::finish(done, arguments.json)
}

/// Where the command works. With a database, only the journal is kept in the data directory.
fn place(
    data: Option<PathBuf>,
    database: Option<DatabaseUrl>,
    objects: ObjectsAt,
) -> Result<Place, Failure> {
    let clock = Clock::from_environment()
        .map_err(|e| Failure::new("time_unreadable", format!("环境变量 {e}")))?;
    let engine = match database {
        Some(DatabaseUrl(url)) => Engine::Postgres(Address::read(&url)?),
        None => Engine::Sqlite(data.clone().unwrap_or_default()),
    };
    Ok(Place {
        engine,
        data,
        objects: files::objects(objects)?,
        clock,
    })
}

fn perform(command: Command, place: &Place, json: bool) -> Result<Option<Answer>, Failure> {
    let answer = match command {
        // It said all it had to say when it began to listen.
        Command::Serve(serve) => return server::run(place, serve, json).map(|()| None),
        Command::Init { district } => init::run(place, &district),
        Command::Import(file) => import::run(place, file),
        Command::Backup { file, files } => backup::back_up(place, &file, files.as_deref()),
        Command::Restore { file, files } => backup::restore(place, &file, files.as_deref()),
        Command::Files(FilesCommand::Check) => files::check(place),
        Command::Epoch(EpochCommand::New { journal }) => epoch::begin(place, &journal),
        Command::Demo(demo) => demo::run(place, &demo),
        Command::Code { user, minutes } => code::run(place, &user, minutes),
        Command::User(command) => user::run(place, command),
        Command::Device(DeviceCommand::List) => device::list(place),
        Command::Device(DeviceCommand::Health { days }) => health::run(place, days),
        Command::Device(DeviceCommand::Suspend { id }) => {
            device::set_state(place, &id, DeviceState::Suspended)
        }
        Command::Device(DeviceCommand::Revoke { id }) => {
            device::set_state(place, &id, DeviceState::Revoked)
        }
        Command::Device(DeviceCommand::Wipe { id }) => {
            device::set_state(place, &id, DeviceState::Wipe)
        }
        Command::Device(DeviceCommand::Resync(cohort)) => device::resync(place, &cohort),
        Command::Device(DeviceCommand::Restore { id }) => {
            device::set_state(place, &id, DeviceState::Active)
        }
    };
    answer.map(Some)
}
