//! Claims about reading dates as offices write them.

use super::*;

fn read(text: &str) -> Option<String> {
    date(text).map(|date| date.to_string())
}

#[test]
fn five_ways_of_writing_name_the_same_day() {
    for text in [
        "1993年6月17日",
        "1993/6/17",
        "1993-06-17",
        "1993.06.17",
        "34137",
        "19930617",
        " 1993 年 6 月 17 日 ",
        "１９９３－０６－１７",
        "1993-06-17 00:00:00",
        "1993-06-17T08:30:00",
    ] {
        assert_eq!(read(text).as_deref(), Some("1993-06-17"), "{text}");
    }
}

#[test]
fn what_names_no_single_day_is_not_guessed() {
    for text in [
        "1993年6月",
        "1993",
        "93.6.17",
        "17/6/1993",
        "1993-13-01",
        "1993-02-30",
        "建国初",
        "",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn serial_numbers_follow_the_workbooks_epoch() {
    let of = |number, epoch| date_of_number(number, epoch).map(|date| date.to_string());
    assert_eq!(of(33_557.0, false).as_deref(), Some("1991-11-15"));
    assert_eq!(
        of(33_557.75, false).as_deref(),
        Some("1991-11-15"),
        "a time of day is cut off"
    );
    assert_eq!(of(32_095.0, true).as_deref(), Some("1991-11-15"));
    assert_eq!(of(19_930_617.0, false).as_deref(), Some("1993-06-17"));
    assert_eq!(
        of(1_993.0, false),
        None,
        "a year alone is not a serial number"
    );
}

#[test]
fn a_title_names_its_quarter() {
    let of = |title| quarter(title).map(|day| day.to_string());
    for title in [
        "2026年第四季度挂点企业分配表",
        "2026年四季度挂点企业分配表",
        "宝安区２０２６年第４季度",
        "二〇二六年第四季度",
        "2026年Q4分配表",
        "2026Q4",
        "2026-Q4",
        "2026年10-12月挂点企业",
        "2026年10月至12月",
        "2026 年 第 四 季 度",
    ] {
        assert_eq!(of(title).as_deref(), Some("2026-10-01"), "{title}");
    }
    for title in [
        "填报日期：2026年9月28日",
        "挂点企业分配表",
        "2026年度",
        "2026年下半年",
        "第四季度",
        "2026年9-11月",
        "2026年1月3日",
    ] {
        assert_eq!(of(title), None, "{title}");
    }
}
