//! Does one job on a laptop and ends: a program of its own, for tests that kill it in the middle.
//!
//! `one_job send HOME NOW` · `one_job attach HOME NOW VISIT FILE`

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a job that can't be done has to say so and end"
)]

use std::path::Path;

use qilian_testkit::open_home;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (home, now, job) = match words.as_slice() {
        ["send", home, now] => (home, now, Job::Send),
        ["attach", home, now, visit, file] => (home, now, Job::Attach(visit, Path::new(file))),
        other => panic!("no such job: {other:?}"),
    };
    let now = chrono::DateTime::parse_from_rfc3339(now).expect("a moment");
    let laptop = open_home(Path::new(home), qilian_domain::ids::At::new(now));
    match job {
        Job::Send => {
            laptop.send_files().expect("sent");
        }
        Job::Attach(visit, file) => {
            laptop.attach_file(visit, file).expect("taken in");
        }
    }
}

enum Job<'a> {
    Send,
    Attach(&'a str, &'a Path),
}
