//! What the fuzzer begins with and what it ever found, once through what it looks for: it stays true, and compiles, without
//! a nightly compiler.

use std::fs;
use std::path::Path;

use qilian_testkit::fuzzed;

fn holds_for_all(name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds");
    let mut tried = 0;
    for entry in fs::read_dir(folder.join(name)).expect("seeds") {
        target(&fs::read(entry.expect("an entry").path()).expect("read"));
        tried += 1;
    }
    assert!(tried > 0, "nothing was tried");
}

#[test]
fn what_arrives_as_a_body_is_read_or_refused() {
    holds_for_all("wire", fuzzed::wire);
}

#[test]
fn what_a_laptop_pushes_is_answered_once_and_for_all() {
    holds_for_all("push", fuzzed::push);
}

#[test]
fn what_stands_in_an_outbox_or_a_journal_holds_nothing_up() {
    holds_for_all("outbox", fuzzed::outbox);
}

#[test]
fn what_a_server_answers_leaves_a_store_that_can_be_read() {
    holds_for_all("pull", fuzzed::pull);
}
