//! `qilian-server`: the district from a terminal. Everything is in `qilian_server::cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    qilian_server::cli::run()
}
