//! What the cells of a row say: figures, dates, places, kinds.

use std::str::FromStr;

use chrono::NaiveDate;
use qilian_server::import::{FourAbove, RevenueYear};
use rust_decimal::Decimal;
use rust_xlsxwriter::{ExcelDateTime, Format};

use super::{enterprise, plain, read, texts, warned};
use crate::code;

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
