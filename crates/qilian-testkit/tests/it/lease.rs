//! A laptop that was not synced for too long shows nothing, takes what is written, and opens with a sync.

use qilian_app::contract::{NamedArgs, ProgrammeArgs};
use qilian_domain::ids::UserId;
use qilian_testkit::Desk;

use crate::one_desk;

fn code_of(desk: &Desk) -> Option<String> {
    (desk.laptop.may_read().err()).map(|error| error.code().to_owned())
}

fn named(text: &str) -> NamedArgs {
    NamedArgs {
        text: text.to_owned(),
    }
}

#[test]
fn a_laptop_shows_what_it_holds_for_two_weeks() {
    let (_town, desk, _) = one_desk();
    let desk = desk.reopened_after(13);
    assert_eq!(code_of(&desk), None);
    let desk = desk.reopened_after(15);
    assert_eq!(code_of(&desk).as_deref(), Some("lease_over"));
}

#[test]
fn an_administrator_sets_the_lease_and_laptops_have_it_with_their_next_sync() {
    let (mut town, desk, _) = one_desk();
    let office = town.desk(&UserId::new("admin"));
    office.sync();
    let set = |laptop: &qilian_app::Laptop, lease_days| {
        let set = laptop.admin_programme_change(&ProgrammeArgs { lease_days });
        set.map_err(|error| error.code().to_owned())
    };
    let before = office.laptop.admin_programme().expect("told");
    assert_eq!((before.lease_days, before.most_days), (14, 30));
    for wrong in [0, 31] {
        let refused = set(&office.laptop, wrong).expect_err("refused");
        assert_eq!(refused, "argument_invalid");
    }
    let refused = set(&desk.laptop, 3).expect_err("refused");
    assert_eq!(refused, "role_missing");
    assert_eq!(set(&office.laptop, 3).expect("set").lease_days, 3);
    let after = office.laptop.admin_programme().expect("told");
    assert_eq!(after.lease_days, 3);

    let desk = desk.reopened_after(4);
    assert_eq!(code_of(&desk), None, "it has not heard yet");
    let desk = desk.reopened_after(0);
    desk.sync();
    let desk = desk.reopened_after(2);
    assert_eq!(code_of(&desk), None);
    let desk = desk.reopened_after(4);
    assert_eq!(code_of(&desk).as_deref(), Some("lease_over"));
}

#[test]
fn a_visit_is_written_down_although_nothing_is_shown_and_a_sync_shows_all_again() {
    let (_town, desk, uscc) = one_desk();
    let desk = desk.reopened_after(15);
    for text in [uscc.as_str(), " 澜州市第1精密制造有限公司 "] {
        let form = desk.laptop.visit_blank(&named(text)).expect("a form");
        assert_eq!(
            (form.uscc.as_str(), form.note.as_str()),
            (uscc.as_str(), "")
        );
    }
    for text in ["澜州市第1", "", "91440300MA5EXAMPLE"] {
        let refused = desk.laptop.visit_blank(&named(text)).expect_err(text);
        assert_eq!(refused.code(), "enterprise_unknown", "{text}");
    }
    let mut form = desk
        .laptop
        .visit_blank(&named(uscc.as_str()))
        .expect("a form");
    form.note = "没有网络时去的".to_owned();
    // The server's clock did not go on.
    form.on = "2026-11-18".parse().expect("a day");
    desk.laptop.visit_record(&form).expect("recorded");
    assert_eq!(desk.laptop.standing().expect("read").pending, 1);
    assert_eq!(code_of(&desk).as_deref(), Some("lease_over"));

    assert_eq!(desk.sync().applied, 1);
    assert_eq!(code_of(&desk), None);
}

#[test]
fn a_clock_that_is_put_back_does_not_open_it() {
    let (_town, desk, _) = one_desk();
    let desk = desk.reopened_after(15);
    assert!(code_of(&desk).is_some());
    let desk = desk.reopened_after(1);
    assert_eq!(code_of(&desk).as_deref(), Some("lease_over"));
    // A clock that was far ahead by mistake is put right by the server's.
    desk.sync();
    assert_eq!(code_of(&desk), None);
}
