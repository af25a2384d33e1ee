//! Killing real processes now and then; `make killing` does it 500 times.

use qilian_testkit::killing::{killed, upgrades_killed};

#[test]
fn nothing_recorded_is_lost_or_doubled_when_programs_are_killed() {
    let verdict = killed(env!("CARGO_BIN_EXE_killing").into(), 7, 12);
    assert_eq!(verdict.wrong, Vec::<String>::new());
    assert!(
        verdict.server_kills > 0 && verdict.laptop_kills > 0,
        "{verdict:?}"
    );
    assert!(verdict.recorded > 0 && verdict.files > 0, "{verdict:?}");
}

#[test]
fn what_an_earlier_version_left_is_there_when_its_upgrade_is_killed() {
    let upgrades = upgrades_killed(env!("CARGO_BIN_EXE_killing").as_ref(), 7, 12);
    assert_eq!(upgrades.wrong, Vec::<String>::new());
    assert_eq!(upgrades.kills, 12);
}
