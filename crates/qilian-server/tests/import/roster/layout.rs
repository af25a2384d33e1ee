//! Where a roster is in its workbook: titles, totals, headers, other sheets.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use rust_xlsxwriter::Format;

use super::{HEADER, enterprise, numbers, read, rejected, texts};
use crate::code;

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
