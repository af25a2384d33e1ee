//! Owns what leaves the program: one JSON document or lines for people on standard output, messages
//! for people on standard error, and the exit status.

use std::io::Write;
use std::process::ExitCode;

use clap::error::ErrorKind;
use qilian_app::{AppError, ErrorDocument};
use serde_json::{Value, json};

use crate::words;

/// Refused.
const REFUSED: u8 = 1;
/// Wrong usage.
const USAGE: u8 = 2;
/// The server could not be reached; nothing is lost.
const UNREACHABLE: u8 = 3;

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Answer {
    /// For scripts.
    pub(crate) json: Value,
    /// For people; lines without a line end at the end.
    pub(crate) text: String,
}

/// Why a command came to nothing.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A use case refused or failed.
    App(AppError),
    /// The arguments are well formed and still can't be: wrong usage.
    Usage {
        /// The code.
        code: &'static str,
        /// The facts that belong to it.
        details: Value,
    },
    /// Refused, with a document of its own beside the error.
    With {
        /// The error.
        error: AppError,
        /// Its keys stand beside `error`.
        document: Value,
        /// For people; on standard error.
        text: String,
    },
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        Self::App(error)
    }
}

/// A command's own answer as JSON.
pub(crate) fn to_json(answer: &impl serde::Serialize) -> Result<Value, Failure> {
    serde_json::to_value(answer).map_err(|e| AppError::Internal(e.to_string()).into())
}

/// Prints what a command came to.
pub(crate) fn finish(result: Result<Answer, Failure>, as_json: bool) -> ExitCode {
    match result {
        Ok(answer) => {
            let text = if as_json {
                answer.json.to_string()
            } else {
                answer.text
            };
            print(&text)
        }
        Err(failure) => {
            let (error, mut document, text, status) = described(failure);
            print_error(&text);
            if as_json {
                if let Value::Object(keys) = &mut document {
                    keys.insert("error".to_owned(), json!(error));
                }
                print(&document.to_string());
            }
            ExitCode::from(status)
        }
    }
}

fn described(failure: Failure) -> (ErrorDocument, Value, String, u8) {
    match failure {
        Failure::App(error) => {
            let status = if error.unreachable() {
                UNREACHABLE
            } else {
                REFUSED
            };
            let document = worded(error.document());
            let text = document.message.clone().unwrap_or_default();
            (document, json!({}), text, status)
        }
        Failure::Usage { code, details } => {
            let document = worded(ErrorDocument {
                code: code.to_owned(),
                message: None,
                details,
            });
            let text = document.message.clone().unwrap_or_default();
            (document, json!({}), text, USAGE)
        }
        Failure::With {
            error,
            document,
            text,
        } => (worded(error.document()), document, text, REFUSED),
    }
}

fn worded(mut document: ErrorDocument) -> ErrorDocument {
    document.message = Some(words::message(&document.code, &document.details));
    document
}

/// Prints what is wrong with the arguments; help and version are no errors.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        return print(error.render().to_string().trim_end());
    }
    let text = error.render().to_string();
    print_error(text.trim_end());
    // The arguments could not be read, so that `--json` is looked for as it stands.
    if std::env::args().any(|argument| argument == "--json") {
        let document = worded(ErrorDocument {
            code: "usage".to_owned(),
            message: None,
            details: json!({ "why": text.trim_end() }),
        });
        print(&json!({ "error": document }).to_string());
    }
    ExitCode::from(USAGE)
}

/// A reader that went away (`qilian … | head`) is no failure of the command.
fn print(text: &str) -> ExitCode {
    match writeln!(std::io::stdout().lock(), "{text}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            print_error(&error.to_string());
            ExitCode::from(REFUSED)
        }
    }
}

fn print_error(text: &str) {
    // There is nowhere left to say that standard error is gone.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
