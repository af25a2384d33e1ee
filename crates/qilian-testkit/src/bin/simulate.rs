//! Runs seeds of the simulator and says how many held: `simulate [--from N] [--seeds N] [--length N]`.
//!
//! Says how fast it was and how often each kind of action was taken, faults among them. The first seed that breaks a claim is shrunk and told, and ends the program with 1.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use qilian_testkit::sim::{Broken, of_seed, run, shrunk};

struct Asked {
    from: u64,
    seeds: u64,
    length: usize,
}

fn main() -> ExitCode {
    let asked = match asked(std::env::args().skip(1)) {
        Ok(asked) => asked,
        Err(told) => {
            println!("{told}");
            return ExitCode::from(2);
        }
    };
    let next = AtomicU64::new(asked.from);
    let taken = Mutex::new(BTreeMap::new());
    let end = asked.from + asked.seeds;
    let begin = Instant::now();
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let broken: Vec<(u64, Broken)> = thread::scope(|scope| {
        let runs: Vec<_> = (0..threads)
            .map(|_| scope.spawn(|| some_seeds(&next, end, asked.length, &taken)))
            .collect();
        let ended = |run: thread::ScopedJoinHandle<'_, _>| {
            run.join().unwrap_or_else(|panic| resume_unwind(panic))
        };
        runs.into_iter().filter_map(ended).collect()
    });
    let seconds = begin.elapsed().as_secs_f64();
    let ran = next.load(Ordering::SeqCst).min(end) - asked.from;
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let rate = ran as f64 / seconds;
    println!(
        "{ran} seeds of {} actions in {seconds:.0} s: {rate:.1} a second",
        asked.length
    );
    let taken = taken.into_inner().unwrap_or_else(PoisonError::into_inner);
    let total: u64 = taken.values().sum();
    let by_kind: Vec<_> = taken
        .iter()
        .map(|(kind, n)| format!("{kind} {n}"))
        .collect();
    println!("{total} actions: {}", by_kind.join(", "));
    let Some((seed, broken)) = broken.into_iter().min_by_key(|(seed, _)| *seed) else {
        return ExitCode::SUCCESS;
    };
    println!("seed {seed} breaks {broken}");
    let (setting, actions) = of_seed(seed, asked.length);
    println!("{setting:#?}");
    for action in shrunk(&setting, &actions, broken.claim) {
        println!("    {action:?},");
    }
    ExitCode::FAILURE
}

/// Seeds one after the other, until one breaks a claim; then nobody begins another.
fn some_seeds(
    next: &AtomicU64,
    end: u64,
    length: usize,
    taken: &Mutex<BTreeMap<String, u64>>,
) -> Option<(u64, Broken)> {
    loop {
        let seed = next.fetch_add(1, Ordering::SeqCst);
        if seed >= end {
            return None;
        }
        let (setting, actions) = of_seed(seed, length);
        for action in &actions {
            let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
            *taken.entry(action.kind()).or_default() += 1;
        }
        if let Err(broken) = run(&setting, &actions) {
            next.store(end, Ordering::SeqCst);
            return Some((seed, broken));
        }
    }
}

fn asked(mut arguments: impl Iterator<Item = String>) -> Result<Asked, String> {
    let mut asked = Asked {
        from: 0,
        seeds: 100,
        length: 120,
    };
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or(format!("{name} wants a number"))?;
        let number: u64 = value.parse().map_err(|e| format!("{name} {value}: {e}"))?;
        match name.as_str() {
            "--from" => asked.from = number,
            "--seeds" => asked.seeds = number,
            "--length" => asked.length = usize::try_from(number).map_err(|e| e.to_string())?,
            _ => return Err(format!("unknown: {name}")),
        }
    }
    Ok(asked)
}
