//! What is made of the mess that rosters have: the workbooks that the claims are made on.

mod cadres;
mod layout;
mod refused;
mod values;

use qilian_server::import::{Roster, RosterRow};
use rust_xlsxwriter::{Workbook, Worksheet};

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
