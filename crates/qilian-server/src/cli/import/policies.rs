//! `import policies`: one file beside those in force, or a directory in place of all of them.
//!
//! A file takes the place of the one of the same name; what it supersedes may stand in another. The whole
//! library is checked as it will stand, and is stored whole or not at all.

use std::collections::BTreeSet;
use std::path::Path;

use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::{PolicyFile, PolicyLibrary};
use qilian_policy::Library;
use serde_json::json;

use super::files::policy_files;
use super::told::policy_faults;
use crate::cli::answer::{Answer, Failure};
use crate::cli::place::Here;
use crate::district::policies;

pub(super) fn import_policies(here: &Here, path: &Path) -> Result<Answer, Failure> {
    let in_force = newest(here)?;
    let before: Vec<PolicyFile> = in_force.as_ref().map_or_else(Vec::new, |l| l.files.clone());
    let read = policy_files(path)?;
    let files = if path.is_dir() {
        read
    } else {
        beside(before.clone(), read)
    };
    let texts: Vec<_> = files.iter().map(|f| (&f.name, &f.text)).collect();
    let (library, warnings) = Library::load(&texts).map_err(|faults| policy_faults(&faults))?;
    for warning in &warnings {
        eprintln!("{}:{}: {}", warning.file, warning.line, warning.message);
    }
    let stored = store(here, &files, in_force.as_ref())?;
    let policy_count = library.policies().len();
    let names: BTreeSet<&str> = files.iter().map(|f| f.name.as_str()).collect();
    let removed: Vec<&str> = before
        .iter()
        .map(|f| f.name.as_str())
        .filter(|name| !names.contains(name))
        .collect();
    Ok(Answer {
        text: match stored {
            Some(version) => format!(
                "政策库第 {version} 版：{policy_count} 条政策，{} 个文件，移去 {} 个文件。",
                files.len(),
                removed.len()
            ),
            None => "与现行政策库相同，没有改动。".to_owned(),
        },
        document: json!({
            "files": names,
            "removed": removed,
            "policies": policy_count,
            "version": stored.or(in_force.map(|l| l.version.0)),
            "unchanged": stored.is_none(),
            "warnings": warnings,
        }),
    })
}

/// The library in force.
fn newest(here: &Here) -> Result<Option<PolicyLibrary>, Failure> {
    let rows = here.storage.rows(here.id(), &[Kind::PolicyLibrary])?;
    let libraries = rows
        .into_iter()
        .filter_map(|row| PolicyLibrary::try_from(row).ok());
    Ok(libraries.max_by_key(|library| library.version))
}

/// The files in force with those that were read in place of their namesakes, by name.
fn beside(mut files: Vec<PolicyFile>, read: Vec<PolicyFile>) -> Vec<PolicyFile> {
    files.retain(|file| read.iter().all(|new| new.name != file.name));
    files.extend(read);
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

/// Stores files that were checked beside `in_force`; says the new version, if there is one.
fn store(
    here: &Here,
    files: &[PolicyFile],
    in_force: Option<&PolicyLibrary>,
) -> Result<Option<u64>, Failure> {
    let expected = in_force.map(|library| library.version);
    let mut stored = Ok(None);
    here.storage
        .change(here.id(), &[Kind::PolicyLibrary], here.now, &mut |loaded| {
            let now = loaded
                .all::<PolicyLibrary>()
                .map(|library| library.version)
                .max();
            if now != expected {
                stored = Err(Failure::new(
                    "busy",
                    "政策库刚刚被另一个导入改动，这次什么也没有改。请再导入一次。",
                ));
                return Vec::new();
            }
            let next = policies(files, loaded, here.now);
            stored = Ok(next.as_ref().map(|library| library.version.0));
            next.map(Row::from).into_iter().collect()
        })?;
    stored
}
