//! What each journey begins with, and what it leaves behind when it fails.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use qilian_e2e::driver::Window;
use qilian_e2e::page::Page;

/// Runs `body` on the page; when it fails, leaves a picture of the page and says where.
pub(crate) async fn on_page<T>(
    window: &Window,
    name: &str,
    body: impl AsyncFnOnce(Page<'_>) -> Result<T>,
) -> Result<T> {
    let page = Page::of(window.client());
    match body(page).await {
        Ok(value) => Ok(value),
        Err(error) => {
            let picture = pictures()?.join(format!("{name}.png"));
            page.draw(&picture).await?;
            Err(error).context(format!("the page as it was: {}", picture.display()))
        }
    }
}

fn pictures() -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
