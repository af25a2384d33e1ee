//! The window itself: it opens on a store of its own, and a second start finds the first.

use std::process::Command;

use anyhow::Result;
use qilian_e2e::driver::Window;
use qilian_e2e::process::Process;
use qilian_e2e::programs::{WINDOW, built};
use qilian_e2e::stage::Stage;

use crate::support::on_page;

#[tokio::test]
async fn a_laptop_that_belongs_to_nobody_asks_for_a_code() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let stage = Stage::set_up(folder.path())?;
    let window = Window::open_locked(&stage, &folder.path().join("laptop")).await?;
    on_page(&window, "nobody", async |page| {
        page.see("enrol-code").await.map(drop)
    })
    .await?;
    window.close().await
}

#[tokio::test]
async fn a_second_start_ends_at_once_and_leaves_the_first_window() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let stage = Stage::set_up(folder.path())?;
    let home = folder.path().join("laptop");
    let window = Window::open_locked(&stage, &home).await?;
    on_page(&window, "first", async |page| {
        page.see("enrol-code").await.map(drop)
    })
    .await?;
    let mut second = Command::new(built(WINDOW)?);
    stage.furnish(&mut second);
    second.env("QILIAN_HOME", &home);
    Process::start(
        "the second start",
        &mut second,
        &stage.logs().join("second.log"),
    )?
    .wait()?;
    on_page(&window, "after-second", async |page| {
        page.see("enrol-code").await.map(drop)
    })
    .await?;
    window.close().await
}

#[tokio::test]
async fn two_stores_have_two_windows() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let stage = Stage::set_up(folder.path())?;
    let one = Window::open_locked(&stage, &folder.path().join("one")).await?;
    let other = Window::open_locked(&stage, &folder.path().join("other")).await?;
    for (window, name) in [(one, "one"), (other, "other")] {
        on_page(&window, name, async |page| {
            page.see("enrol-code").await.map(drop)
        })
        .await?;
        window.close().await?;
    }
    Ok(())
}
