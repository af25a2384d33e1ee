//! Claims about reading headcounts and amounts as offices write them.

use super::*;

fn people(text: &str) -> Option<(u32, bool)> {
    headcount(text).map(|read| (read.count, read.approximate))
}

fn wan(text: &str) -> Option<String> {
    match money(text, Unit::WAN_YUAN)? {
        Money::Yuan(amount) => Some(format!(
            "{}{}",
            if amount.approximate { "~" } else { "" },
            amount.wan_yuan
        )),
        Money::Foreign => Some("foreign".to_owned()),
    }
}

#[test]
fn headcounts_are_read_as_offices_write_them() {
    for (text, expected) in [
        ("44", Some((44, false))),
        ("18人", Some((18, false))),
        ("１２０人", Some((120, false))),
        ("1,200", Some((1200, false))),
        ("120.0", Some((120, false))),
        ("约120人", Some((120, true))),
        ("约 120 人", Some((120, true))),
        ("大约300", Some((300, true))),
        ("100余人", Some((100, true))),
        ("200多人", Some((200, true))),
        ("50人左右", Some((50, true))),
        ("50+", Some((50, true))),
        ("30-50人", Some((30, true))),
        ("30~50", Some((30, true))),
        ("30人至50人", Some((30, true))),
        ("1.2万人", Some((12000, false))),
        ("0", Some((0, false))),
        ("-3", None),
        ("12.5", None),
        ("三百人", None),
        ("—", None),
        ("1,2,3", None),
        ("12间", None),
        ("99999999999", None),
    ] {
        assert_eq!(people(text), expected, "{text}");
    }
}

#[test]
fn money_is_read_in_wan_yuan() {
    for (text, expected) in [
        ("1000（万元）", Some("1000")),
        ("205,076.9509(万元人民币)", Some("205076.9509")),
        ("5万人民币", Some("5")),
        ("3.24（万元）", Some("3.24")),
        ("1,234.5", Some("1234.5")),
        ("2,090.2", Some("2090.2")),
        ("3.2亿", Some("32000")),
        ("3.2亿元", Some("32000")),
        ("５００万", Some("500")),
        ("500千元", Some("50")),
        ("120000元", Some("12")),
        ("人民币500万元", Some("500")),
        ("RMB 300万", Some("300")),
        ("￥120000元", Some("12")),
        ("约3000", Some("~3000")),
        ("1000多万", Some("~1000")),
        ("0", Some("0")),
        ("687.0", Some("687")),
        ("45万美元", Some("foreign")),
        ("0万港币", Some("foreign")),
        ("45（万美元）", Some("foreign")),
        ("100万元港币", Some("foreign")),
        ("USD 50万", Some("foreign")),
        ("ROY", None),
        ("500吨", None),
        ("—", None),
    ] {
        assert_eq!(wan(text).as_deref(), expected, "{text}");
    }
}

#[test]
fn a_title_gives_the_unit_of_a_bare_number() {
    let unit = Unit::in_title("营业收入(亿元)");
    assert_eq!(
        unit.and_then(|unit| money("3.2", unit)),
        money("32000", Unit::WAN_YUAN)
    );
    assert_eq!(
        unit.and_then(|unit| money("500万元", unit)),
        money("500", Unit::WAN_YUAN),
        "a unit in the cell is nearer than the one in the title"
    );
    assert_eq!(
        Unit::in_title("营业收入(元)").map(|unit| unit.0),
        Some(Decimal::ONE)
    );
    assert_eq!(Unit::in_title("营业收入"), None);
}

#[test]
fn numbers_lose_binary_residue_but_no_digit() {
    assert_eq!(shown(1_291.699_999_999_999_8), "1291.7");
    assert_eq!(shown(1291.7), "1291.7");
    assert_eq!(shown(13_800_138_000.0), "13800138000");
    assert_eq!(shown(0.05), "0.05");
}
