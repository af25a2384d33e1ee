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

/// A package has an invariant when a section whose heading names it, or the paragraph that does, has one line with `Invariant:`.
fn invariant_fault(architecture: &str, package: &str) -> Option<Fault> {
    let count = sections(architecture)
        .filter(|section| {
            section
                .lines()
                .next()
                .is_some_and(|heading| names(heading, package))
        })
        .flat_map(str::lines)
        .filter(|line| line.contains("Invariant:"))
        .count();
    let what = match count {
        1 => return None,
        0 => format!("{package} has no \"Invariant:\" line under a heading that names it"),
        _ => format!(
            "{package} has {count} \"Invariant:\" lines; one says what must never be otherwise"
        ),
    };
    Some(Fault::new(ARCHITECTURE, what))
}

/// Splits at headings; each section begins with its heading.
fn sections(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n#")
        .map(|section| section.trim_start_matches('#'))
}

/// Whether `heading` holds `package` as a whole word.
fn names(heading: &str, package: &str) -> bool {
    heading
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .any(|word| word == package)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_with_its_invariant_passes() {
        let text = "# House\n\n## `qilian-domain`\nPure.\n\n**Invariant:** no I/O.\n\n## Next\n";
        assert_eq!(invariant_fault(text, "qilian-domain"), None);
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
