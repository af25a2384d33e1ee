//! A list of users is taken whole or not at all.

use qilian_domain::rows::{Level, Role};
use qilian_server::import::{UsersFault, read_users};

const HEADER: &str = "id,name,unit,roles,level,area,phone\n";

fn list(lines: &str) -> String {
    format!("{HEADER}{lines}")
}

fn problems(lines: &str) -> Vec<(u64, Option<&'static str>)> {
    match read_users(list(lines).as_bytes()) {
        Err(UsersFault::Invalid(problems)) => problems
            .into_iter()
            .map(|problem| (problem.line, problem.column))
            .collect(),
        other => panic!("expected problems, got {other:?}"),
    }
}

#[test]
fn a_list_is_read_with_roles_level_and_area() {
    let users = read_users(
        list("LZ001,张三,民政局,cadre;group_lead,street,澜湖街道,0138\nLZ002,李四,,admin,,,\n")
            .as_bytes(),
    )
    .expect("a list");
    assert_eq!(users.len(), 2);
    assert_eq!(users[0].roles, [Role::Cadre, Role::GroupLead].into());
    assert_eq!(users[0].level, Some(Level::Street));
    assert_eq!(
        users[0].phone.as_deref(),
        Some("0138"),
        "a leading zero stays"
    );
    assert_eq!((users[1].unit.as_deref(), users[1].level), (None, None));
}

#[test]
fn both_encodings_and_a_byte_order_mark_are_the_same_list() {
    let text = list("LZ001,张三,民政局,cadre,,,\n");
    let plain = read_users(text.as_bytes()).expect("UTF-8");
    let marked = read_users(format!("\u{FEFF}{text}").as_bytes()).expect("UTF-8 with a mark");
    let (bytes, _, _) = encoding_rs::GB18030.encode(&text);
    let national = read_users(&bytes).expect("GB18030");
    assert_eq!(plain, marked);
    assert_eq!(plain, national);
}

#[test]
fn every_fault_is_said_at_once_with_its_line() {
    let found = problems(
        "LZ001,张三,,cadre,,,\n\
         LZ001,李四,,cadre,,,\n\
         ,王五,,cadre,,,\n\
         LZ004,,,cadre,,,\n\
         LZ005,赵六,,boss,,,\n\
         LZ006,孙七,,,,,\n\
         LZ007,周八,,cadre,county,,\n\
         LZ 08,吴九,,cadre,,,\n\
         LZ009,郑十,,cadre\n",
    );
    assert_eq!(
        found,
        [
            (3, Some("id")),
            (4, Some("id")),
            (5, Some("name")),
            (6, Some("roles")),
            (7, Some("roles")),
            (8, Some("level")),
            (9, Some("id")),
            (10, None),
        ]
    );
}

#[test]
fn the_message_says_that_nothing_was_taken_and_names_the_lines() {
    let fault = read_users(list("LZ001,张三,,boss,,,\n").as_bytes()).expect_err("a wrong role");
    assert_eq!(fault.code(), "users_invalid");
    let message = fault.to_string();
    assert!(message.contains("一个用户也没有导入"), "{message}");
    assert!(message.contains("第 2 行的角色“boss”不存在"), "{message}");
}

#[test]
fn another_header_an_empty_file_and_foreign_bytes_are_refused() {
    let code = |bytes: &[u8]| read_users(bytes).expect_err("no list").code();
    assert_eq!(code("编号,姓名\n1,张三\n".as_bytes()), "users_header");
    assert_eq!(code(HEADER.as_bytes()), "users_empty");
    assert_eq!(code(b""), "users_empty");
    assert_eq!(code(b"id,name\xFF\xFF\n"), "users_encoding");
}
