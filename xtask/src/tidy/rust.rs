//! Rust files: each says at its top what it owns, and none is longer than a reader can hold.

use std::path::Path;

use anyhow::Result;

use super::Fault;
use super::files::{Source, sources};

const FOLDERS: &[&str] = &["crates", "src-tauri", "xtask", "e2e"];
const LINES_AT_MOST: usize = 400;

/// Faults of every Rust file.
pub(crate) fn check(root: &Path) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for folder in FOLDERS {
        for source in sources(root, folder, &["rs"])? {
            faults.extend(check_file(&source));
        }
    }
    Ok(faults)
}

fn check_file(source: &Source) -> Vec<Fault> {
    let mut faults = Vec::new();
    let first = source
        .text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    if !first.starts_with("//!") {
        faults.push(Fault::new(
            &source.path,
            "must open with `//!`: what it owns, and what is elsewhere",
        ));
    }
    let lines = source.text.lines().count();
    if lines > LINES_AT_MOST {
        let what = format!("has {lines} lines, {LINES_AT_MOST} at most: split it by what it owns");
        faults.push(Fault::new(&source.path, what));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn faults(text: &str) -> usize {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("crates/a/src");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("lib.rs"), text).unwrap();
        check(root.path()).unwrap().len()
    }

    #[test]
    fn a_file_that_says_what_it_owns_passes() {
        assert_eq!(faults("//! Owns a.\n\nfn a() {}\n"), 0);
    }

    #[test]
    fn a_file_that_does_not_say_what_it_owns_fails() {
        assert_eq!(faults("fn a() {}\n"), 1);
        assert_eq!(faults("\n"), 1);
    }

    #[test]
    fn a_long_file_fails() {
        let lines = |count: usize| format!("//! Long.\n{}", "// line\n".repeat(count - 1));
        assert_eq!(faults(&lines(LINES_AT_MOST)), 0);
        assert_eq!(faults(&lines(LINES_AT_MOST + 1)), 1);
    }
}
