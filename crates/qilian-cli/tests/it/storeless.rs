//! `deadline`, `uscc` and `size` need no laptop.

use serde_json::json;

use crate::answered;

fn due_on(from: &str, limit: &str, unit: &str) -> String {
    let (document, status) =
        answered(&["deadline", "--from", from, "--limit", limit, "--unit", unit]);
    assert_eq!(status, 0, "{document}");
    document["due_on"].as_str().unwrap().to_owned()
}

#[test]
fn limits_in_workdays_leave_out_days_off_and_count_worked_weekends() {
    for (from, limit, due) in [
        ("2026-02-12", "5", "2026-02-26"),
        ("2026-02-13", "1", "2026-02-14"),
        ("2026-09-18", "1", "2026-09-20"),
        ("2026-09-30", "3", "2026-10-10"),
        ("2025-09-26", "3", "2025-09-30"),
        ("2025-09-30", "1", "2025-10-09"),
        ("2024-04-26", "2", "2024-04-29"),
        ("2025-01-27", "3", "2025-02-07"),
        ("2026-01-01", "1", "2026-01-04"),
        ("2026-04-30", "3", "2026-05-08"),
        ("2026-12-30", "1", "2026-12-31"),
    ] {
        assert_eq!(due_on(from, limit, "workday"), due, "{from} + {limit}");
    }
}

#[test]
fn limits_in_days_roll_to_the_next_workday() {
    for (from, limit, due) in [
        ("2026-02-13", "3", "2026-02-24"),
        ("2026-09-29", "5", "2026-10-08"),
        ("2025-09-30", "3", "2025-10-09"),
        ("2026-06-16", "3", "2026-06-22"),
    ] {
        assert_eq!(due_on(from, limit, "day"), due, "{from} + {limit}");
    }
}

#[test]
fn a_year_without_a_calendar_is_not_guessed() {
    let (document, status) = answered(&[
        "deadline",
        "--from",
        "2026-12-30",
        "--limit",
        "5",
        "--unit",
        "workday",
    ]);
    assert_eq!(status, 1);
    assert_eq!(document["error"]["code"], "calendar_missing");
    assert_eq!(document["error"]["details"], json!({ "year": 2027 }));
    assert!(
        document["error"]["message"]
            .as_str()
            .unwrap()
            .contains("2027")
    );
}

#[test]
fn a_code_is_normalised_and_judged() {
    let (document, status) = answered(&["uscc", " ９１４４０３００192203821６ "]);
    assert_eq!((document["valid"].clone(), status), (json!(true), 0));
    assert_eq!(document["normalised"], "914403001922038216");
    let (document, _) = answered(&["uscc", "914403001922038217"]);
    assert_eq!(document["reason"], "uscc_check_digit");
    let (document, _) = answered(&["uscc", "9144O3001922038216"]);
    assert_eq!(document["valid"], false, "nothing is repaired silently");
    assert_eq!(document["suggestions"], json!(["914403001922038216"]));
}

#[test]
fn a_size_follows_from_the_figures_or_names_the_missing_one() {
    let size = |figures: &[&str]| {
        let arguments: Vec<_> = ["size", "--industry", "C3911"]
            .iter()
            .chain(figures)
            .copied()
            .collect();
        answered(&arguments).0
    };
    assert_eq!(
        size(&["--employees", "320", "--revenue", "1900"])["size_class"],
        "小型"
    );
    let open = size(&["--employees", "320"]);
    assert_eq!(open["size_class"], json!(null));
    assert_eq!(open["missing"], json!(["sales_y1"]));
}
