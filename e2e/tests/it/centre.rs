//! What came back is sent again, and is gone on both laptops of its author.

use anyhow::{Context as _, Result, ensure};
use qilian_e2e::driver::Window;
use qilian_e2e::laptop::Laptop;
use qilian_e2e::page::Page;
use serde_json::{Value, json};

use crate::support::{World, on_page};

/// A form whose id both laptops know: one visit was begun on one and finished on the other.
fn form(uscc: &str, on: &str, note: &str) -> Value {
    json!({
        "draft_id": "01930000-0000-7000-8000-00000000c0de", "uscc": uscc, "on": on, "mode": "phone",
        "with": [], "met": [], "note": note, "facts": [], "demands": [], "promises": [], "kept": [],
        "for_demands": [], "library_version": null, "saved_at": null,
    })
}

async fn record(page: Page<'_>, uscc: &str, on: &str, note: &str) -> Result<()> {
    let recorded = page.host("visit_record", form(uscc, on, note)).await?;
    ensure!(recorded["visit_id"].is_string(), "refused: {recorded}");
    Ok(())
}

fn tray(laptop: &Laptop) -> Result<usize> {
    let rejected = laptop.terminal(&["rejected"])?;
    Ok(rejected.as_array().context("a list")?.len())
}

#[tokio::test]
async fn what_came_back_is_sent_again_and_gone_on_both_laptops() -> Result<()> {
    let mut world = World::enrolled().await?;
    let second = world.second_laptop()?;
    let plan = world.laptop.terminal(&["plan"])?;
    let uscc = plan[0]["uscc"].as_str().context("a plan")?.to_owned();
    let on = monday(&world.laptop)?;

    let window = world.window().await?;
    on_page(&window, "centre", async |page| {
        record(page, &uscc, &on, "在第一台写的").await
    })
    .await?;
    window.close().await?;
    world.laptop.terminal(&["sync"])?;

    world.district.go_offline();
    let window = Window::open(&world.stage, &second).await?;
    on_page(&window, "centre", async |page| {
        record(page, &uscc, &on, "在第二台写的").await
    })
    .await?;
    world.district.go_online().await?;
    on_page(&window, "centre", async |page| {
        page.click("nav-sync").await?;
        page.click("sync-now").await?;
        page.see(r#"rejected-item[data-code="id_taken"]"#).await?;
        page.see("rejected-reason").await?;
        page.see(r#"light-rejected[data-light="red"]"#)
            .await
            .map(drop)
    })
    .await?;
    world.laptop.terminal(&["sync"])?;
    ensure!(tray(&world.laptop)? == 1, "the first laptop has it too");

    on_page(&window, "centre", async |page| {
        page.click("rejected-resubmit").await?;
        page.gone("rejected-item").await?;
        page.click("sync-now").await?;
        page.see(r#"fully-synced[data-synced="true"]"#).await?;
        page.see(r#"light-rejected[data-light="green"]"#).await?;
        page.click("sync-tab-handled").await?;
        page.see("handled").await.map(drop)
    })
    .await?;
    window.close().await?;
    world.laptop.terminal(&["sync"])?;
    ensure!(tray(&world.laptop)? == 0, "gone on the first laptop too");
    let file = world.laptop.terminal(&["enterprise", &uscc])?;
    let visits = file["visits"].as_array().context("visits")?;
    let said = |note: &str| visits.iter().any(|visit| visit["note"] == note);
    ensure!(
        said("在第一台写的") && said("在第二台写的"),
        "both are recorded: {file}"
    );
    Ok(())
}

/// The first day of this week: it has come, whatever today is.
fn monday(laptop: &Laptop) -> Result<String> {
    let quota = laptop.terminal(&["quota"])?;
    let week = quota["week"]["week"].as_str().context("a week")?;
    let package = laptop.terminal(&["week", "preview", "--week", week])?;
    Ok(package["from"]
        .as_str()
        .context("its first day")?
        .to_owned())
}
