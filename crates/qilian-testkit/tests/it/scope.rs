//! Reassignment: the old cadre loses the enterprise, the new one gains its history, and what was done
//! stays counted.

use qilian_app::contract::{EnterprisesArgs, IdArgs, UsccArgs, WeekPreviewArgs};
use qilian_testkit::Town;

use crate::{NOW, draft};

#[test]
fn the_old_cadre_loses_the_enterprise_and_the_new_one_gains_its_history() {
    let mut town = Town::at(NOW);
    let (old, new) = (town.cadre("BA0001"), town.cadre("BA0002"));
    let uscc = town.enterprise(1);
    town.assign(&uscc, &old, "2026-10-01", 1);
    let (was, is) = (town.desk(&old), town.desk(&new));
    was.sync();
    was.laptop
        .visit_record(&draft(&was, &uscc, "2026-11-17", "第一次"))
        .expect("recorded");
    was.sync();
    is.sync();
    let list = EnterprisesArgs {
        limit: 10,
        ..EnterprisesArgs::default()
    };
    assert_eq!(is.laptop.enterprises(&list).expect("a list").total, 0);

    town.assign(&uscc, &new, "2026-11-18", 2);
    was.sync();
    is.sync();
    assert_eq!(
        was.laptop.enterprises(&list).expect("a list").total,
        0,
        "it is gone"
    );
    let search = EnterprisesArgs {
        search: "精密".to_owned(),
        ..list
    };
    assert_eq!(
        was.laptop.enterprises(&search).expect("a search").total,
        0,
        "also from the index"
    );
    let args = UsccArgs {
        uscc: uscc.to_string(),
    };
    let gone = was.laptop.enterprise(&args).expect_err("no file");
    assert_eq!(gone.code(), "enterprise_unknown");
    let file = is.laptop.enterprise(&args).expect("the file");
    assert_eq!(file.visits.len(), 1, "with its whole history");

    let package = was
        .laptop
        .week_preview(&WeekPreviewArgs { week: None })
        .expect("a package");
    assert_eq!(package.counted, 1, "what was done stays counted");
    let (_, coverage) = is.laptop.quota(None).expect("figures");
    assert_eq!(
        (coverage.assigned, coverage.covered),
        (1, 1),
        "the earlier cadre's visit covers"
    );
}

#[test]
fn work_done_before_the_loss_is_taken_and_work_after_it_comes_back() {
    let mut town = Town::at(NOW);
    let (old, new) = (town.cadre("BA0001"), town.cadre("BA0002"));
    let uscc = town.enterprise(1);
    town.assign(&uscc, &old, "2026-10-01", 1);
    let desk = town.desk(&old);
    desk.sync();
    desk.link.cut();
    desk.laptop
        .visit_record(&draft(&desk, &uscc, "2026-11-16", "还是我的"))
        .expect("recorded");
    town.assign(&uscc, &new, "2026-11-18", 2);
    desk.link.mend();
    let synced = desk.sync();
    assert_eq!(
        (synced.applied, synced.rejected),
        (1, 0),
        "a late fact is taken"
    );
    assert_eq!(desk.laptop.quota(None).expect("figures").0.counted, 1);

    let gone = desk
        .laptop
        .visit_record(&draft(&desk, &uscc, "2026-11-18", "不是我的了"))
        .expect_err("it is not here any more");
    assert_eq!(gone.code(), "enterprise_unknown");
}

#[test]
fn what_is_rejected_stays_until_its_author_lets_it_go() {
    let mut town = Town::at(NOW);
    let cadre = town.cadre("BA0001");
    let uscc = town.enterprise(1);
    town.assign(&uscc, &cadre, "2026-10-01", 1);
    let (desk, second) = (town.desk(&cadre), town.desk(&cadre));
    desk.sync();
    second.sync();
    // The same form, recorded on two laptops with other words: the second is refused, not merged.
    let form = draft(&desk, &uscc, "2026-11-17", "在这台写的");
    desk.laptop.visit_record(&form).expect("recorded");
    let mut twin = form;
    twin.note = "在那台写的".to_owned();
    second.laptop.visit_record(&twin).expect("recorded");
    desk.sync();
    let synced = second.sync();
    assert_eq!((synced.applied, synced.rejected), (0, 1));

    let tray = second.laptop.rejected().expect("a tray");
    assert_eq!(tray.len(), 1);
    let item = tray.first().expect("one item");
    assert_eq!(
        (item.code.as_str(), item.text.as_str()),
        ("id_taken", "在那台写的")
    );
    assert_eq!(
        desk.laptop.rejected().expect("a tray").len(),
        0,
        "not yet pulled"
    );
    desk.sync();
    assert_eq!(
        desk.laptop.rejected().expect("a tray").len(),
        1,
        "the author's other laptop too"
    );

    second
        .laptop
        .rejected_resubmit(&IdArgs {
            id: item.id.clone(),
        })
        .expect("sent again");
    let synced = second.sync();
    assert_eq!(
        (synced.applied, synced.rejected),
        (2, 0),
        "the visit, and that it was seen to"
    );
    desk.sync();
    assert_eq!(
        desk.laptop.rejected().expect("a tray").len(),
        0,
        "handled everywhere"
    );
}
