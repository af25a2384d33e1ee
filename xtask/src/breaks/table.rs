//! Owns reading `table.json`: the 21 invariants of the sync, for each of them the breaks of the product that its
//! checks must catch and what catches them, and what is not checked yet.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

const INVARIANTS: u64 = 21;

/// Where table and patches are.
pub(super) fn folder(root: &Path) -> PathBuf {
    root.join("crates/qilian-testkit/breaks")
}

/// What must catch a break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Caught {
    /// A seed of the simulator, by a claim.
    Seed {
        seed: u64,
        length: u64,
        claim: String,
    },
    /// A test.
    Test {
        package: String,
        /// `lib`, or the name of an integration binary.
        target: String,
        test: String,
    },
}

impl fmt::Display for Caught {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seed { seed, claim, .. } => write!(f, "seed {seed} ({claim})"),
            Self::Test { package, test, .. } => write!(f, "{package} {test}"),
        }
    }
}

/// A patch that breaks the product, and what must catch it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Break {
    pub(super) patch: String,
    pub(super) caught: Caught,
}

/// All of it.
#[derive(Debug)]
pub(super) struct Table(Vec<(u64, Break)>);

impl Table {
    pub(super) fn read(root: &Path) -> Result<Self> {
        let folder = folder(root);
        let text = fs::read_to_string(folder.join("table.json")).context("table.json")?;
        let mut patches = BTreeSet::new();
        for entry in fs::read_dir(&folder)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.ends_with(".patch") {
                patches.insert(name);
            }
        }
        Self::of(&text, &patches)
    }

    /// A table is whole: each invariant once, in order, with a break or what it lacks; each patch once.
    fn of(text: &str, patches: &BTreeSet<String>) -> Result<Self> {
        let entries: Vec<Value> = serde_json::from_str(text).context("table.json is no list")?;
        let numbers: Vec<_> = entries
            .iter()
            .filter_map(|e| e["invariant"].as_u64())
            .collect();
        ensure!(
            numbers.iter().copied().eq(1..=INVARIANTS),
            "the invariants are {numbers:?}"
        );
        let mut table = Vec::new();
        for (entry, invariant) in entries.iter().zip(numbers) {
            let breaks = entry["breaks"].as_array().context("breaks")?;
            ensure!(
                !breaks.is_empty() || entry["lacks"].is_string(),
                "invariant {invariant} has neither a break nor what it lacks"
            );
            for of in breaks {
                let read =
                    read_break(of).with_context(|| format!("invariant {invariant}: {of}"))?;
                table.push((invariant, read));
            }
        }
        let named: BTreeSet<_> = table.iter().map(|(_, b)| b.patch.clone()).collect();
        ensure!(named.len() == table.len(), "a patch stands in it twice");
        ensure!(
            &named == patches,
            "table and patches differ: {:?}",
            named.symmetric_difference(patches).collect::<Vec<_>>()
        );
        Ok(Self(table))
    }

    pub(super) fn breaks(&self) -> impl Iterator<Item = &(u64, Break)> {
        self.0.iter()
    }
}

fn read_break(of: &Value) -> Result<Break> {
    let text = |name: &str| -> Result<String> {
        Ok(of[name]
            .as_str()
            .with_context(|| name.to_owned())?
            .to_owned())
    };
    let caught = match of["seed"].as_u64() {
        Some(seed) => Caught::Seed {
            seed,
            length: of["length"].as_u64().context("length")?,
            claim: text("claim")?,
        },
        None => Caught::Test {
            package: text("package")?,
            target: text("target")?,
            test: text("test")?,
        },
    };
    Ok(Break {
        patch: text("patch")?,
        caught,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> Vec<Value> {
        let lacking = |n| serde_json::json!({ "invariant": n, "breaks": [], "lacks": "…" });
        (1..=INVARIANTS).map(lacking).collect()
    }

    fn fault(entries: &[Value], patches: &[&str]) -> Option<String> {
        let patches = patches.iter().map(|&p| p.to_owned()).collect();
        let text = serde_json::to_string(entries).expect("JSON");
        Table::of(&text, &patches).err().map(|e| e.to_string())
    }

    #[test]
    fn the_table_that_is_there_is_whole() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("a root");
        let table = Table::read(root).expect("a whole table");
        assert!(table.breaks().count() > 0);
    }

    #[test]
    fn an_invariant_without_a_break_says_what_it_lacks() {
        let mut entries = whole();
        assert_eq!(fault(&entries, &[]), None);
        entries[4]["lacks"] = Value::Null;
        let told = fault(&entries, &[]).expect("a fault");
        assert!(told.contains("invariant 5"), "{told}");
        entries.remove(4);
        assert!(fault(&entries, &[]).is_some(), "one is missing");
    }

    #[test]
    fn a_patch_that_nothing_catches_is_a_fault() {
        let told = fault(&whole(), &["a.patch"]).expect("a fault");
        assert!(told.contains("a.patch"), "{told}");
    }
}
