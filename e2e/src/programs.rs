//! Where the built programs are: beside the program that runs, whatever the target folder is called.

use std::env;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

/// `qilian`, a laptop on the terminal.
pub const CLI: &str = "qilian";
/// `qilian-server`, the district.
pub const SERVER: &str = "qilian-server";
/// `qilian-desktop`, the window.
pub const WINDOW: &str = "qilian-desktop";

/// The path of a program of this workspace.
///
/// # Errors
/// It was not built.
pub fn built(name: &str) -> Result<PathBuf> {
    let own = env::current_exe().context("this program does not know its own path")?;
    let mut folder = own.parent().context("a program lies in a folder")?;
    if folder.ends_with("deps") {
        folder = folder.parent().context("deps lies in a profile's folder")?;
    }
    let path = folder.join(name);
    if !path.is_file() {
        bail!("{} was not built; `make build` builds it", path.display());
    }
    Ok(path)
}

/// The path of a tool that `scripts/setup` installs: on the search path, or in the project's own tools.
///
/// # Errors
/// It is not installed.
pub fn tool(name: &str) -> Result<PathBuf> {
    let own_tools = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.cache/tools/bin"));
    let search_path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&search_path)
        .chain([own_tools])
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
        .with_context(|| {
            format!("{name} is not installed; `scripts/setup display test-tools` installs it")
        })
}
