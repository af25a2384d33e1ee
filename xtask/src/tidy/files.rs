//! Finding and reading the files that a rule looks at.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// Folders that hold nothing of ours.
const SKIPPED: &[&str] = &[
    "target",
    "node_modules",
    "dist",
    "gen",
    ".git",
    ".run",
    ".cache",
];

/// A text file: its path relative to the workspace, and what it says.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// Every file under `root/folder` whose extension is one of `extensions`, sorted. No folder, no files.
pub(crate) fn sources(root: &Path, folder: &str, extensions: &[&str]) -> Result<Vec<Source>> {
    let mut paths = Vec::new();
    collect(&root.join(folder), extensions, &mut paths)?;
    paths.sort();
    paths.into_iter().map(|path| read(root, &path)).collect()
}

fn read(root: &Path, path: &Path) -> Result<Source> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    Ok(Source {
        path: path.strip_prefix(root)?.to_owned(),
        text,
    })
}

fn collect(folder: &Path, extensions: &[&str], paths: &mut Vec<PathBuf>) -> Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).with_context(|| folder.display().to_string()),
    };
    for entry in entries {
        let path = entry?.path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if path.is_dir() {
            if !SKIPPED.contains(&name) {
                collect(&path, extensions, paths)?;
            }
        } else if path
            .extension()
            .and_then(|extension| extension.to_str())
            .is_some_and(|e| extensions.contains(&e))
        {
            paths.push(path);
        }
    }
    Ok(())
}
