//! What is made of registry files, whole and broken, in both encodings.

use std::io::{BufReader, Cursor, Read};

use chrono::NaiveDate;
use encoding_rs::GB18030;
use qilian_server::import::{
    Encoding, RegistryFault, RegistryNotices, RegistryReader, RegistryRow,
};
use rust_decimal::Decimal;

use crate::code;

const HEADER: &str =
    "企业名称,统一社会信用代码,注册日期,企业类型,注册资金,经营范围,所在省份,地区,注册地址";

fn line(number: u32) -> String {
    let code = code(number);
    format!(
        "澜州市第{number}厂,{code},1982-03-08,N/A,10000（万元）,五金,广东,深圳,深圳市宝安区大浪街道{number}号"
    )
}

fn file(lines: &[String]) -> String {
    format!("{HEADER}\n{}\n", lines.join("\n"))
}

fn read(bytes: impl AsRef<[u8]>) -> (Vec<RegistryRow>, RegistryNotices) {
    let mut reader = RegistryReader::new(Cursor::new(bytes)).expect("a registry file");
    let rows = reader
        .by_ref()
        .map(|row| row.expect("a readable file"))
        .collect();
    (rows, reader.into_notices())
}

fn fault(bytes: &[u8]) -> RegistryFault {
    match RegistryReader::new(Cursor::new(bytes)) {
        Ok(_) => panic!("this is no registry file"),
        Err(fault) => fault,
    }
}

fn rejected(notices: &RegistryNotices) -> Vec<(u32, &'static str)> {
    notices
        .rejected
        .iter()
        .map(|row| (row.row, row.reason.code()))
        .collect()
}

#[test]
fn a_row_is_read_into_its_registration() {
    let (rows, notices) = read(file(&[line(1)]));
    let row = &rows[0];
    assert_eq!((row.row, row.uscc.as_str()), (2, code(1).as_str()));
    let registration = &row.registration;
    assert_eq!(registration.founded_on, NaiveDate::from_ymd_opt(1982, 3, 8));
    assert_eq!(registration.kind, None, "N/A says nothing");
    let amount = registration
        .capital
        .as_ref()
        .and_then(|capital| capital.amount);
    assert_eq!(amount, Some(Decimal::from(10_000)));
    let place = [
        &registration.province,
        &registration.city,
        &registration.district,
        &registration.street,
    ];
    assert_eq!(
        place.map(Option::as_deref),
        [
            Some("广东省"),
            Some("深圳市"),
            Some("宝安区"),
            Some("大浪街道")
        ]
    );
    assert_eq!(notices, RegistryNotices::default());
}

#[test]
fn both_encodings_and_a_byte_order_mark_give_the_same_rows() {
    let text = file(&[line(1), line(2)]);
    let plain = read(&text);
    assert_eq!(read(format!("\u{FEFF}{text}")), plain);
    let (national, _, unmappable) = GB18030.encode(&text);
    assert!(!unmappable);
    assert_eq!(read(&national), plain);
    let encoding = RegistryReader::new(Cursor::new(national))
        .expect("a file")
        .encoding();
    assert_eq!(encoding, Encoding::Gb18030);
}

#[test]
fn characters_beyond_gbk_survive_gb18030() {
    let text = file(&[line(1).replacen("澜州", "𠮷㙍", 1)]);
    let (national, _, _) = GB18030.encode(&text);
    assert_eq!(read(&national).0[0].name, "𠮷㙍市第1厂");
}

#[test]
fn broken_lines_are_named_by_line_and_cost_no_other_in_either_encoding() {
    let mut lines: Vec<String> = (1..=12).map(line).collect();
    lines[1] = lines[1].replacen(',', "，", 1);
    lines[3] = format!("\"{}", lines[3]);
    lines[5] = lines[5].replacen(",深圳市", ",\"深圳市", 1);
    lines[7] = lines[7].replacen(&code(8), &code(1), 1);
    lines[9].push_str(",多出一列");
    lines[10].push_str(",,");
    let text = file(&lines);
    for encoding in [Encoding::Utf8, Encoding::Gb18030] {
        let mut bytes = match encoding {
            Encoding::Utf8 => text.clone().into_bytes(),
            Encoding::Gb18030 => GB18030.encode(&text).0.into_owned(),
        };
        bytes.extend_from_slice(b"\xFF\xFE broken\r\n");
        let (rows, notices) = read(bytes);
        assert_eq!(
            rejected(&notices),
            [
                (3, "field_count"),
                (5, "field_count"),
                (7, "field_count"),
                (9, "duplicate_in_file"),
                (11, "field_count"),
                (14, "undecodable"),
            ],
            "{encoding:?}"
        );
        let read: Vec<u32> = rows.iter().map(|row| row.row).collect();
        assert_eq!(
            read,
            [2, 4, 6, 8, 10, 12, 13],
            "{encoding:?}: empty fields in excess are none"
        );
        for refused in &notices.rejected {
            let start = format!("第 {} 行", refused.row);
            assert!(refused.message.starts_with(&start), "{}", refused.message);
        }
    }
}

#[test]
fn a_quoted_field_may_hold_commas_quotes_and_line_breaks() {
    let text = file(&[
        line(1).replacen("五金", "\"一、五金,\n二、\"\"塑胶\"\"\"", 1),
        line(2),
    ]);
    let (rows, notices) = read(text);
    assert_eq!(
        rows[0].registration.business.as_deref(),
        Some("一、五金,\n二、\"塑胶\"")
    );
    assert_eq!(
        (rows[0].row, rows[1].row),
        (2, 4),
        "lines are counted as the file counts them"
    );
    assert_eq!(notices, RegistryNotices::default());
}

#[test]
fn an_open_quote_at_the_end_of_a_long_file_costs_one_line() {
    let mut lines: Vec<String> = (1..=1000).map(line).collect();
    lines[0] = lines[0].replacen("五金", "\"五金", 1);
    let (rows, notices) = read(file(&lines));
    assert_eq!(rejected(&notices), [(2, "field_count")]);
    assert_eq!(rows.len(), 999);
}

#[test]
fn titles_above_other_names_tabs_and_windows_lines_are_no_hindrance() {
    let text = format!(
        "商事主体登记信息\r\n\r\n信用代码\t单位名称\t成立日期\t住所\r\n{}\t澜州精密\t19930617\t宝安区公明镇\r\n\r\n\t\t\t\r\n",
        code(1)
    );
    let (rows, notices) = read(text);
    assert_eq!((rows[0].row, rows[0].name.as_str()), (4, "澜州精密"));
    assert_eq!(
        rows[0].registration.founded_on,
        NaiveDate::from_ymd_opt(1993, 6, 17)
    );
    assert_eq!(rows[0].registration.street.as_deref(), Some("公明镇"));
    assert_eq!(
        (rows.len(), notices),
        (1, RegistryNotices::default()),
        "blank lines are no rows"
    );
}

#[test]
fn codes_that_excel_kept_as_text_are_taken_and_rounded_ones_are_not() {
    let kept = line(1).replacen(&code(1), &format!("\"=\"\"{}\"\"\"", code(1)), 1);
    let rounded = line(2).replacen(&code(2), "9.14403E+17", 1);
    let (rows, notices) = read(file(&[kept, rounded]));
    assert_eq!(rows.len(), 1);
    assert_eq!(rejected(&notices), [(3, "uscc_length")]);
    assert!(
        notices.rejected[0].message.contains("Excel"),
        "{}",
        notices.rejected[0].message
    );
}

#[test]
fn foreign_and_unreadable_values_are_warned_about() {
    let foreign = line(1).replacen("10000（万元）", "45万美元", 1);
    let unreadable =
        line(2)
            .replacen("10000（万元）", "ROY", 1)
            .replacen("1982-03-08", "建国初", 1);
    let (_, notices) = read(file(&[foreign, unreadable]));
    let warned: Vec<_> = notices
        .warned
        .iter()
        .map(|w| (w.row, w.reason.code()))
        .collect();
    assert_eq!(
        warned,
        [
            (2, "capital_foreign_currency"),
            (3, "capital_unreadable"),
            (3, "date_unreadable")
        ]
    );
}

#[test]
fn files_that_are_no_registry_are_refused_with_what_to_do() {
    let code_of = |bytes: &[u8]| fault(bytes).code();
    assert_eq!(code_of(b""), "registry_empty");
    assert_eq!(code_of(b"PK\x03\x04rest"), "registry_not_csv");
    assert_eq!(
        code_of(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0"),
        "registry_not_csv"
    );
    assert_eq!(code_of(b"\xFF\xFE\x01\x4F"), "registry_encoding");
    assert_eq!(
        code_of("这里没有表头\n也没有数据\n".as_bytes()),
        "registry_no_header"
    );
    assert_eq!(
        code_of("企业名称,注册地址\n澜州精密,路\n".as_bytes()),
        "registry_no_code_column"
    );
    assert_eq!(
        code_of("信用代码,注册地址\n1,路\n".as_bytes()),
        "registry_no_name_column"
    );
    assert!(
        fault(b"PK\x03\x04rest").to_string().contains("另存为"),
        "says what to do"
    );
}

#[test]
fn a_line_without_end_is_one_bad_line() {
    let long = "x".repeat(3 << 20);
    let (rows, notices) = read(file(&[line(1), long, line(2)]));
    assert_eq!(rejected(&notices), [(3, "undecodable")]);
    assert_eq!(rows.iter().map(|row| row.row).collect::<Vec<_>>(), [2, 4]);
}

/// A registry that is made while it is read: its rows are nowhere held together.
struct Endless {
    next: u32,
    last: u32,
    ready: Cursor<Vec<u8>>,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.ready.read(buffer)?;
        if read > 0 || self.next > self.last {
            return Ok(read);
        }
        self.ready = Cursor::new(format!("{}\n", line(self.next)).into_bytes());
        self.next += 1;
        self.ready.read(buffer)
    }
}

#[test]
fn rows_come_out_while_the_file_is_still_being_read() {
    let file = Endless {
        next: 1,
        last: 1_000_000,
        ready: Cursor::new(format!("{HEADER}\n").into()),
    };
    let mut reader = RegistryReader::new(BufReader::with_capacity(64, file)).expect("a file");
    let first: Vec<u32> = reader
        .by_ref()
        .take(100)
        .map(|row| row.expect("a row").row)
        .collect();
    assert_eq!(first, (2..=101).collect::<Vec<_>>());
    drop(reader);
}
