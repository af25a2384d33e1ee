//! `qilian`: a laptop from a terminal, for district IT, scripts and acceptance checks.
//!
//! Owns the arguments, the JSON and the words of the terminal; each command calls one use case of
//! `qilian-app`. Its names, keys, codes and exit statuses are an interface (`docs/cli.md`). Elsewhere:
//! the use cases themselves, the window (`src-tauri`), the server's terminal (`qilian-server`).

mod args;
mod command;
mod laptop;
mod output;
mod words;

use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

use args::Arguments;

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            EnvFilter::try_from_env("QILIAN_LOG").unwrap_or_else(|_| EnvFilter::new("off")),
        )
        .with_writer(std::io::stderr)
        .init();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return output::usage(&error),
    };
    let json = arguments.json;
    output::finish(command::run(arguments), json)
}
