//! Files of a visit: taken in on a laptop without a network, sent when there is one, seen on another laptop.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use qilian_e2e::driver::Window;

use crate::support::{World, on_page};

/// A line of 320 pixels by 2, wider than any small picture.
const PICTURE: &str = "iVBORw0KGgoAAAANSUhEUgAAAUAAAAACCAIAAACmFZIuAAAAHElEQVR42mMwaDgwikbRKBqiiGE0CEbRKBq6CAAB1ZguR57F5QAAAABJRU5ErkJggg==";

#[tokio::test]
async fn files_taken_in_without_a_network_are_seen_on_another_laptop() -> Result<()> {
    let mut world = World::enrolled().await?;
    let second = world.second_laptop()?;
    let document = world.laptop.home().with_file_name("座谈纪要.txt");
    fs::write(&document, "问了用工，技工缺八人。")?;
    let document = document.to_str().context("a path")?;
    world.district.go_offline();
    let window = world.window().await?;
    on_page(&window, "files-taken-in", async |page| {
        page.click("plan-record").await?;
        page.see("files-add").await?;
        page.drop_file("车间.png", PICTURE).await?;
        page.see(r#"file[data-name="车间.png"][data-state="held"]"#)
            .await?;
        page.choose_file("files-input", document).await?;
        page.see(r#"file[data-name="座谈纪要.txt"][data-state="held"]"#)
            .await?;
        page.type_into("record-note", "看了新车间").await?;
        page.click("record-save").await?;
        page.see("today-done-item").await?;
        page.click("nav-sync").await?;
        page.click("sync-now").await?;
        page.see("offline").await?;
        page.see("file-waiting").await?;
        page.see(r#"fully-synced[data-synced="false"]"#)
            .await
            .map(drop)
    })
    .await?;
    world.district.go_online().await?;
    on_page(&window, "files-sent", async |page| {
        page.click("sync-now").await?;
        page.see(r#"fully-synced[data-synced="true"]"#).await?;
        page.gone("file-waiting").await?;
        page.click("nav-visits").await?;
        page.click(r#"visit-files[data-count="2"]"#).await?;
        page.see(r#"file[data-name="车间.png"][data-state="stored"]"#)
            .await?;
        page.see(r#"file[data-name="座谈纪要.txt"][data-state="stored"]"#)
            .await
            .map(drop)
    })
    .await?;
    window.close().await?;

    second.terminal(&["sync"])?;
    let window = Window::open(&world.stage, &second).await?;
    on_page(&window, "files-seen", async |page| {
        page.click("nav-visits").await?;
        page.click(r#"visit-files[data-count="2"]"#).await?;
        page.see(r#"file[data-name="座谈纪要.txt"][data-state="stored"]"#)
            .await?;
        page.click(r#"file-view[data-kind="photo"]"#).await?;
        page.see("viewer-picture").await?;
        let wide =
            page.number("document.querySelector('[data-testid=viewer-picture]').naturalWidth");
        ensure!(wide.await? == 320, "the whole picture, not the small one");
        page.click("viewer-close").await
    })
    .await?;
    window.close().await
}
