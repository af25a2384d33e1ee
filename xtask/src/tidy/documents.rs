//! Files that must be there: ARCHITECTURE.md with an invariant for each package that ships, calendars and policies.

use std::path::Path;

use anyhow::Result;

use super::Fault;
use super::arrows::Package;
use super::files::sources;

const ARCHITECTURE: &str = "ARCHITECTURE.md";

/// Faults of the documents and of the data that ships.
pub(crate) fn check(root: &Path, packages: &[Package]) -> Result<Vec<Fault>> {
    let architecture = std::fs::read_to_string(root.join(ARCHITECTURE)).unwrap_or_default();
    let ships = packages
        .iter()
        .filter(|package| package.ships())
        .map(|package| package.name.as_str());
    let mut faults: Vec<Fault> = ships
        .filter_map(|name| invariant_fault(&architecture, name))
        .collect();
    for folder in ["calendars", "policies"] {
        if sources(root, folder, &["yaml"])?.is_empty() {
            faults.push(Fault::new(
                folder,
                "holds no .yaml file; the programs ship with its contents",
            ));
        }
    }
    Ok(faults)
}

/// A package has its invariant in the entry that opens with its name: a heading or a point of a list, with all that
/// follows up to the next.
fn invariant_fault(architecture: &str, package: &str) -> Option<Fault> {
    let count: usize = entries(architecture)
        .iter()
        .filter(|entry| opens_with(entry, package))
        .map(|entry| entry.matches("Invariant:").count())
        .sum();
    let what = match count {
        1 => return None,
        0 => format!("{package} has no \"Invariant:\" in an entry that opens with its name"),
        _ => format!(
            "{package} has {count} times \"Invariant:\"; one says what must never be otherwise"
        ),
    };
    Some(Fault::new(ARCHITECTURE, what))
}

/// Splits before each heading and each point of a list.
fn entries(text: &str) -> Vec<String> {
    let mut entries: Vec<String> = Vec::new();
    for line in text.lines() {
        match entries.last_mut() {
            Some(entry) if !["#", "- ", "* "].iter().any(|mark| line.starts_with(mark)) => {
                entry.push('\n');
                entry.push_str(line);
            }
            _ => entries.push(line.to_owned()),
        }
    }
    entries
}

/// Whether the first word of `entry`, whatever marks stand before and after it, is `package`.
fn opens_with(entry: &str, package: &str) -> bool {
    let mut words = entry
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .map(|word| word.trim_matches('-'));
    words.find(|word| !word.is_empty()) == Some(package)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_with_its_invariant_passes() {
        let text = "# House\n\n## `qilian-domain`\nPure.\n\n**Invariant:** no I/O.\n\n## Next\n";
        assert_eq!(invariant_fault(text, "qilian-domain"), None);
    }

    #[test]
    fn a_point_of_a_list_with_its_invariant_passes() {
        let text =
            "- **qilian-domain** owns the rules. Invariant: no\n  I/O.\n- **qilian-sync** is next.";
        assert_eq!(invariant_fault(text, "qilian-domain"), None);
        assert!(invariant_fault(text, "qilian-sync").is_some());
    }

    #[test]
    fn a_package_without_an_invariant_fails() {
        let text = "## qilian-domain\nPure.\n\n## qilian-sync\nInvariant: sans I/O.\n";
        assert!(
            invariant_fault(text, "qilian-domain").is_some(),
            "the next section's invariant is not its own"
        );
    }

    #[test]
    fn two_invariants_fail() {
        let text = "## qilian-domain\nInvariant: a.\nInvariant: b.\n";
        assert!(invariant_fault(text, "qilian-domain").is_some());
    }

    #[test]
    fn missing_calendars_and_policies_fail() {
        let root = tempfile::tempdir().unwrap();
        let folders = |faults: Vec<Fault>| {
            faults
                .into_iter()
                .map(|fault| fault.path)
                .collect::<Vec<_>>()
        };
        let found = folders(check(root.path(), &[]).unwrap());
        assert_eq!(found, [Path::new("calendars"), Path::new("policies")]);
    }
}
