//! `make run`: a made-up district, this laptop enrolled as one of its cadres, and the window on 今日. Without a display,
//! the same window on a display in memory, walked through the main job.
//!
//! Usage: `try-out [--walk FOLDER]`; FOLDER gets the pictures of the walk, and a walk is made even if there is a display.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use qilian_e2e::address;
use qilian_e2e::district::{District, Size};
use qilian_e2e::journey::Walk;
use qilian_e2e::laptop::Laptop;
use qilian_e2e::process::Process;
use qilian_e2e::programs::{WINDOW, built};
use qilian_e2e::stage::Stage;

/// Everything in this district is made up, so its passphrase is no secret; a real laptop has a key store or its owner's own.
const PASSPHRASE: &str = "made-up district, no secret";
const SIZE: Size = Size {
    enterprises: 300,
    cadres: 20,
};
const PORT: u16 = 8650;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("try-out: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<()> {
    let pictures = pictures_wanted()?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.run");
    fs::create_dir_all(root.join("logs"))?;
    let root = root.canonicalize()?;
    let begin = Instant::now();
    let mut district = open_district(&root).await?;
    println!(
        "{:5.1} s  district server on {}",
        begin.elapsed().as_secs_f64(),
        district.url()
    );
    let laptop = Laptop::new(&root.join("laptop"), PASSPHRASE);
    if !laptop.is_enrolled() {
        let cadre = district.first_cadre()?;
        laptop.enrol(&district.url(), &district.code(&cadre)?)?;
        println!(
            "{:5.1} s  this laptop enrolled as {cadre} and synced",
            begin.elapsed().as_secs_f64()
        );
    }
    match pictures {
        None => open_window(&root, &laptop),
        Some(folder) => walk(&folder, &laptop, &mut district).await,
    }
}

/// The folder for pictures when a walk is wanted: asked for, or because nobody could see the window.
fn pictures_wanted() -> Result<Option<PathBuf>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--walk", folder] => Ok(Some(PathBuf::from(folder))),
        [] => Ok(None),
        _ => bail!("usage: try-out [--walk FOLDER]"),
    }
}

/// The laptop knows the server by its address, so the address is chosen once and kept.
async fn open_district(root: &Path) -> Result<District> {
    let kept = root.join("address");
    let address = match fs::read_to_string(&kept) {
        Ok(text) => text
            .trim()
            .parse()
            .with_context(|| format!("{} holds no address", kept.display()))?,
        Err(_not_chosen) => {
            let address = address::free_or_other(PORT)?;
            fs::write(&kept, address.to_string())?;
            address
        }
    };
    District::open(&root.join("district"), &root.join("logs"), SIZE, address).await.with_context(|| {
        format!("the district on {address} did not start. Does another `make run` still run? `make clean-run` begins anew")
    })
}

/// Opens the window for the person at the display; comes back when it is closed.
fn open_window(root: &Path, laptop: &Laptop) -> Result<()> {
    println!(
        "opening the window; closing it ends the server too. What was entered stays in {}",
        root.display()
    );
    let mut command = Command::new(built(WINDOW)?);
    command.envs(laptop.environment());
    Process::start(
        "qilian-desktop",
        &mut command,
        &root.join("logs/window.log"),
    )?
    .wait()
}

async fn walk(pictures: &Path, laptop: &Laptop, district: &mut District) -> Result<()> {
    println!("no display: walking through the same window on a display in memory");
    fs::create_dir_all(pictures)?;
    let folder = tempfile::tempdir()?;
    let stage = Stage::set_up(folder.path())?;
    let mut walk = Walk::new(pictures, |step| {
        println!(
            "{:5.1} s  {:18} {}",
            step.took.as_secs_f64(),
            step.name,
            step.picture.display()
        );
    });
    walk.main_job(&stage, laptop, district).await?;
    println!("pictures are in {}", pictures.display());
    Ok(())
}
