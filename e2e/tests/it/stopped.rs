//! What an administrator does about a laptop and what its cadre then sees, each in a window of their own.

use anyhow::{Context as _, Result, ensure};
use qilian_e2e::driver::Window;
use qilian_e2e::page::Page;

use crate::support::{World, on_page, pictures};

const NOTE: &str = "注销前写下、没有上传的";

#[tokio::test]
async fn what_a_revoked_laptop_had_not_sent_is_handed_over_and_then_it_is_wiped() -> Result<()> {
    let mut world = World::enrolled().await?;
    let cadre = world.district.first_cadre()?;
    let administrator = world.laptop_of(&world.district.administrator()?)?;
    let plan = world.laptop.terminal(&["plan"])?;
    let uscc = plan[0]["uscc"].as_str().context("a plan")?.to_owned();
    world.district.go_offline();
    let window = world.window().await?;
    on_page(&window, "stopped-writes", async |page| {
        page.click("plan-record").await?;
        page.type_into("record-note", NOTE).await?;
        page.click("record-save").await?;
        page.see("today-done-item").await.map(drop)
    })
    .await?;
    world.district.go_online().await?;

    let office = Window::open(&world.stage, &administrator).await?;
    on_page(&office, "stopped-revokes", async |page| {
        page.click("nav-admin").await?;
        page.click("admin-tab-laptops").await?;
        page.type_into("laptops-search", &cadre).await?;
        stop(page, "revoke", "revoked").await
    })
    .await?;
    let handed = on_page(&window, "stopped-exports", export).await?;
    let brought = world.district.bring_in(handed.as_ref())?;
    ensure!(brought["applied"] == 1, "the visit: {brought}");
    let file = world.second_laptop()?.terminal(&["enterprise", &uscc])?;
    ensure!(file.to_string().contains(NOTE), "it is there: {file}");

    on_page(&office, "stopped-wipes", async |page| {
        stop(page, "wipe", "wipe").await
    })
    .await?;
    on_page(&window, "stopped-wiped", async |page| {
        page.click("sync-now").await?;
        page.see("enrol-code").await?;
        page.draw(&pictures("stopped-wiped")?.join("wiped.png"))
            .await?;
        ensure!(page.all_text().await?.contains("已经清除"));
        Ok(())
    })
    .await?;
    on_page(&office, "stopped-receipt", async |page| {
        page.click("admin-tab-health").await?;
        page.click("admin-tab-laptops").await?;
        page.see(r#"laptop-wiped[data-unsent="1"]"#).await?;
        page.draw(&pictures("stopped-receipt")?.join("receipt.png"))
            .await
    })
    .await?;
    ensure!(!world.laptop.is_enrolled(), "nothing of it is left");
    window.close().await?;
    office.close().await
}

#[tokio::test]
async fn a_rule_that_an_administrator_sets_is_known_to_other_laptops_with_their_next_sync()
-> Result<()> {
    let world = World::enrolled().await?;
    let administrator = world.laptop_of(&world.district.administrator()?)?;
    let office = Window::open(&world.stage, &administrator).await?;
    on_page(&office, "rule-set", async |page| {
        page.click("nav-admin").await?;
        page.click("admin-tab-rules").await?;
        page.see(r#"lease-now[data-days="14"]"#).await?;
        page.type_anew("lease-days", "99").await?;
        page.see(r#"lease-save[disabled]"#).await?;
        page.type_anew("lease-days", "10").await?;
        page.click("lease-save").await?;
        page.see(r#"lease-now[data-days="10"]"#).await.map(drop)
    })
    .await?;
    office.close().await?;
    world.laptop.terminal(&["sync"])?;
    let status = world.laptop.terminal(&["status"])?;
    ensure!(status["lease"]["days"] == 10, "{status}");
    Ok(())
}

/// Does `act` about the one laptop that is listed, and answers yes.
async fn stop(page: Page<'_>, act: &str, state: &str) -> Result<()> {
    page.click(&format!("laptop-{act}")).await?;
    page.click(".admin-yes").await?;
    page.see(&format!(r#"laptop[data-state="{state}"]"#))
        .await
        .map(drop)
}

/// Finds out that it was revoked, and hands over what waits; the file's path.
async fn export(page: Page<'_>) -> Result<String> {
    page.click("nav-sync").await?;
    page.click("sync-now").await?;
    page.see(r#"error[data-code="device_revoked"]"#).await?;
    let waiting = page.text("waiting-item").await?;
    ensure!(
        !waiting.contains("自动"),
        "it is not sent by itself: {waiting}"
    );
    page.click("export-unsent").await?;
    let told = page.text("exported").await?;
    page.draw(&pictures("stopped-exports")?.join("exported.png"))
        .await?;
    let path = told.split_whitespace().last().context("a path")?;
    Ok(path.to_owned())
}
