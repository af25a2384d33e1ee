//! The simulator's own claims: a seed is a run, and a fixed set of seeds holds.

use qilian_testkit::sim::{Action, Ran, Setting, of_seed, run};

const LENGTH: usize = 120;

fn ran(seed: u64) -> Result<Ran, String> {
    let (setting, actions) = of_seed(seed, LENGTH);
    run(&setting, &actions).map_err(|broken| format!("seed {seed} breaks {broken}"))
}

#[test]
fn the_same_seed_is_the_same_run() {
    assert_eq!(ran(3), ran(3));
    assert_ne!(ran(3), ran(4), "another seed is another run");
}

#[test]
fn what_the_server_answers_does_not_depend_on_the_laptops_clocks() {
    for seed in 0..6 {
        let (setting, mut actions) = of_seed(seed, LENGTH);
        actions.retain(|action| !matches!(action, Action::Clock { .. }));
        let exact = Setting {
            skews: vec![0],
            ..setting.clone()
        };
        let skewed = Setting {
            skews: vec![-3_000, 3_000, 47, -333],
            ..setting
        };
        let answers = [skewed, exact].map(|setting| run(&setting, &actions).map(|ran| ran.answers));
        assert!(answers[0].is_ok(), "{answers:?}");
        assert_eq!(answers[0], answers[1], "seed {seed}");
    }
}

#[test]
fn everything_holds_for_the_first_seeds() {
    let broken: Vec<String> = (0..40).filter_map(|seed| ran(seed).err()).collect();
    assert_eq!(broken, Vec::<String>::new());
}

/// A district without clocks that differ.
fn setting(cadres: u8, push_mutations: u8) -> Setting {
    Setting {
        cadres,
        enterprises: 4,
        skews: vec![0; 4],
        page_bytes: 1_000_000,
        push_mutations: push_mutations.into(),
    }
}

#[test]
fn a_copy_that_sends_again_less_at_a_time_than_the_server_has_comes_to_an_end() {
    let actions = [
        Action::Seal {
            desk: 99,
            weeks_back: 2,
        },
        Action::Seal {
            desk: 137,
            weeks_back: 0,
        },
        Action::Clone { desk: 161 },
    ];
    run(&setting(2, 1), &actions).expect("everything holds");
}

#[test]
fn two_copies_that_were_to_become_the_same_laptop_part_in_the_end() {
    // Seed 134 of 22 November 2026, shrunk.
    let actions = [
        Action::Clone { desk: 129 },
        Action::Begin { desk: 174 },
        Action::Begin { desk: 111 },
        Action::Begin { desk: 228 },
        Action::Carry { nth: 66 },
        Action::Carry { nth: 118 },
        Action::Carry { nth: 233 },
        Action::Double { nth: 240 },
        Action::Visit {
            desk: 128,
            enterprise: 78,
            days_back: 1,
            with: 106,
        },
        Action::Double { nth: 104 },
        Action::Carry { nth: 87 },
        Action::Carry { nth: 90 },
        Action::Lose { nth: 252 },
        Action::Begin { desk: 208 },
        Action::Carry { nth: 97 },
        Action::Begin { desk: 163 },
        Action::Carry { nth: 122 },
        Action::Carry { nth: 110 },
        Action::Begin { desk: 185 },
        Action::Clone { desk: 10 },
        Action::Carry { nth: 128 },
        Action::Clone { desk: 113 },
        Action::Visit {
            desk: 225,
            enterprise: 23,
            days_back: 3,
            with: 92,
        },
    ];
    run(&setting(3, 255), &actions).expect("everything holds");
}

#[test]
fn a_row_that_had_come_loose_from_its_bucket_goes_with_it() {
    // Seed 545 of 22 November 2026, shrunk.
    let actions = [
        Action::Stop {
            desk: 144,
            for_good: false,
        },
        Action::Import {
            enterprise: 48,
            rows: 12,
        },
        Action::Stop {
            desk: 182,
            for_good: false,
        },
        Action::Seal {
            desk: 24,
            weeks_back: 1,
        },
        Action::Begin { desk: 148 },
        Action::Carry { nth: 170 },
        Action::Carry { nth: 126 },
        Action::Assign {
            enterprise: 57,
            cadre: 238,
            from: 18,
        },
        Action::Import {
            enterprise: 159,
            rows: 11,
        },
        Action::Carry { nth: 228 },
        Action::Assign {
            enterprise: 177,
            cadre: 137,
            from: 9,
        },
        Action::Carry { nth: 189 },
        Action::Rot {
            desk: 114,
            nth: 28,
            how: 2,
        },
    ];
    let setting = Setting {
        cadres: 2,
        enterprises: 6,
        skews: vec![146, 0, 0, -220],
        page_bytes: 1_000_000,
        push_mutations: 3,
    };
    run(&setting, &actions).expect("everything holds");
}

#[test]
fn a_pull_under_way_for_a_year_hears_of_what_left_or_begins_again() {
    // Seed 624 of 22 November 2026, shrunk.
    let actions = [
        Action::Begin { desk: 125 },
        Action::Double { nth: 121 },
        Action::Carry { nth: 36 },
        Action::Carry { nth: 186 },
        Action::Assign {
            enterprise: 26,
            cadre: 219,
            from: 16,
        },
        Action::Carry { nth: 196 },
        Action::Carry { nth: 215 },
        Action::Year,
        Action::Carry { nth: 255 },
    ];
    let setting = Setting {
        cadres: 3,
        enterprises: 3,
        skews: vec![0, 0, 0, 36],
        page_bytes: 3000,
        push_mutations: 1000,
    };
    run(&setting, &actions).expect("everything holds");
}

#[test]
fn bytes_that_the_server_lost_before_it_told_that_it_had_them_are_sent_again() {
    // Seed 74 of 23 November 2026, shrunk.
    let actions = with_a_file(&[
        Action::Upload { desk: 0, ends: 3 },
        Action::LoseBytes { nth: 0 },
    ]);
    run(&setting(1, 255), &actions).expect("everything holds");
}

#[test]
fn bytes_of_which_a_part_is_sent_stay_until_the_rest_is() {
    let half = Action::Upload { desk: 0, ends: 0 };
    let actions = with_a_file(&[half, Action::Evict { desk: 0 }]);
    run(&setting(1, 255), &actions).expect("everything holds");
}

#[test]
fn what_was_stored_long_ago_stays_and_what_was_put_and_never_stored_goes() {
    for ends in [1, 3] {
        let actions = with_a_file(&[
            Action::Upload { desk: 0, ends },
            Action::Year,
            Action::Collect,
        ]);
        run(&setting(1, 255), &actions).expect("everything holds");
    }
}

#[test]
fn a_file_is_read_by_who_holds_its_enterprise() {
    let actions = with_a_file(&[Action::Upload { desk: 0, ends: 3 }]);
    run(&setting(2, 255), &actions).expect("everything holds");
}

#[test]
fn a_file_taken_back_is_not_stored_by_whoever_had_the_laptop_copied() {
    let mut actions = with_a_file(&[
        Action::Clone { desk: 0 },
        Action::Upload { desk: 0, ends: 0 },
        Action::Remove { desk: 1, nth: 0 },
    ]);
    actions.extend(synced(1));
    actions.push(Action::Upload { desk: 0, ends: 3 });
    run(&setting(1, 255), &actions).expect("everything holds");
}

#[test]
fn a_laptop_that_is_stopped_in_the_midst_of_an_upload_goes_on_when_it_may() {
    let stop = Action::Stop {
        desk: 0,
        for_good: true,
    };
    let actions = with_a_file(&[
        Action::Upload { desk: 0, ends: 0 },
        stop,
        Action::Upload { desk: 0, ends: 3 },
        Action::Evict { desk: 0 },
    ]);
    run(&setting(1, 255), &actions).expect("everything holds");
}

/// A visit with a file that the server knows of, and what is done then.
fn with_a_file(then: &[Action]) -> Vec<Action> {
    let visit = Action::Visit {
        desk: 0,
        enterprise: 0,
        days_back: 0,
        with: 0,
    };
    let attach = Action::Attach {
        desk: 0,
        visit: 0,
        content: 255,
    };
    let mut actions = synced(0);
    actions.extend([visit, attach]);
    actions.extend(synced(0));
    actions.extend_from_slice(then);
    actions
}

#[test]
fn bytes_offered_before_their_attachment_came_and_left_the_scope_are_sent() {
    // Seed 84 of 23 November 2026, shrunk.
    let actions = [
        Action::Begin { desk: 248 },
        Action::Carry { nth: 199 },
        Action::Carry { nth: 153 },
        Action::Visit {
            desk: 52,
            enterprise: 225,
            days_back: 9,
            with: 207,
        },
        Action::ServerPower {
            writes: 4,
            kept: 212,
        },
        Action::Clone { desk: 30 },
        Action::Assign {
            enterprise: 178,
            cadre: 163,
            from: 7,
        },
        Action::Begin { desk: 54 },
        Action::Carry { nth: 141 },
        Action::Begin { desk: 5 },
        Action::Carry { nth: 27 },
        Action::Carry { nth: 59 },
        Action::Attach {
            desk: 74,
            visit: 6,
            content: 7,
        },
        Action::Carry { nth: 196 },
        Action::Carry { nth: 216 },
        Action::Upload { desk: 71, ends: 2 },
    ];
    let setting = Setting {
        cadres: 2,
        enterprises: 4,
        skews: vec![-119, -390, 326, -383],
        page_bytes: 1_000_000,
        push_mutations: 1_000,
    };
    run(&setting, &actions).expect("everything holds");
}

/// A sync of a laptop from its beginning to its end, undisturbed.
fn synced(desk: u8) -> Vec<Action> {
    let mut actions = vec![Action::Begin { desk }];
    actions.extend([Action::Carry { nth: 0 }; 24]);
    actions
}

#[test]
fn what_a_copy_has_sent_since_a_backup_it_sends_again_to_the_server_brought_back() {
    let visit = |desk| Action::Visit {
        desk,
        enterprise: 0,
        days_back: 0,
        with: 0,
    };
    // What the copy had sent before it was one belongs to a chain that it leaves.
    let mut actions = synced(0);
    actions.extend([Action::BackUpServer, visit(0)]);
    actions.extend(synced(0));
    actions.push(Action::Clone { desk: 0 });
    for desk in [0, 1] {
        actions.push(visit(desk));
        actions.extend(synced(desk));
    }
    actions.push(Action::RestoreServer);
    run(&setting(1, 255), &actions).expect("everything holds");
}
