//! The sync centre and the administrator: what came back is seen to once, on all laptops of its author; both
//! values of one that two wrote; laptops that are stopped or fetch everything anew.

use qilian_app::contract::{
    CameBackAs, HandledAs, HealthArgs, IdArgs, LaptopState, LaptopStateArgs, RejectedItem,
    ResyncArgs, UsccArgs,
};
use qilian_domain::command::{Command, NewPromise, VisitRecord};
use qilian_domain::ids::{AssignmentId, PromiseId, UserId, VisitId};
use qilian_domain::row::Kind;
use qilian_domain::rows::{Assignment, VisitMode};
use qilian_domain::uscc::Uscc;
use qilian_testkit::{Desk, Town};
use uuid::Uuid;

use crate::{NOW, draft};

/// Two synced laptops of one cadre, who has enterprise 1.
fn two_desks() -> (Town, Desk, Desk, Uscc) {
    let mut town = Town::at(NOW);
    let cadre = town.cadre("BA0001");
    let uscc = town.enterprise(1);
    town.assign(&uscc, &cadre, "2026-10-01", 1);
    let (desk, second) = (town.desk(&cadre), town.desk(&cadre));
    desk.sync();
    second.sync();
    (town, desk, second, uscc)
}

/// The same form recorded on both with other words: the second's comes back.
fn one_comes_back(desk: &Desk, second: &Desk, uscc: &Uscc) {
    let form = draft(desk, uscc, "2026-11-17", "在这台写的");
    desk.laptop.visit_record(&form).expect("recorded");
    let mut twin = form;
    twin.note = "在那台写的".to_owned();
    second.laptop.visit_record(&twin).expect("recorded");
    desk.sync();
    assert_eq!(second.sync().rejected, 1);
}

fn tray(desk: &Desk) -> Vec<RejectedItem> {
    desk.laptop.rejected().expect("a tray")
}

fn only(desk: &Desk) -> IdArgs {
    let items = tray(desk);
    assert_eq!(items.len(), 1, "{items:?}");
    IdArgs {
        id: items[0].id.clone(),
    }
}

fn handled(desk: &Desk) -> Vec<HandledAs> {
    let centre = desk.laptop.sync_centre().expect("a centre");
    (centre.handled.into_iter())
        .filter_map(|item| item.handled.map(|handled| handled.how))
        .collect()
}

fn visits(town: &Town) -> usize {
    let rows = town.storage.rows(&town.district, &[Kind::Visit]);
    rows.expect("rows").len()
}

#[test]
fn what_was_seen_to_without_a_network_stays_so_after_a_crash_and_reaches_the_other_laptop() {
    let (town, desk, second, uscc) = two_desks();
    one_comes_back(&desk, &second, &uscc);
    desk.sync();
    assert_eq!(tray(&desk).len(), 1, "the author's other laptop has it too");
    second.link.cut();
    second
        .laptop
        .rejected_resubmit(&only(&second))
        .expect("sent again");
    let second = second.reopened();
    assert!(
        tray(&second).is_empty(),
        "closed with what was sent again, or neither"
    );
    assert_eq!(handled(&second), [HandledAs::Resubmitted]);
    second.link.mend();
    assert_eq!(second.sync().applied, 2);
    desk.sync();
    assert!(tray(&desk).is_empty());
    assert_eq!(
        handled(&desk),
        [HandledAs::Resubmitted],
        "shown as handled there"
    );
    assert_eq!(visits(&town), 2);
}

#[test]
fn sending_the_same_again_from_two_laptops_makes_one_record() {
    let (town, desk, second, uscc) = two_desks();
    one_comes_back(&desk, &second, &uscc);
    desk.sync();
    for one in [&desk, &second] {
        one.laptop
            .rejected_resubmit(&only(one))
            .expect("sent again");
    }
    for one in [&desk, &second, &desk] {
        assert_eq!(one.sync().rejected, 0);
    }
    assert_eq!(visits(&town), 2, "the first, and the other once");
    assert!(tray(&desk).is_empty() && tray(&second).is_empty());
}

#[test]
fn words_that_came_back_become_a_note_that_the_next_cadre_reads() {
    let (mut town, desk, second, uscc) = two_desks();
    let form = draft(&desk, &uscc, "2026-11-17", "在这台写的");
    desk.laptop.visit_record(&form).expect("recorded");
    let mut twin = form;
    twin.note = "环评批复过期了".to_owned();
    twin.demands = vec!["想问清要不要重做".to_owned()];
    second.laptop.visit_record(&twin).expect("recorded");
    desk.sync();
    let next = town.cadre("BA0002");
    town.assign(&uscc, &next, "2026-11-18", 2);
    assert_eq!(second.sync().rejected, 1);
    let file = UsccArgs {
        uscc: uscc.to_string(),
    };
    assert!(
        second.laptop.enterprise(&file).is_err(),
        "it is somebody else's"
    );
    second.laptop.rejected_note(&only(&second)).expect("kept");
    assert_eq!(second.sync().rejected, 0);
    let reader = town.desk(&next);
    reader.sync();
    let notes = reader.laptop.enterprise(&file).expect("a file").notes;
    assert_eq!(notes.len(), 1);
    assert_eq!(notes[0].text, "环评批复过期了\n想问清要不要重做");
    assert_eq!(notes[0].by.as_deref(), Some("干部BA0001"));
    assert!(tray(&second).is_empty());
    let centre = second.laptop.sync_centre().expect("a centre");
    assert_eq!(handled(&second), [HandledAs::Noted]);
    assert!(
        centre.handled[0].text.contains("环评"),
        "the words stay with their author"
    );
}

#[test]
fn letting_go_on_one_laptop_is_letting_go_on_both_and_the_words_can_still_be_read() {
    let (_town, desk, second, uscc) = two_desks();
    one_comes_back(&desk, &second, &uscc);
    let id = only(&second);
    second.laptop.rejected_discard(&id).expect("let go");
    assert!(second.laptop.rejected_discard(&id).is_err(), "once");
    second.sync();
    desk.sync();
    for one in [&desk, &second] {
        assert!(tray(one).is_empty());
        let centre = one.laptop.sync_centre().expect("a centre");
        assert_eq!(centre.handled[0].text, "在那台写的");
    }
}

/// Another cadre who has the enterprise at the same time.
fn share(town: &Town, uscc: &Uscc, cadre: &UserId) {
    town.import(vec![
        Assignment {
            id: AssignmentId::new(Uuid::from_u128(77)),
            uscc: uscc.clone(),
            cadre: cadre.clone(),
            from: "2026-10-01".parse().expect("a day"),
            to: None,
        }
        .into(),
    ]);
}

#[test]
fn a_promise_that_two_kept_shows_mine_and_theirs_to_the_second() {
    let (mut town, desk, _second, uscc) = two_desks();
    let colleague = town.cadre("BA0002");
    share(&town, &uscc, &colleague);
    let promise = PromiseId::new(Uuid::from_u128(9));
    let record = |n: u128, on: &str, promises, kept| {
        Command::from(VisitRecord {
            visit: VisitId::new(Uuid::from_u128(n)),
            uscc: uscc.clone(),
            on: on.parse().expect("a day"),
            mode: VisitMode::Onsite,
            note: "走访".to_owned(),
            with: Vec::new(),
            met: Vec::new(),
            for_demands: Vec::new(),
            facts: Vec::new(),
            demands: Vec::new(),
            promises,
            kept,
            library: None,
        })
    };
    let promised = vec![NewPromise {
        id: promise,
        text: "送指南".to_owned(),
        due: None,
    }];
    desk.laptop
        .commit(&record(101, "2026-11-12", promised, vec![]))
        .expect("promised");
    desk.sync();
    let other = town.desk(&colleague);
    other.sync();
    for (one, n, on) in [(&desk, 102, "2026-11-16"), (&other, 103, "2026-11-17")] {
        let kept = record(n, on, vec![], vec![promise]);
        one.laptop.commit(&kept).expect("kept");
    }
    assert_eq!(desk.sync().merged, 0);
    assert_eq!(other.sync().merged, 1);
    let centre = other.laptop.sync_centre().expect("a centre");
    let merged = &centre.merged[0];
    let conflict = &merged.conflicts[0];
    assert_eq!(merged.came_back_as, CameBackAs::Merged);
    assert_eq!(
        (conflict.mine.as_str(), conflict.theirs.as_deref()),
        ("2026-11-17", Some("2026-11-16"))
    );
    assert_eq!(
        conflict.by.as_ref().map(|by| by.name.as_str()),
        Some("干部BA0001")
    );
    assert_eq!(
        (centre.status.rejected, centre.status.merged),
        (0, 1),
        "no red light"
    );
    assert!(centre.status.fully_synced);
    assert_eq!(visits(&town), 3, "the visit itself took effect");
    let id = merged.id.clone();
    other.laptop.rejected_discard(&IdArgs { id }).expect("read");
    other.sync();
    assert!(
        other
            .laptop
            .sync_centre()
            .expect("a centre")
            .merged
            .is_empty()
    );
    assert_eq!(handled(&other), [HandledAs::Seen]);
}

/// The administrator's own laptop.
fn administrator(town: &mut Town) -> Desk {
    let desk = town.desk(&UserId::new("admin"));
    desk.sync();
    desk
}

#[test]
fn a_laptop_that_fetches_everything_anew_keeps_what_waits_and_shows_the_cut_from_before() {
    let (mut town, desk, _second, uscc) = two_desks();
    let office = administrator(&mut town);
    assert!(office.laptop.is_administrator().expect("read"));
    assert!(!desk.laptop.is_administrator().expect("read"));
    desk.laptop
        .visit_record(&draft(&desk, &uscc, "2026-11-17", "还没送出"))
        .expect("recorded");
    let all = ResyncArgs {
        all: true,
        units: Vec::new(),
        devices: Vec::new(),
    };
    assert_eq!(office.laptop.admin_resync(&all).expect("asked").laptops, 3);
    let synced = desk.sync();
    assert_eq!((synced.applied, synced.complete), (1, true));
    assert!(synced.fully_synced);
    let file = UsccArgs {
        uscc: uscc.to_string(),
    };
    assert_eq!(
        desk.laptop.enterprise(&file).expect("a file").visits.len(),
        1
    );
    office.sync();
    let health = office.laptop.admin_sync_health(&HealthArgs { days: 7 });
    let health = health.expect("health");
    assert_eq!(health.needy.len(), 1, "the second has not been there yet");
    let again = desk.sync();
    assert_eq!((again.pushed, again.pulled), (0, 0), "once is enough");
}

#[test]
fn only_an_administrator_stops_a_laptop_and_what_it_sends_meanwhile_is_theirs_to_release() {
    let (mut town, desk, second, uscc) = two_desks();
    let office = administrator(&mut town);
    let devices = office.laptop.admin_devices().expect("listed").laptops;
    let own = desk.laptop.status().expect("a status").device_id;
    let state = |state| LaptopStateArgs {
        id: own.clone(),
        state,
    };
    assert!(
        devices
            .iter()
            .any(|laptop| laptop.device_id == own && !laptop.is_this)
    );
    let refused = second
        .laptop
        .admin_device_state(&state(LaptopState::Revoked));
    assert_eq!(
        refused.map_err(|e| e.code().to_owned()).err().as_deref(),
        Some("role_missing")
    );
    let set = office
        .laptop
        .admin_device_state(&state(LaptopState::Suspended));
    assert_eq!(set.expect("set").state, LaptopState::Suspended);
    desk.laptop
        .visit_record(&draft(&desk, &uscc, "2026-11-17", "停用时写的"))
        .expect("recorded all the same");
    let stopped = desk.laptop.sync().expect_err("stopped");
    assert_eq!(stopped.code(), "device_suspended");
    assert_eq!(desk.laptop.sync_status().expect("lights").delivered, 1);
    let set = office
        .laptop
        .admin_device_state(&state(LaptopState::Active));
    assert_eq!(set.expect("set").state, LaptopState::Active);
    desk.sync();
    let health = office.laptop.admin_sync_health(&HealthArgs { days: 7 });
    let aside = health.expect("health").quarantined;
    let of: Vec<_> = aside
        .iter()
        .map(|one| (one.code.as_str(), one.can_release))
        .collect();
    assert_eq!(of, [("sent_while_suspended", true)]);
    let before = visits(&town);
    let release = IdArgs {
        id: aside[0].id.clone(),
    };
    let released = office.laptop.admin_release(&release).expect("decided");
    assert_eq!((released.refused, visits(&town)), (None, before + 1));
    let devices = office.laptop.admin_devices().expect("listed").laptops;
    let told = devices
        .iter()
        .find(|laptop| laptop.device_id == own)
        .expect("it");
    assert_eq!(
        told.last_error.as_deref(),
        Some("device_suspended"),
        "the laptop told of it"
    );
    office.link.cut();
    let offline = office.laptop.admin_devices().expect_err("no network");
    assert_eq!(offline.code(), "server_unreachable");
}
