//! Users who leave, and what stopped laptops hand over.

use super::{district, done, refused};

#[test]
fn who_has_no_laptop_has_left_at_once_gets_no_code_and_may_come_back() {
    let data = district();
    let left = done(data.path(), &["user", "leave", "admin"]);
    assert_eq!(left["service"]["is"], "left");
    assert_eq!(
        refused(data.path(), &["code", "--user", "admin"]),
        "user_leaving"
    );
    let listed = done(data.path(), &["user", "list"]);
    assert_eq!(listed[0]["service"]["is"], "left");
    let back = done(data.path(), &["user", "return", "admin"]);
    assert_eq!(back["service"]["is"], "serving");
    done(data.path(), &["code", "--user", "admin"]);
}

#[test]
fn nobody_is_closed_without_a_reason_or_without_being_there() {
    let data = district();
    let close = |id, reason| ["user", "close", id, "--reason", reason];
    assert_eq!(refused(data.path(), &close("admin", " ")), "reason_missing");
    assert_eq!(
        refused(data.path(), &close("nobody", "电脑已报废")),
        "user_unknown"
    );
    let closed = done(data.path(), &close("admin", "电脑已报废"));
    assert_eq!(closed["service"]["reason"], "电脑已报废");
}

#[test]
fn a_file_that_no_laptop_handed_over_is_refused() {
    let data = district();
    let path = data.path().join("合同.pdf");
    let file = path.to_str().expect("text").to_owned();
    let import = ["import", "laptop", &file];
    assert_eq!(refused(data.path(), &import), "file_unreadable");
    std::fs::write(&path, "%PDF-1.7 and so on").expect("written");
    assert_eq!(refused(data.path(), &import), "not_an_export");
    let head = [b"qilian-export 1\n".as_slice(), &[7; 32]].concat();
    std::fs::write(&path, &head).expect("written");
    assert_eq!(refused(data.path(), &import), "export_cut_off");
    std::fs::write(&path, [head, vec![0; 100]].concat()).expect("written");
    assert_eq!(refused(data.path(), &import), "export_sealed_for_another");
}
