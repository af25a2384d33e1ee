//! Roster import of 40,000 rows by the real command, against reading the sheet with calamine and bare
//! inserts. Each side is a process of its own that begins with the file on the disk and an empty database.
//!
//! There are two ways to count what bare inserts insert: every row that the import writes (enterprise,
//! assignment, facts, people), and the rows of the sheet as they stand in it. Both are given; the limit is
//! that of the issue and stands on the first. A row of the district has its memberships and grants too,
//! which bare inserts do not write.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result};
use calamine::{Data, Reader as _, Xlsx};
use qilian_domain::row::{Kind, Row};
use qilian_server::storage::Storage as _;
use qilian_server::storage::sqlite::SqliteStorage;
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::bare::{self, BareRow};
use crate::child;
use crate::made_up::enterprise;
use crate::report::{Figure, Round};

/// The role that reads and inserts without us.
pub(crate) const BARE: &str = "bare-import";
const LIMIT: f64 = 3.0;
const ROWS: u32 = 40_000;
/// Enterprises of a cadre.
const EACH: u32 = 60;
const TITLES: [&str; 13] = [
    "序号",
    "企业名称",
    "统一社会信用代码",
    "所属街道",
    "注册地址",
    "经营范围",
    "从业人数",
    "营业收入（万元）",
    "企业联系人",
    "企业联系电话",
    "挂点干部",
    "工号",
    "挂点单位",
];

pub(crate) fn measure(rounds: u32) -> Result<Vec<Figure>> {
    let folder = TempDir::new()?;
    let sheet = folder.path().join("roster.xlsx");
    write_sheet(&sheet, ROWS, EACH)?;
    let (mut by_rows, mut by_sheet) = (Vec::new(), Vec::new());
    let (mut peaks, mut bare_peaks) = (Vec::new(), Vec::new());
    let mut written = 0;
    for n in 0..rounds {
        let data = folder.path().join(format!("district-{n}"));
        let ours = import(&data, &sheet)?;
        let ours_s = ours.said["s"].as_f64().context("seconds")?;
        let stored = data.to_str().context("a path in UTF-8")?;
        let sheet = sheet.to_str().context("a path in UTF-8")?;
        let bare = child::run(BARE, &[sheet, stored])?;
        let seconds = |name: &str| bare.said[name].as_f64().context("seconds");
        let read_s = seconds("read_s")?;
        by_rows.push(Round {
            ours: ours_s,
            bare: read_s + seconds("rows_s")?,
        });
        by_sheet.push(Round {
            ours: ours_s,
            bare: read_s + seconds("cells_s")?,
        });
        peaks.push(ours.peak_mib);
        bare_peaks.push(bare.peak_mib);
        written = bare.said["rows"].as_u64().unwrap_or(0);
        std::fs::remove_dir_all(&data)?;
    }
    let detail = json!({
        "sheet_rows": ROWS,
        "sheet_bytes": std::fs::metadata(&sheet)?.len(),
        "rows_written": written,
        "peak_mib": peaks,
        "bare_peak_mib": bare_peaks,
    });
    Ok(vec![
        Figure {
            name: "roster_import".to_owned(),
            what:
                "import of a roster; bare: calamine, and inserting the rows that the import writes"
                    .to_owned(),
            unit: "s",
            limit: Some(LIMIT),
            rounds: by_rows,
            claim: None,
            detail: detail.clone(),
        },
        Figure {
            name: "roster_import_sheet_rows".to_owned(),
            what:
                "import of a roster; bare: calamine, and inserting the sheet's rows as they stand"
                    .to_owned(),
            unit: "s",
            limit: None,
            rounds: by_sheet,
            claim: None,
            detail,
        },
    ])
}

/// A new district that takes the roster.
pub(crate) fn import(data: &Path, sheet: &Path) -> Result<child::Answer> {
    child::server(data, &["init", "--district", "澜州市示范区"])?;
    let sheet = sheet.to_str().context("a path in UTF-8")?;
    child::server(data, &["import", "roster", sheet, "--from", "2025-01-01"])
}

/// A roster as an office would send it; a cadre has `each` enterprises.
pub(crate) fn write_sheet(path: &Path, rows: u32, each: u32) -> Result<()> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "2026年第四季度挂点企业分配表")?;
    for (column, title) in (0..).zip(TITLES) {
        sheet.write_string(1, column, title)?;
    }
    for n in 0..rows {
        let made = enterprise(n);
        let registration = &made.registration;
        let cadre = n / each;
        let row = n + 2;
        let person = made.people.first().context("a contact")?;
        sheet.write_number(row, 0, n + 1)?;
        sheet.write_string(row, 1, &made.name)?;
        sheet.write_string(row, 2, made.uscc.as_str())?;
        sheet.write_string(row, 3, registration.street.as_deref().unwrap_or_default())?;
        sheet.write_string(row, 4, registration.address.as_deref().unwrap_or_default())?;
        sheet.write_string(row, 5, registration.business.as_deref().unwrap_or_default())?;
        sheet.write_number(row, 6, 5 + n % 700)?;
        sheet.write_number(row, 7, f64::from(n % 90_000) + 0.5)?;
        sheet.write_string(row, 8, &person.name)?;
        sheet.write_string(row, 9, person.phone.as_deref().unwrap_or_default())?;
        sheet.write_string(row, 10, format!("干部{cadre}"))?;
        sheet.write_string(row, 11, format!("BA{:04}", cadre + 1))?;
        sheet.write_string(
            row,
            12,
            format!(
                "{}办事处",
                registration.street.as_deref().unwrap_or_default()
            ),
        )?;
    }
    workbook.save(path)?;
    Ok(())
}

/// Plays the bare side: `SHEET DATA`, where DATA is a district that has imported the sheet.
pub(crate) fn bare(arguments: &[String]) -> Result<Value> {
    let [sheet, data] = arguments else {
        anyhow::bail!("usage: SHEET DATA");
    };
    let rows = stored(Path::new(data))?;
    let folder = TempDir::new()?;
    let begin = Instant::now();
    let cells = cells(sheet)?;
    let read_s = begin.elapsed().as_secs_f64();
    let mut plain = bare::plain(&folder.path().join("rows.db"))?;
    let rows_s = bare::insert(&mut plain, &rows, rows.len())?;
    let cells_s = insert_cells(&folder.path().join("cells.db"), &cells)?;
    Ok(json!({ "read_s": read_s, "rows_s": rows_s, "cells_s": cells_s, "rows": rows.len() }))
}

/// Every row that the import of a roster writes.
fn stored(data: &Path) -> Result<Vec<BareRow>> {
    let storage = SqliteStorage::open(data)?;
    let district = storage.districts()?.pop().context("a district")?;
    let kinds = [
        Kind::Enterprise,
        Kind::Assignment,
        Kind::Fact,
        Kind::User,
        Kind::UserContact,
        Kind::Unit,
    ];
    let rows: Vec<Row> = storage.rows(&district.id, &kinds)?;
    rows.iter().map(BareRow::of).collect()
}

/// The sheet as calamine reads it, one cell after the other.
fn cells(path: &str) -> Result<Vec<Vec<String>>> {
    let mut workbook: Xlsx<_> = calamine::open_workbook(path)?;
    let name = workbook.sheet_names().first().cloned().context("a sheet")?;
    let mut reader = workbook.worksheet_cells_reader(&name)?;
    let mut rows: Vec<Vec<String>> = Vec::new();
    while let Some(cell) = reader.next_cell()? {
        let (row, _) = cell.get_position();
        let place = usize::try_from(row)?;
        if rows.len() <= place {
            rows.resize_with(place + 1, Vec::new);
        }
        let text = Data::from(cell.get_value().clone()).to_string();
        if let Some(row) = rows.get_mut(place) {
            row.push(text);
        }
    }
    Ok(rows)
}

fn insert_cells(path: &Path, rows: &[Vec<String>]) -> Result<f64> {
    let mut connection = bare::plain(path)?;
    connection
        .execute_batch("CREATE TABLE sheet (a, b, c TEXT UNIQUE, d, e, f, g, h, i, j, k, l, m)")?;
    let begin = Instant::now();
    let transaction = connection.transaction()?;
    {
        let mut insert = transaction.prepare(
            "INSERT INTO sheet VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?;
        for row in rows.iter().filter(|row| row.len() == TITLES.len()) {
            insert.execute(rusqlite::params_from_iter(row))?;
        }
    }
    transaction.commit()?;
    Ok(begin.elapsed().as_secs_f64())
}
