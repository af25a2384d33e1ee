//! Claims about the contract between the window's page and its host.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use qilian_app::contract::typescript;

/// Writes the files instead of comparing them.
const UPDATE_VARIABLE: &str = "QILIAN_UPDATE_GENERATED";

#[test]
fn generated_types_are_current() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/api/generated");
    let generated = typescript();
    if std::env::var_os(UPDATE_VARIABLE).is_some() {
        // A module that is gone leaves no file.
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        fs::create_dir(&folder).unwrap();
        for (name, text) in &generated {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    let committed: BTreeMap<String, String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read_to_string(entry.path()).unwrap())
        })
        .collect();
    assert!(
        committed == generated,
        "ui/src/api/generated/ is not what the contract says; `cargo xtask codegen` writes it anew"
    );
}
