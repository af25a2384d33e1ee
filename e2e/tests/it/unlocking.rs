//! A store under a passphrase opens for the right one only.

use anyhow::Result;
use qilian_e2e::driver::Window;

use crate::support::{PASSPHRASE, World, on_page};

#[tokio::test]
async fn a_wrong_passphrase_is_refused_and_the_right_one_still_opens() -> Result<()> {
    let world = World::enrolled().await?;
    let window = Window::open_locked(&world.stage, world.laptop.home()).await?;
    on_page(&window, "unlock", async |page| {
        page.type_into("unlock-passphrase", "wrong horse battery")
            .await?;
        page.click("unlock-submit").await?;
        page.see(r#"error[data-code="passphrase_wrong"]"#).await?;
        page.type_anew("unlock-passphrase", PASSPHRASE).await?;
        page.click("unlock-submit").await?;
        page.see("today-plan-item").await.map(drop)
    })
    .await?;
    window.close().await
}
