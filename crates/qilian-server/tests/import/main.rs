//! Claims about the files that a district imports: rosters, registries, lists of users.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod registry;
mod roster;
mod users;
mod workbook;

use qilian_domain::uscc::Uscc;

/// A made-up valid code; another for each number.
fn code(number: u32) -> String {
    let uscc = Uscc::from_parts('9', '1', "440300", &format!("MA{number:06}"));
    uscc.expect("made of symbols of the standard").to_string()
}
