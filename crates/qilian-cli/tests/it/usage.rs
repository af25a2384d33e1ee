//! Wrong usage is status 2, with a document where one was asked for.

use crate::{answered, qilian};

#[test]
fn what_is_no_command_or_no_value_is_wrong_usage() {
    for arguments in [
        &["frobnicate"][..],
        &[
            "deadline",
            "--from",
            "yesterday",
            "--limit",
            "5",
            "--unit",
            "day",
        ],
        &[
            "deadline",
            "--from",
            "2026-01-01",
            "--limit",
            "5",
            "--unit",
            "hour",
        ],
        &["week", "preview", "--week", "2026-W60"],
        &["fact", "set", "914403001922038216", "employees"],
        &["enrol", "--server", "qilian.example", "--code", "x"],
        &["size", "--industry", "C39", "--employees", "-1"],
        &["rejected", "--resubmit", "a", "--discard", "b"],
        &["uscc"],
    ] {
        let (document, status) = answered(arguments);
        assert_eq!(status, 2, "{arguments:?}: {document}");
        assert_eq!(document["error"]["code"], "usage", "{arguments:?}");
    }
}

#[test]
fn a_laptop_command_without_a_home_is_wrong_usage() {
    let (document, status) = answered(&["status"]);
    assert_eq!(status, 2);
    assert_eq!(document["error"]["code"], "home_missing");
}

#[test]
fn help_is_no_error() {
    let output = qilian(&["--help"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stdout).contains("enrol"));
}

#[test]
fn people_get_words_on_standard_error_and_scripts_the_document() {
    let output = qilian(&["--home", "/nonexistent/qilian", "status"]);
    assert_eq!(output.status.code(), Some(1));
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(words.contains("还没有登记"), "{words}");
}
