//! Owns the copy of the tree that breaks are applied to: `target/breaks/tree`, built in `target/breaks/build`, so that
//! of all crates only those are built again that a patch touches. `QILIAN_BREAKS_TARGET` names another place to build in.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

/// The copy.
pub(super) struct Scratch {
    root: PathBuf,
    folder: PathBuf,
    build: PathBuf,
}

impl Scratch {
    pub(super) fn new(root: &Path) -> Result<Self> {
        let folder = root.join("target").join("breaks");
        fs::create_dir_all(folder.join("tree"))?;
        let build = std::env::var_os("QILIAN_BREAKS_TARGET")
            .map_or_else(|| folder.join("build"), PathBuf::from);
        Ok(Self {
            root: root.to_owned(),
            folder,
            build,
        })
    }

    fn tree(&self) -> PathBuf {
        self.folder.join("tree")
    }

    /// A program that was built.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.build.join("debug").join(name)
    }

    /// Cargo in the copy.
    pub(super) fn cargo(&self) -> Command {
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .current_dir(self.tree())
            .env("CARGO_TARGET_DIR", &self.build);
        cargo
    }

    /// Makes the copy what the tree is, as it lies on the disk. Files that are the same stay as they are, and with them
    /// what was built of them.
    pub(super) fn renew(&self) -> Result<()> {
        let listed = Command::new("git")
            .args([
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
            ])
            .current_dir(&self.root)
            .output()
            .context("git could not be started")?;
        if !listed.status.success() {
            bail!("git: {}", String::from_utf8_lossy(&listed.stderr).trim());
        }
        let names = String::from_utf8(listed.stdout).context("a file's name is not UTF-8")?;
        for name in names.split('\0').filter(|name| !name.is_empty()) {
            let (from, to) = (self.root.join(name), self.tree().join(name));
            if from.is_file() {
                copy_if_different(&from, &to).with_context(|| name.to_owned())?;
            }
        }
        Ok(())
    }

    /// Applies a patch; fails if it does not fit.
    pub(super) fn apply(&self, patch: &Path) -> Result<()> {
        // Without the ceiling git would look for the tree that the copy lies in, and apply nothing.
        let applied = Command::new("git")
            .args(["apply", "--whitespace=nowarn"])
            .arg(patch)
            .current_dir(self.tree())
            .env("GIT_CEILING_DIRECTORIES", &self.folder)
            .output()
            .context("git could not be started")?;
        if !applied.status.success() {
            let why = String::from_utf8_lossy(&applied.stderr);
            bail!(
                "{} does not apply any more: {}",
                patch.display(),
                why.trim()
            );
        }
        Ok(())
    }
}

fn copy_if_different(from: &Path, to: &Path) -> Result<()> {
    let there = fs::read(from)?;
    if fs::read(to).is_ok_and(|here| here == there) {
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    // Not `fs::copy`: the time of the copy must be new, or cargo would not notice it.
    fs::write(to, there)?;
    fs::set_permissions(to, fs::metadata(from)?.permissions())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn git(folder: &Path, arguments: &[&str]) {
        let done = Command::new("git")
            .args(arguments)
            .current_dir(folder)
            .status();
        assert!(done.expect("git").success());
    }

    #[test]
    fn a_patch_applies_to_the_copy_or_is_refused_and_the_tree_stays() {
        let root = tempfile::tempdir().expect("a folder");
        git(root.path(), &["init", "--quiet"]);
        fs::write(root.path().join(".gitignore"), "/target\n").expect("written");
        fs::write(root.path().join("a"), "one\n").expect("written");
        let patch = root.path().join("p.patch");
        fs::write(&patch, "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-one\n+two\n").expect("written");
        let scratch = Scratch::new(root.path()).expect("a scratch");
        scratch.renew().expect("copied");
        scratch.apply(&patch).expect("applied");
        let read = |path: PathBuf| fs::read_to_string(path).expect("read");
        assert_eq!(read(scratch.tree().join("a")), "two\n");
        assert_eq!(read(root.path().join("a")), "one\n");
        assert!(scratch.apply(&patch).is_err(), "it is applied already");
        scratch.renew().expect("copied");
        assert_eq!(read(scratch.tree().join("a")), "one\n");
    }
}
