//! What is typed into a visit survives the program.

use anyhow::{Result, ensure};
use qilian_e2e::until::{LONGEST, until};
use serde_json::json;

use crate::support::{World, on_page};

/// With a rare character, but none beyond the basic plane: the driver's keyboard has no keys for those.
const NOTE: &str = "上月订单减两成，老板说等新线；㙍田来料检验慢，三月再来看";

#[tokio::test]
async fn a_crash_in_the_middle_of_a_visit_keeps_every_keystroke() -> Result<()> {
    let world = World::enrolled().await?;
    let window = world.window().await?;
    on_page(&window, "typing", async |page| {
        page.click("plan-record").await?;
        page.type_into("record-note", NOTE).await?;
        // Nothing but typing makes the page save; how far it is, only the host can say.
        until("the host to hold the whole note", LONGEST, async || {
            let drafts = page.host("visit_drafts", json!(null)).await?;
            let form = page
                .host("visit_form", json!({"uscc": drafts[0]["uscc"]}))
                .await?;
            Ok((form["draft"]["note"] == NOTE).then_some(()))
        })
        .await
    })
    .await?;
    window.crash().await?;
    let window = world.window().await?;
    on_page(&window, "after-crash", async |page| {
        page.see("today-draft").await?;
        page.click("plan-record").await?;
        page.see("draft-restored").await?;
        let restored = page.value("record-note").await?;
        ensure!(restored == NOTE, "the note after the crash: {restored}");
        Ok(())
    })
    .await?;
    window.close().await
}
