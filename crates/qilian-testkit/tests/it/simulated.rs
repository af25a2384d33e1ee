//! The simulator's own claims: a seed is a run, and a fixed set of seeds holds.

use qilian_testkit::sim::{Ran, of_seed, run};

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
fn everything_holds_for_the_first_seeds() {
    let broken: Vec<String> = (0..40).filter_map(|seed| ran(seed).err()).collect();
    assert_eq!(broken, Vec::<String>::new());
}
