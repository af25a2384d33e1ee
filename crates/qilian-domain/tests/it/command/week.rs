//! Sealing a week.

use qilian_domain::command::{Scope, WeekSubmit};
use qilian_domain::rows::{VisitTally, WeekSubmission};
use qilian_domain::week::Week;

use super::{MONDAY, TUESDAY_NOON, cadre, decide, decide_as, district, only, rules, stamp, visit};
use crate::given::day;

#[test]
fn a_sealed_week_has_a_receipt_only_from_the_server() {
    let mut laptop = district();
    let mut server = district();
    let submit = WeekSubmit {
        week: Week::of(day(MONDAY)),
    };
    for loaded in [&mut laptop, &mut server] {
        decide(visit(1, "2026-11-17"), loaded, TUESDAY_NOON).expect("a decision");
    }
    decide(submit.clone(), &mut laptop, TUESDAY_NOON).expect("sealed");
    let received = stamp(TUESDAY_NOON, Some("2026-11-18T09:00:00+08:00"));
    decide_as(&cadre(), submit, &mut server, received, Scope::Held).expect("received");

    let (sealed, received) = (
        only::<WeekSubmission>(&laptop),
        only::<WeekSubmission>(&server),
    );
    assert_eq!(sealed.receipt, None);
    let receipt = received.receipt.expect("a receipt");
    assert_eq!(receipt.no, "HZ-2026W47-C0001-1");
    assert_eq!(
        (sealed.counted, sealed.visits),
        (received.counted, received.visits)
    );
    let package = qilian_domain::command::WeekPackage::of(
        Week::of(day(MONDAY)),
        laptop.all::<VisitTally>().cloned(),
        &rules(),
    );
    assert_eq!(
        receipt.sum,
        package.sum(&cadre()),
        "both sides compute the same 校验"
    );
}

#[test]
fn a_visit_after_the_receipt_makes_the_next_revision_and_sending_again_does_not() {
    let mut server = district();
    let now = stamp(TUESDAY_NOON, Some("2026-11-18T09:00:00+08:00"));
    let submit = WeekSubmit {
        week: Week::of(day(MONDAY)),
    };
    decide_as(&cadre(), submit.clone(), &mut server, now, Scope::Held).expect("sealed");
    assert_eq!(only::<WeekSubmission>(&server).revision, 1);
    decide_as(&cadre(), submit, &mut server, now, Scope::Held).expect("sent again");
    assert_eq!(
        only::<WeekSubmission>(&server).revision,
        1,
        "the same package is no revision"
    );
    let later = stamp(TUESDAY_NOON, Some("2026-11-18T10:00:00+08:00"));
    for (n, on) in [(1, "2026-11-17"), (2, "2026-11-18")] {
        decide_as(&cadre(), visit(n, on), &mut server, later, Scope::Held).expect("a visit");
    }
    let sealed = only::<WeekSubmission>(&server);
    assert_eq!(
        (sealed.revision, sealed.counted),
        (2, 2),
        "what came at once is one supplement"
    );
    assert_eq!(
        sealed.receipt.map(|r| r.no).as_deref(),
        Some("HZ-2026W47-C0001-2")
    );
}

#[test]
fn a_week_that_has_not_begun_is_refused() {
    let submit = WeekSubmit {
        week: Week::of(day("2026-11-23")),
    };
    let refusal = decide(submit, &mut district(), TUESDAY_NOON).map_err(|e| e.code());
    assert_eq!(refusal, Err("week_in_future"));
}
