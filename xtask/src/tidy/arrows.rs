//! Which package may depend on which: the arrows of ARCHITECTURE.md. An arrow that is not listed here is forbidden.

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::Fault;

/// What a package is for, and with that what it may depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Part of what ships; may depend on these packages of ours.
    Product(&'static [&'static str]),
    /// Tests, chores, benches: may depend on anything, and no product may depend on it.
    Development,
}

/// A library that only some packages may use in what they ship. A name ending in `*` stands for all that begin so.
struct Reserved {
    library: &'static str,
    to: &'static [&'static str],
    why: &'static str,
}

const ROLES: &[(&str, Role)] = &[
    ("qilian-domain", Role::Product(&[])),
    ("qilian-policy", Role::Product(&[])),
    ("qilian-sync", Role::Product(&["qilian-domain"])),
    (
        "qilian-store",
        Role::Product(&["qilian-domain", "qilian-sync"]),
    ),
    (
        "qilian-app",
        Role::Product(&[
            "qilian-domain",
            "qilian-policy",
            "qilian-sync",
            "qilian-store",
        ]),
    ),
    ("qilian-cli", Role::Product(&["qilian-app"])),
    ("qilian-desktop", Role::Product(&["qilian-app"])),
    (
        "qilian-server",
        Role::Product(&["qilian-domain", "qilian-policy", "qilian-sync"]),
    ),
    ("qilian-testkit", Role::Development),
    ("qilian-powercut", Role::Development),
    ("qilian-e2e", Role::Development),
    ("qilian-bench", Role::Development),
    ("xtask", Role::Development),
];

const SQL: &[&str] = &["qilian-store", "qilian-server"];
const NETWORK: &[&str] = &[
    "qilian-app",
    "qilian-cli",
    "qilian-desktop",
    "qilian-server",
];

const RESERVED: &[Reserved] = &[
    Reserved {
        library: "tauri*",
        to: &["qilian-desktop"],
        why: "only the window knows Tauri",
    },
    Reserved {
        library: "rusqlite*",
        to: SQL,
        why: "only the two stores know SQL",
    },
    Reserved {
        library: "postgres*",
        to: SQL,
        why: "only the two stores know SQL",
    },
    Reserved {
        library: "tokio-postgres*",
        to: SQL,
        why: "only the two stores know SQL",
    },
    Reserved {
        library: "axum*",
        to: &["qilian-server"],
        why: "only the server serves HTTP",
    },
    Reserved {
        library: "reqwest",
        to: &["qilian-app", "qilian-server"],
        why: "only the laptop's use cases call the server, and the server its object store",
    },
    Reserved {
        library: "keyring*",
        to: &["qilian-app"],
        why: "only the laptop's use cases open the key store",
    },
    Reserved {
        library: "tokio",
        to: NETWORK,
        why: "the pure crates and the laptop's store know no async",
    },
    Reserved {
        library: "rand*",
        to: NETWORK,
        why: "randomness is a parameter of the pure crates",
    },
];

/// One package of the workspace and what it depends on.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    pub(crate) name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Debug, Clone)]
struct Dependency {
    name: String,
    /// Only for tests and benches.
    development: bool,
}

impl Package {
    /// Whether it is part of what ships.
    pub(crate) fn ships(&self) -> bool {
        matches!(role(&self.name), Some(Role::Product(_)))
    }
}

/// Reads the packages out of `cargo metadata --no-deps`.
pub(crate) fn packages(metadata: &Value) -> Result<Vec<Package>> {
    let list = metadata["packages"]
        .as_array()
        .context("cargo metadata lists no packages")?;
    list.iter().map(package).collect()
}

fn package(value: &Value) -> Result<Package> {
    let name = value["name"]
        .as_str()
        .context("a package without a name")?
        .to_owned();
    let list = value["dependencies"]
        .as_array()
        .context("a package without dependencies")?;
    let dependencies = list
        .iter()
        .map(|dependency| {
            Ok(Dependency {
                name: dependency["name"]
                    .as_str()
                    .context("a dependency without a name")?
                    .to_owned(),
                development: dependency["kind"].as_str() == Some("dev"),
            })
        })
        .collect::<Result<_>>()?;
    Ok(Package { name, dependencies })
}

/// Every forbidden arrow among `packages`.
pub(crate) fn check(packages: &[Package]) -> Vec<Fault> {
    packages.iter().flat_map(check_package).collect()
}

fn check_package(package: &Package) -> Vec<Fault> {
    let place = format!("package {}", package.name);
    let Some(role) = role(&package.name) else {
        return vec![Fault::new(
            place,
            "has no place in the house: give it a role in xtask/src/tidy/arrows.rs",
        )];
    };
    let Role::Product(allowed) = role else {
        return Vec::new();
    };
    let shipped = package
        .dependencies
        .iter()
        .filter(|dependency| !dependency.development);
    shipped
        .filter_map(|dependency| {
            let why = forbidden(&package.name, allowed, &dependency.name)?;
            Some(Fault::new(
                &place,
                format!("must not depend on {}: {why}", dependency.name),
            ))
        })
        .collect()
}

fn forbidden(package: &str, allowed: &[&str], dependency: &str) -> Option<&'static str> {
    match role(dependency) {
        Some(Role::Product(_)) if allowed.contains(&dependency) => None,
        Some(Role::Product(_)) => Some("the arrow is not drawn in ARCHITECTURE.md"),
        Some(Role::Development) => Some("it is for development only; make it a dev-dependency"),
        None => RESERVED
            .iter()
            .find(|reserved| {
                matches(reserved.library, dependency) && !reserved.to.contains(&package)
            })
            .map(|reserved| reserved.why),
    }
}

fn role(name: &str) -> Option<Role> {
    ROLES
        .iter()
        .find(|(package, _)| *package == name)
        .map(|(_, role)| *role)
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern
        .strip_suffix('*')
        .map_or(pattern == name, |start| name.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn faults(package: &str, dependency: &str, kind: Option<&str>) -> Vec<Fault> {
        let metadata = json!({"packages": [
            {"name": package, "dependencies": [{"name": dependency, "kind": kind}]},
        ]});
        check(&packages(&metadata).unwrap())
    }

    #[test]
    fn a_drawn_arrow_passes() {
        assert_eq!(faults("qilian-store", "qilian-sync", None), []);
    }

    #[test]
    fn an_arrow_against_the_drawing_fails() {
        assert_eq!(faults("qilian-domain", "qilian-store", None).len(), 1);
    }

    #[test]
    fn the_testkit_is_for_tests_only() {
        assert_eq!(faults("qilian-app", "qilian-testkit", None).len(), 1);
        assert_eq!(faults("qilian-app", "qilian-testkit", Some("dev")), []);
    }

    #[test]
    fn only_the_window_knows_tauri() {
        assert_eq!(
            faults("qilian-app", "tauri-plugin-notification", None).len(),
            1
        );
        assert_eq!(faults("qilian-app", "tauri-build", Some("build")).len(), 1);
        assert_eq!(faults("qilian-desktop", "tauri", None), []);
    }

    #[test]
    fn only_the_stores_know_sql() {
        assert_eq!(faults("qilian-app", "rusqlite", None).len(), 1);
        assert_eq!(faults("qilian-sync", "rusqlite_migration", None).len(), 1);
        assert_eq!(faults("qilian-server", "rusqlite", None), []);
    }

    #[test]
    fn the_pure_crates_know_no_async_and_no_dice() {
        assert_eq!(faults("qilian-domain", "tokio", None).len(), 1);
        assert_eq!(faults("qilian-policy", "rand", None).len(), 1);
        assert_eq!(faults("qilian-domain", "serde", None), []);
    }

    #[test]
    fn a_package_without_a_place_fails() {
        assert_eq!(faults("qilian-utils", "serde", None).len(), 1);
    }
}
