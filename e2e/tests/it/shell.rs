//! The window itself: it opens on a store of its own, and a second start finds the first.

use anyhow::Result;
use qilian_e2e::driver::Window;
use qilian_e2e::stage::Stage;

use crate::support::on_page;

#[tokio::test]
async fn a_laptop_that_belongs_to_nobody_asks_for_a_code() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let stage = Stage::set_up(folder.path())?;
    let window = Window::open(&stage, &folder.path().join("laptop"), None).await?;
    on_page(&window, "enrol", async |page| {
        page.see("enrol-code").await.map(drop)
    })
    .await?;
    window.close().await
}
