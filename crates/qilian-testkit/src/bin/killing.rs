//! Kills real processes and says what was lost or doubled: `killing [--seed N] [--kills N]`. One kill in five is that of
//! an upgrade. Ends with 1 if anything was lost.

use std::process::ExitCode;
use std::time::Instant;

use qilian_testkit::killing::{killed, play, upgrades_killed};

fn main() -> ExitCode {
    if let Some(played) = play() {
        return played;
    }
    let (mut seed, mut kills) = (1, 500);
    let mut arguments = std::env::args().skip(1);
    while let (Some(name), Some(value)) = (arguments.next(), arguments.next()) {
        match (name.as_str(), value.parse::<u32>()) {
            ("--seed", Ok(number)) => seed = u64::from(number),
            ("--kills", Ok(number)) => kills = number,
            _ => {
                println!("unknown: {name} {value}");
                return ExitCode::from(2);
            }
        }
    }
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => {
            println!("this program can't be found: {error}");
            return ExitCode::from(2);
        }
    };
    let begin = Instant::now();
    let of_upgrades = kills / 5;
    let upgrades = upgrades_killed(&program, seed, of_upgrades);
    println!("seed {seed}: upgrades were killed {} times", upgrades.kills);
    let mut verdict = killed(program, seed, kills - of_upgrades);
    verdict.wrong.extend(upgrades.wrong);
    println!(
        "seed {seed}: the server was killed {} times, laptops {} times, in {:.0} s; {} visits were recorded, {} stored, with {} files",
        verdict.server_kills,
        verdict.laptop_kills,
        begin.elapsed().as_secs_f64(),
        verdict.recorded,
        verdict.stored,
        verdict.files,
    );
    verdict.wrong.iter().for_each(|told| println!("{told}"));
    println!("{} lost, doubled or invented", verdict.wrong.len());
    if verdict.wrong.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
