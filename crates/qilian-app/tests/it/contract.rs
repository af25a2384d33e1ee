//! Claims about the contract between the window's page and its host.

use std::path::Path;

/// Writes the file instead of comparing it.
const UPDATE_VARIABLE: &str = "QILIAN_UPDATE_GENERATED";

#[test]
fn generated_types_are_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/api/generated.ts");
    let generated = qilian_app::contract::typescript();
    if std::env::var_os(UPDATE_VARIABLE).is_some() {
        std::fs::write(&path, &generated).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == generated,
        "ui/src/api/generated.ts is not what the contract says; run this test with {UPDATE_VARIABLE}=1"
    );
}
