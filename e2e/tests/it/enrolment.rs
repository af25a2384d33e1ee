//! A one-time code makes a laptop; one that is used or wrong says so, and what was typed stays.

use anyhow::{Result, ensure};
use qilian_e2e::driver::Window;
use qilian_e2e::key_store::KeyStore;
use qilian_e2e::laptop::Laptop;
use qilian_e2e::page::Page;

use crate::support::{PASSPHRASE, World, on_page};

async fn fill_in(page: Page<'_>, server: &str, code: &str) -> Result<()> {
    page.type_into("enrol-server", server).await?;
    page.type_into("enrol-code", code).await?;
    page.type_into("enrol-passphrase", PASSPHRASE).await?;
    page.type_into("enrol-passphrase-again", PASSPHRASE).await?;
    page.click("enrol-submit").await
}

#[tokio::test]
async fn a_code_typed_into_the_window_opens_today() -> Result<()> {
    let world = World::new().await?;
    let (server, code) = (world.district.url(), world.code()?);
    let window = Window::open_locked(&world.stage, world.laptop.home()).await?;
    on_page(&window, "enrolled", async |page| {
        fill_in(page, &server, &code).await?;
        page.see("today-plan-item").await.map(drop)
    })
    .await?;
    window.close().await
}

#[tokio::test]
async fn with_a_key_store_nobody_is_asked_for_a_passphrase() -> Result<()> {
    let world = World::new().await?;
    let _keys = KeyStore::start(&world.stage).await?;
    let laptop = Laptop::with_key_store(world.laptop.home(), &world.stage);
    let window = Window::open(&world.stage, &laptop).await?;
    on_page(&window, "key-store", async |page| {
        page.type_into("enrol-server", &world.district.url())
            .await?;
        page.type_into("enrol-code", &world.code()?).await?;
        page.click("enrol-submit").await?;
        page.see("today-plan-item").await.map(drop)
    })
    .await?;
    window.close().await?;
    let again = Window::open(&world.stage, &laptop).await?;
    on_page(&again, "key-store-again", async |page| {
        page.see("today-plan-item").await.map(drop)
    })
    .await?;
    again.close().await
}

#[tokio::test]
async fn a_used_code_says_so_and_a_wrong_one_too_and_the_form_stays() -> Result<()> {
    let world = World::new().await?;
    let (server, code) = (world.district.url(), world.code()?);
    Laptop::new(&world.laptop.home().with_file_name("other"), PASSPHRASE).enrol(&server, &code)?;
    let window = Window::open_locked(&world.stage, world.laptop.home()).await?;
    on_page(&window, "used-code", async |page| {
        fill_in(page, &server, &code).await?;
        page.see(r#"error[data-code="code_used"]"#).await?;
        ensure!(
            page.value("enrol-server").await? == server,
            "what was typed stays"
        );
        page.type_anew("enrol-code", "AAAA-AAAA").await?;
        page.click("enrol-submit").await?;
        page.see(r#"error[data-code="code_unknown"]"#)
            .await
            .map(drop)
    })
    .await?;
    window.close().await
}
