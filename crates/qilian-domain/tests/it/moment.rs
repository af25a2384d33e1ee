//! Moments: whatever a clock says, they can be counted with, written and read again.

use chrono::{DateTime, Utc};
use qilian_domain::ids::At;
use qilian_domain::stamp::Stamp;

fn read(text: &str) -> At {
    serde_json::from_value(text.into()).expect("a moment")
}

fn written_and_read(at: At) -> At {
    let text = serde_json::to_string(&at).expect("JSON");
    serde_json::from_str(&text).expect("what was written can be read")
}

#[test]
fn the_most_that_can_be_added_gives_a_moment_that_can_be_written() {
    let now = read("2026-11-18T10:00:00+08:00");
    for ms in [
        i64::MIN,
        -253_402_214_400_000,
        253_402_214_400_000,
        i64::MAX,
    ] {
        for from in [now, now.plus_ms(ms)] {
            let at = from.plus_ms(ms);
            assert_eq!(written_and_read(at), at, "{ms}");
        }
    }
    assert!(now.plus_ms(i64::MIN) < now && now < now.plus_ms(i64::MAX));
}

#[test]
fn the_first_and_the_last_moment_that_can_be_told_can_be_written() {
    for text in ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999-12:00"] {
        let at = read(text);
        assert_eq!(written_and_read(at), at, "{text}");
        assert_eq!(at.day(), at.cst().date_naive());
    }
    for moment in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
        let at = At::new(moment);
        assert_eq!(written_and_read(at), at, "{moment}");
    }
}

#[test]
fn a_clock_whose_offset_is_out_of_all_bounds_makes_a_stamp_that_is_suspect() {
    let stamp = Stamp {
        device: read("2026-11-18T10:00:00+08:00"),
        offset_ms: Some(i64::MAX),
        received: Some(read("2026-11-18T10:00:01+08:00")),
    };
    assert!(stamp.suspect());
    assert_eq!(stamp.day().to_string(), "9999-12-31");
}
