//! `policy check` and `policy eval` work on files that nobody here has seen.

use std::path::PathBuf;

use serde_json::json;

use crate::answered;

const LIBRARY: &str = "\
meta: {as_of: 2026-11-01, money_unit: 万元, ratio_unit: fraction}
fields:
  employees: {type: int, label: 从业人员, unit: 人, cost: 1, ask: 现在有多少员工？}
policies:
  - id: p1
    title: 稳岗补助
    effective_from: 2026-01-01
    effective_to: null
    verified: yes
    condition: {id: l1, text: 员工不少于 30 人, f: employees, op: '>=', v: 30}
    benefit: {amount: {expr: employees * 0.1}}
    examples:
      - {in: {employees: 30}, out: \"true\"}
";

fn written(name: &str, text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    std::fs::write(&file, text).unwrap();
    (folder, file)
}

#[test]
fn a_sound_file_is_counted() {
    let (_folder, file) = written("a.yaml", LIBRARY);
    let (document, status) = answered(&["policy", "check", file.to_str().unwrap()]);
    assert_eq!(status, 0, "{document}");
    assert_eq!(document["ok"], true);
    let checked = &document["files"][0];
    assert_eq!(
        (
            &checked["policies"],
            &checked["fields"],
            &checked["examples"]
        ),
        (&json!(1), &json!(1), &json!(1))
    );
}

#[test]
fn a_file_with_a_fault_is_refused_with_its_line() {
    let (_folder, file) = written("a.yaml", &LIBRARY.replace("f: employees", "f: staff"));
    let (document, status) = answered(&["policy", "check", file.to_str().unwrap()]);
    assert_eq!(status, 1);
    assert_eq!(document["ok"], false);
    assert_eq!(document["error"]["code"], "policy_refused");
    let fault = &document["errors"][0];
    assert_eq!(fault["code"], "field_undeclared");
    assert_eq!(fault["line"], 10);
    assert_eq!(fault["policy"], "p1");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let (document, status) = answered(&["policy", "check", "/nonexistent.yaml"]);
    assert_eq!(status, 1);
    assert_eq!(document["error"]["code"], "file_unreadable");
    assert_eq!(document["error"]["details"]["file"], "/nonexistent.yaml");
}

#[test]
fn facts_decide_and_what_is_missing_is_asked() {
    let (folder, file) = written("a.yaml", LIBRARY);
    let facts = folder.path().join("facts.json");
    let evaluated = |text: &str| {
        std::fs::write(&facts, text).unwrap();
        answered(&[
            "policy",
            "eval",
            "--library",
            file.to_str().unwrap(),
            "--facts",
            facts.to_str().unwrap(),
            "--on",
            "2026-11-20",
        ])
    };
    let (document, status) = evaluated(r#"{"employees": 45}"#);
    assert_eq!(status, 0, "{document}");
    assert_eq!(document["policies"][0]["outcome"], "likely");
    assert_eq!(document["policies"][0]["amount"], json!(4.5));
    let (document, _) = evaluated("{}");
    assert_eq!(document["policies"][0]["outcome"], "needs_info");
    assert_eq!(document["questions"][0]["field"], "employees");
    let (document, status) = evaluated(r#"{"staff": 45}"#);
    assert_eq!(
        (status, document["error"]["code"].clone()),
        (1, json!("field_unknown"))
    );
}
