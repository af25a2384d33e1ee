//! What is made of the mess that rosters have.

use std::str::FromStr;

use chrono::NaiveDate;
use qilian_server::import::{FourAbove, RevenueYear, Roster, RosterRow};
use rust_decimal::Decimal;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};

use crate::code;

const HEADER: [&str; 12] = [
    "序号",
    "企业名称",
    "统一社会信用代码",
    "所属街道",
    "经营地址",
    "成立日期",
    "注册资本（万元）",
    "从业人数（人）",
    "上年度营业收入（万元）",
    "挂点干部",
    "工号",
    "挂点单位",
];

/// A workbook of one sheet with the usual header in its first row.
fn plain(fill: impl FnOnce(&mut Worksheet)) -> Roster {
    read(|workbook| {
        let sheet = workbook.add_worksheet();
        texts(sheet, 0, 0, &HEADER);
        fill(sheet);
    })
}

fn read(fill: impl FnOnce(&mut Workbook)) -> Roster {
    let mut workbook = Workbook::new();
    fill(&mut workbook);
    let bytes = workbook.save_to_buffer().expect("a workbook");
    Roster::read(&bytes).unwrap_or_else(|fault| panic!("{}: {fault}", fault.code()))
}

fn texts(sheet: &mut Worksheet, row: u32, column: u16, texts: &[&str]) {
    for (place, text) in (column..).zip(texts) {
        if !text.is_empty() {
            sheet.write_string(row, place, *text).expect("a cell");
        }
    }
}

/// A row that says who and whose, and nothing else.
fn enterprise(sheet: &mut Worksheet, row: u32, number: u32) {
    let name = format!("澜州市第{number}精密有限公司");
    texts(sheet, row, 1, &[&name, &code(number)]);
    texts(sheet, row, 8, &["100", "张三", "LZ001", "区民政局"]);
}

fn rejected(roster: &Roster) -> Vec<(u32, &'static str)> {
    roster
        .rejected
        .iter()
        .map(|row| (row.row, row.reason.code()))
        .collect()
}

fn warned(roster: &Roster) -> Vec<(u32, &'static str)> {
    roster
        .warned
        .iter()
        .map(|row| (row.row, row.reason.code()))
        .collect()
}

fn numbers(roster: &Roster) -> Vec<u32> {
    roster.rows.iter().map(|row| row.row).collect()
}

fn cadre_ids<'r>(roster: &'r Roster, row: &RosterRow) -> Vec<&'r str> {
    row.cadres
        .iter()
        .map(|place| {
            roster.cadres[*place]
                .id
                .as_ref()
                .map_or("?", |id| id.as_str())
        })
        .collect()
}

#[test]
fn titles_totals_and_a_sheet_of_notes_are_no_rows() {
    let roster = read(|workbook| {
        let notes = workbook
            .add_worksheet()
            .set_name("填表说明")
            .expect("a name");
        texts(notes, 0, 0, &["1. 挂点干部每周走访企业不少于2次。"]);
        let sheet = workbook.add_worksheet().set_name("分配表").expect("a name");
        let middle = Format::new();
        sheet
            .merge_range(0, 0, 0, 11, "2026年第四季度挂点企业分配表", &middle)
            .expect("merged");
        texts(sheet, 1, 0, &["填报单位：区驻企服务办公室"]);
        texts(sheet, 1, 9, &["填报日期：2026年9月28日"]);
        texts(sheet, 2, 0, &HEADER);
        enterprise(sheet, 3, 1);
        enterprise(sheet, 5, 2);
        texts(sheet, 6, 0, &["本页小计"]);
        sheet.write_number(6, 1, 2).expect("a cell");
        texts(sheet, 7, 0, &HEADER);
        enterprise(sheet, 8, 3);
        sheet
            .write_number(9, 0, 4)
            .expect("a serial number without an enterprise");
        texts(sheet, 10, 0, &["合 计"]);
        sheet.write_number(10, 1, 3).expect("a cell");
    });
    assert_eq!(roster.sheet, "分配表");
    assert_eq!(
        roster.title.as_deref(),
        Some("2026年第四季度挂点企业分配表")
    );
    assert_eq!(roster.quarter, NaiveDate::from_ymd_opt(2026, 10, 1));
    assert_eq!(
        numbers(&roster),
        [4, 6, 9],
        "rows are counted as the sheet counts them"
    );
    assert_eq!(rejected(&roster), []);
}

#[test]
fn merged_cadres_hold_for_every_row_they_cover() {
    let roster = plain(|sheet| {
        for (row, number) in [(1, 1), (2, 2), (4, 3), (5, 4)] {
            texts(sheet, row, 1, &[&format!("企业{number}"), &code(number)]);
        }
        let middle = Format::new();
        for (column, first, second) in [
            (9, "张三", "李四"),
            (10, "LZ001", "LZ002"),
            (11, "民政局", "编办"),
        ] {
            sheet
                .merge_range(1, column, 4, column, first, &middle)
                .expect("merged");
            sheet.write_string(5, column, second).expect("a cell");
        }
    });
    let by_row: Vec<_> = roster
        .rows
        .iter()
        .map(|row| cadre_ids(&roster, row))
        .collect();
    assert_eq!(by_row, [["LZ001"], ["LZ001"], ["LZ001"], ["LZ002"]]);
    assert_eq!(roster.cadres[0].name, "张三");
    assert_eq!(roster.cadres[1].unit.as_deref(), Some("编办"));
    assert_eq!(roster.cadres.len(), 2);
}

#[test]
fn an_enterprise_merged_over_two_rows_has_two_cadres() {
    let roster = plain(|sheet| {
        let middle = Format::new();
        sheet
            .merge_range(1, 1, 2, 1, "澜州精密", &middle)
            .expect("merged");
        sheet
            .merge_range(1, 2, 2, 2, &code(1), &middle)
            .expect("merged");
        texts(sheet, 1, 9, &["张三", "LZ001"]);
        texts(sheet, 2, 9, &["李四", "LZ002"]);
    });
    assert_eq!(numbers(&roster), [2]);
    assert_eq!(cadre_ids(&roster, &roster.rows[0]), ["LZ001", "LZ002"]);
    assert_eq!(rejected(&roster), [], "the second row is no duplicate");
}

#[test]
fn one_cell_may_name_several_cadres() {
    let roster = plain(|sheet| {
        enterprise(sheet, 1, 1);
        texts(
            sheet,
            1,
            9,
            &["张　三、李四", "LZ001；LZ002", "区委组织部、老干局"],
        );
    });
    let cadres: Vec<_> = roster
        .cadres
        .iter()
        .map(|cadre| cadre.name.as_str())
        .collect();
    assert_eq!(cadres, ["张三", "李四"]);
    assert_eq!(cadre_ids(&roster, &roster.rows[0]), ["LZ001", "LZ002"]);
}

#[test]
fn every_reason_to_refuse_a_row_is_named_with_its_row() {
    let valid = code(1);
    let wrong_digit = format!(
        "{}{}",
        &valid[..17],
        if valid.ends_with('0') { '1' } else { '0' }
    );
    let roster = plain(|sheet| {
        enterprise(sheet, 1, 1);
        for row in 2..=8 {
            enterprise(sheet, row, row + 10);
        }
        texts(sheet, 2, 2, &["—"]);
        texts(sheet, 3, 2, &[&valid[..17]]);
        texts(sheet, 4, 2, &[&valid.replace('4', "S")]);
        texts(sheet, 5, 2, &[&wrong_digit]);
        texts(sheet, 6, 2, &[&valid]);
        texts(sheet, 7, 1, &["　"]);
        texts(sheet, 8, 9, &["/", "—"]);
    });
    assert_eq!(
        rejected(&roster),
        [
            (3, "uscc_missing"),
            (4, "uscc_length"),
            (5, "uscc_symbol"),
            (6, "uscc_check_digit"),
            (7, "duplicate_in_file"),
            (8, "name_missing"),
            (9, "cadre_missing"),
        ]
    );
    assert_eq!(numbers(&roster), [2]);
    assert_eq!(roster.rejected[3].value, wrong_digit);
    for refused in &roster.rejected {
        assert!(
            refused
                .message
                .starts_with(&format!("第 {} 行", refused.row)),
            "{}",
            refused.message
        );
    }
    assert!(
        roster.rejected[4].message.contains("与第 2 行重复"),
        "{}",
        roster.rejected[4].message
    );
}

#[test]
fn a_code_refused_in_one_row_may_stand_in_a_later_one() {
    let roster = plain(|sheet| {
        enterprise(sheet, 1, 1);
        texts(sheet, 1, 1, &[" "]);
        enterprise(sheet, 2, 1);
    });
    assert_eq!(rejected(&roster), [(2, "name_missing")]);
    assert_eq!(numbers(&roster), [3]);
}

#[test]
fn a_code_that_excel_made_a_number_is_refused_as_damaged() {
    let roster = plain(|sheet| {
        enterprise(sheet, 1, 1);
        sheet
            .write_number(1, 2, 914_403_001_922_038_216_f64)
            .expect("a cell");
        enterprise(sheet, 2, 2);
        texts(sheet, 2, 2, &["9.14403E+17"]);
    });
    assert_eq!(rejected(&roster), [(2, "uscc_length"), (3, "uscc_length")]);
    for refused in &roster.rejected {
        assert!(refused.message.contains("Excel"), "{}", refused.message);
        assert!(
            refused.message.contains("文本"),
            "says what to do: {}",
            refused.message
        );
    }
}

#[test]
fn a_letter_that_may_be_a_digit_is_asked_about_and_not_put_right() {
    let roster = plain(|sheet| {
        enterprise(sheet, 1, 1);
        texts(sheet, 1, 2, &[&code(1).replacen('0', "O", 1)]);
    });
    assert_eq!(rejected(&roster), [(2, "uscc_symbol")]);
    let expected = format!("是否应为 {}？", code(1));
    assert!(
        roster.rejected[0].message.contains(&expected),
        "{}",
        roster.rejected[0].message
    );
}

#[test]
fn codes_are_put_right_in_case_width_and_spaces_with_a_warning() {
    let wide: String = code(2)
        .chars()
        .map(|symbol| char::from_u32(u32::from(symbol) + 0xFEE0).expect("a full-width form"))
        .collect();
    let roster = plain(|sheet| {
        enterprise(sheet, 1, 1);
        texts(sheet, 1, 2, &[&format!(" {}　", code(1).to_lowercase())]);
        enterprise(sheet, 2, 2);
        texts(sheet, 2, 2, &[&wide]);
    });
    assert_eq!(
        warned(&roster),
        [(2, "code_repaired"), (3, "code_repaired")]
    );
    let codes: Vec<_> = roster.rows.iter().map(|row| row.uscc.to_string()).collect();
    assert_eq!(codes, [code(1), code(2)]);
}

#[test]
fn figures_are_read_as_offices_write_them() {
    let roster = plain(|sheet| {
        for row in 1..=5 {
            enterprise(sheet, row, row);
        }
        texts(sheet, 1, 6, &["1000（万元）", "约120人", "1,234.5"]);
        texts(sheet, 2, 6, &["45万美元", "３３人", "3.2亿"]);
        sheet.write_number(3, 6, 300).expect("a cell");
        sheet.write_number(3, 7, 44).expect("a cell");
        sheet.write_number(3, 8, 1291.7).expect("a cell");
        texts(sheet, 4, 6, &["205,076.9509(万元人民币)", "33", "—"]);
        texts(sheet, 5, 6, &["ROY", "若干", "保密"]);
    });
    let revenues: Vec<_> = roster
        .rows
        .iter()
        .map(|row| row.revenue.map(|amount| amount.wan_yuan))
        .collect();
    let wan = |text| Decimal::from_str(text).ok();
    assert_eq!(
        revenues,
        [wan("1234.5"), wan("32000"), wan("1291.7"), None, None]
    );
    let employees: Vec<_> = roster
        .rows
        .iter()
        .map(|row| row.employees.map(|n| (n.count, n.approximate)))
        .collect();
    assert_eq!(
        employees,
        [
            Some((120, true)),
            Some((33, false)),
            Some((44, false)),
            Some((33, false)),
            None
        ]
    );
    let capitals: Vec<_> = roster
        .rows
        .iter()
        .map(|row| {
            row.registration
                .capital
                .as_ref()
                .and_then(|capital| capital.amount)
        })
        .collect();
    assert_eq!(
        capitals,
        [wan("1000"), None, wan("300"), wan("205076.9509"), None]
    );
    assert_eq!(
        warned(&roster),
        [
            (2, "employees_approximate"),
            (3, "capital_foreign_currency"),
            (5, "revenue_missing"),
            (6, "employees_unreadable"),
            (6, "revenue_missing"),
            (6, "capital_unreadable"),
        ]
    );
    let foreign = roster.rows[1]
        .registration
        .capital
        .as_ref()
        .map(|capital| capital.text.as_str());
    assert_eq!(
        foreign,
        Some("45万美元"),
        "what is not converted is kept as written"
    );
}

#[test]
fn five_forms_of_a_date_are_the_same_day_and_a_sixth_is_a_warning() {
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let roster = plain(|sheet| {
        for row in 1..=7 {
            enterprise(sheet, row, row);
        }
        for (row, text) in [
            (1, "1993年6月17日"),
            (2, "1993/6/17"),
            (3, "1993-06-17"),
            (4, "1993.06.17"),
        ] {
            sheet.write_string(row, 5, text).expect("a cell");
        }
        let moment = ExcelDateTime::from_ymd(1993, 6, 17).expect("a date");
        sheet
            .write_with_format(5, 5, &moment, &day)
            .expect("a cell");
        sheet
            .write_number(6, 5, 34_137)
            .expect("a serial number without a format");
        sheet.write_string(7, 5, "1993年夏").expect("a cell");
    });
    let expected = NaiveDate::from_ymd_opt(1993, 6, 17);
    let days: Vec<_> = roster
        .rows
        .iter()
        .map(|row| row.registration.founded_on)
        .collect();
    assert_eq!(days[..6], [expected; 6]);
    assert_eq!(days[6], None);
    assert_eq!(warned(&roster), [(8, "date_unreadable")]);
}

#[test]
fn other_titles_in_another_order_and_two_lines_are_the_same_columns() {
    let roster = read(|workbook| {
        let sheet = workbook.add_worksheet();
        let middle = Format::new();
        for (column, title) in [(4, "税号"), (5, "营业收入（亿元）")] {
            sheet
                .merge_range(1, column, 2, column, title, &middle)
                .expect("merged");
        }
        sheet
            .merge_range(0, 0, 0, 9, "二〇二七年一季度服务专员名单", &middle)
            .expect("merged");
        sheet
            .merge_range(1, 0, 1, 3, "挂点干部", &middle)
            .expect("merged");
        texts(sheet, 2, 0, &["姓名", "编号", "单位", "联系电话"]);
        sheet
            .merge_range(1, 6, 1, 9, "企业联系人", &middle)
            .expect("merged");
        texts(sheet, 2, 6, &["姓名", "职务", "电话"]);
        sheet
            .merge_range(1, 10, 2, 10, "单位全称", &middle)
            .expect("merged");
        texts(
            sheet,
            3,
            0,
            &["张三", "LZ001", "民政局", "0755-1234", &code(1), "1.5"],
        );
        texts(sheet, 3, 6, &["王五", "经理", "13800000000"]);
        texts(sheet, 3, 10, &["澜州精密"]);
    });
    assert_eq!(roster.quarter, NaiveDate::from_ymd_opt(2027, 1, 1));
    let row = &roster.rows[0];
    assert_eq!((row.row, row.name.as_str()), (4, "澜州精密"));
    assert_eq!(
        row.revenue.map(|amount| amount.wan_yuan),
        Some(Decimal::from(15_000))
    );
    let cadre = &roster.cadres[0];
    assert_eq!(
        (cadre.name.as_str(), cadre.phone.as_deref()),
        ("张三", Some("0755-1234"))
    );
    assert_eq!(cadre.unit.as_deref(), Some("民政局"));
    let person = &row.people[0];
    assert_eq!(
        (person.name.as_str(), person.post.as_deref()),
        ("王五", Some("经理"))
    );
    assert_eq!(person.phone.as_deref(), Some("13800000000"));
}

#[test]
fn places_come_from_columns_first_and_then_from_the_address() {
    let roster = plain(|sheet| {
        enterprise(sheet, 1, 1);
        texts(
            sheet,
            1,
            3,
            &["新桥街道", "深圳市宝安区沙井街道万丰社区1号"],
        );
        enterprise(sheet, 2, 2);
        texts(sheet, 2, 4, &["深圳市宝安区沙井街道万丰社区1号"]);
    });
    let streets: Vec<_> = roster
        .rows
        .iter()
        .map(|r| r.registration.street.as_deref())
        .collect();
    assert_eq!(streets, [Some("新桥街道"), Some("沙井街道")]);
    assert_eq!(roster.rows[0].registration.city.as_deref(), Some("深圳市"));
    assert_eq!(
        roster.rows[0].registration.district.as_deref(),
        Some("宝安区")
    );
}

#[test]
fn the_title_of_the_revenue_says_of_which_year_it_is() {
    let year_of = |title: &str| {
        let roster = read(|workbook| {
            let sheet = workbook.add_worksheet();
            texts(sheet, 0, 0, &["企业名称", "信用代码", "工号", title]);
            texts(sheet, 1, 0, &["澜州精密", &code(1), "LZ001", "5"]);
        });
        roster.revenue_year
    };
    assert_eq!(year_of("2025年营业收入（万元）"), RevenueYear::Named(2025));
    assert_eq!(year_of("上年度营业收入"), RevenueYear::Before);
    assert_eq!(year_of("本年营业收入"), RevenueYear::Same);
    let from = NaiveDate::from_ymd_opt(2026, 10, 1).expect("a day");
    assert_eq!(RevenueYear::Before.for_roster_from(from), 2025);
}

#[test]
fn without_a_revenue_column_no_revenue_is_missing() {
    let roster = read(|workbook| {
        let sheet = workbook.add_worksheet();
        texts(
            sheet,
            0,
            0,
            &["企业名称", "信用代码", "工号", "是否“四上”企业"],
        );
        texts(sheet, 1, 0, &["澜州精密", &code(1), "LZ001", "√"]);
        texts(sheet, 2, 0, &["澜州电子", &code(2), "LZ001", "规上工业"]);
    });
    assert_eq!(warned(&roster), []);
    let kinds: Vec<_> = roster
        .rows
        .iter()
        .map(|row| row.four_above.clone())
        .collect();
    assert_eq!(
        kinds,
        [
            Some(FourAbove::Yes),
            Some(FourAbove::Kind("规上工业".to_owned()))
        ]
    );
}

#[test]
fn numbers_of_cadres_stay_text_and_another_name_beside_one_is_a_warning() {
    let roster = plain(|sheet| {
        enterprise(sheet, 1, 1);
        sheet.write_number(1, 10, 10_023).expect("a cell");
        enterprise(sheet, 2, 2);
        texts(sheet, 2, 9, &["李四", "10023"]);
    });
    assert_eq!(cadre_ids(&roster, &roster.rows[0]), ["10023"]);
    assert_eq!(roster.cadres[0].name, "张三");
    assert_eq!(warned(&roster), [(3, "cadre_name_differs")]);
}

#[test]
fn a_cadre_without_number_is_looked_up_and_an_unknown_one_refused() {
    let mut roster = read(|workbook| {
        let sheet = workbook.add_worksheet();
        texts(
            sheet,
            0,
            0,
            &["企业名称", "信用代码", "挂点干部", "从业人数"],
        );
        texts(sheet, 1, 0, &["澜州精密", &code(1), "张三", "5"]);
        texts(sheet, 2, 0, &["澜州电子", &code(2), "赵六", "约8人"]);
        texts(sheet, 3, 0, &["澜州机电", &code(3), "张三、赵六", "5"]);
    });
    roster.identify_cadres(|cadre| {
        (cadre.name == "张三").then(|| qilian_domain::ids::UserId::new("LZ001"))
    });
    assert_eq!(rejected(&roster), [(3, "cadre_missing")]);
    assert_eq!(warned(&roster), [], "a refused row has no warnings");
    assert_eq!(numbers(&roster), [2, 4]);
    assert_eq!(cadre_ids(&roster, &roster.rows[1]), ["LZ001"]);
}

#[test]
fn a_cadre_whose_number_stands_in_another_row_is_the_same_person() {
    let roster = plain(|sheet| {
        enterprise(sheet, 1, 1);
        enterprise(sheet, 2, 2);
        texts(sheet, 2, 9, &["张三", " ", ""]);
    });
    assert_eq!(roster.cadres.len(), 1);
    assert_eq!(cadre_ids(&roster, &roster.rows[1]), ["LZ001"]);
}

#[test]
fn a_second_roster_in_the_workbook_is_named_and_not_read() {
    let roster = read(|workbook| {
        for (name, number) in [("四季度", 1), ("三季度", 2)] {
            let sheet = workbook.add_worksheet().set_name(name).expect("a name");
            texts(sheet, 0, 0, &HEADER);
            enterprise(sheet, 1, number);
        }
    });
    assert_eq!(roster.sheet, "四季度");
    assert_eq!(roster.unread_sheets, ["三季度"]);
    assert_eq!(roster.rows.len(), 1);
}
