//! What is said of files that are no roster.

use std::io::Write;

use qilian_server::import::{Roster, WorkbookFault};
use rust_xlsxwriter::Workbook;

use crate::code;

/// How an OLE file starts.
const OLE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

fn fault(bytes: &[u8]) -> WorkbookFault {
    Roster::read(bytes).expect_err("this is no roster")
}

fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, texts) in (0..).zip(rows) {
        for (column, text) in (0..).zip(*texts) {
            sheet.write_string(row, column, *text).expect("a cell");
        }
    }
    workbook.save_to_buffer().expect("a workbook")
}

/// The smallest OLE file: one sector of allocation, one of directory with the given streams.
fn ole(streams: &[&str]) -> Vec<u8> {
    const SECTOR: usize = 512;
    let mut file = vec![0; SECTOR];
    file[..8].copy_from_slice(&OLE);
    file[24..34].copy_from_slice(&[0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0]);
    file[44] = 1;
    file[48] = 1;
    file[56..60].copy_from_slice(&4096_u32.to_le_bytes());
    file[60..64].copy_from_slice(&0xFFFF_FFFE_u32.to_le_bytes());
    file[68..72].copy_from_slice(&0xFFFF_FFFE_u32.to_le_bytes());
    file[76..].fill(0xFF);
    file[76..80].copy_from_slice(&0_u32.to_le_bytes());
    let mut allocation = vec![0xFF; SECTOR];
    allocation[..4].copy_from_slice(&0xFFFF_FFFD_u32.to_le_bytes());
    allocation[4..8].copy_from_slice(&0xFFFF_FFFE_u32.to_le_bytes());
    file.extend(allocation);
    let mut directory = Vec::new();
    for (place, name) in ["Root Entry"].iter().chain(streams).enumerate() {
        let mut entry = vec![0; 128];
        let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        entry[..units.len()].copy_from_slice(&units);
        entry[64] = u8::try_from(units.len() + 2).expect("a short name");
        entry[66] = if place == 0 { 5 } else { 2 };
        entry[67] = 1;
        entry[68..80].fill(0xFF);
        entry[116..120].copy_from_slice(&0xFFFF_FFFE_u32.to_le_bytes());
        directory.extend(entry);
    }
    directory.resize(SECTOR, 0);
    file.extend(directory);
    file
}

#[test]
fn a_sheet_without_header_is_named_so() {
    let fault = fault(&workbook(&[
        &["请各单位于周五前报送"],
        &["联系人：张三", "电话：123"],
    ]));
    assert_eq!(fault.code(), "workbook_no_header");
    assert!(
        fault.to_string().contains("统一社会信用代码"),
        "says what a header has: {fault}"
    );
}

#[test]
fn a_header_below_the_first_fifty_rows_is_not_looked_for() {
    let mut rows: Vec<&[&str]> = vec![&["说明"]; 50];
    rows.push(&["企业名称", "信用代码", "工号"]);
    assert_eq!(fault(&workbook(&rows)).code(), "workbook_no_header");
}

#[test]
fn a_header_without_code_column_is_named_with_sheet_and_row() {
    let fault = fault(&workbook(&[
        &["分配表"],
        &["序号", "企业名称", "挂点干部", "工号"],
    ]));
    assert_eq!(fault.code(), "workbook_no_code_column");
    assert!(fault.to_string().contains("“Sheet1”第 2 行"), "{fault}");
}

#[test]
fn headers_without_names_or_cadres_are_told_apart() {
    let code = code(1);
    let nameless = workbook(&[
        &["统一社会信用代码", "挂点干部", "工号"],
        &[&code, "张三", "1"],
    ]);
    assert_eq!(fault(&nameless).code(), "workbook_no_name_column");
    let cadreless = workbook(&[
        &["统一社会信用代码", "企业名称", "地址"],
        &[&code, "澜州精密", "路"],
    ]);
    assert_eq!(fault(&cadreless).code(), "workbook_no_cadre_column");
}

#[test]
fn a_header_without_rows_is_empty_and_so_is_a_blank_workbook() {
    let header: &[&str] = &["统一社会信用代码", "企业名称", "工号"];
    assert_eq!(
        fault(&workbook(&[header])).code(),
        "workbook_empty",
        "no row must never unassign all"
    );
    assert_eq!(fault(&workbook(&[])).code(), "workbook_empty");
    assert_eq!(fault(b"").code(), "workbook_empty");
}

#[test]
fn an_old_workbook_is_named_so() {
    let fault = fault(&ole(&["Workbook"]));
    assert_eq!(fault.code(), "workbook_old_format");
    assert!(
        fault.to_string().contains("另存为"),
        "says what to do: {fault}"
    );
}

#[test]
fn an_ole_file_that_breaks_off_is_an_old_format_too() {
    assert_eq!(fault(&OLE).code(), "workbook_old_format");
}

#[test]
fn a_workbook_behind_a_password_is_named_so() {
    let fault = fault(&ole(&["EncryptionInfo", "EncryptedPackage"]));
    assert_eq!(fault.code(), "workbook_encrypted");
    assert!(fault.to_string().contains("密码"), "{fault}");
}

#[test]
fn a_csv_or_a_page_under_another_name_is_no_workbook() {
    let csv = format!("企业名称,统一社会信用代码\n澜州精密,{}\n", code(1));
    assert_eq!(fault(csv.as_bytes()).code(), "workbook_not_xlsx");
    assert_eq!(
        fault(b"<html><table></table></html>").code(),
        "workbook_not_xlsx"
    );
}

#[test]
fn an_archive_of_something_else_is_no_workbook() {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive
        .start_file("readme.txt", zip::write::SimpleFileOptions::default())
        .expect("a part");
    archive.write_all(b"hello").expect("written");
    let bytes = archive.finish().expect("an archive").into_inner();
    assert_eq!(fault(&bytes).code(), "workbook_not_xlsx");
}

#[test]
fn a_workbook_that_breaks_off_is_damaged() {
    let code = code(1);
    let whole = workbook(&[
        &["统一社会信用代码", "企业名称", "工号"],
        &[&code, "澜州精密", "1"],
    ]);
    assert!(Roster::read(&whole).is_ok(), "whole it is a roster");
    assert_eq!(fault(&whole[..whole.len() / 2]).code(), "workbook_damaged");
}

#[test]
fn a_flipped_bit_is_found_by_the_checksum_before_anything_is_read() {
    let code = code(1);
    let whole = workbook(&[
        &["统一社会信用代码", "企业名称", "工号"],
        &[&code, "澜州精密", "1"],
    ]);
    let strings = b"xl/sharedStrings.xml";
    let name = whole
        .windows(strings.len())
        .position(|window| window == strings)
        .expect("a part");
    let mut damaged = whole;
    damaged[name + strings.len() + 40] ^= 0x10;
    assert_eq!(fault(&damaged).code(), "workbook_damaged");
}

#[test]
fn a_file_of_a_hundred_megabytes_is_refused_before_it_is_read() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("roster.xlsx");
    let file = std::fs::File::create(&path).expect("a file");
    file.set_len(100 << 20).expect("room for holes");
    let fault = Roster::read_file(&path).expect_err("too large");
    assert_eq!(fault.code(), "workbook_too_large");
    assert!(fault.to_string().contains("100 MiB"), "{fault}");
}

#[test]
fn an_archive_that_declares_to_swell_is_refused_before_it_is_unpacked() {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    archive
        .start_file("[Content_Types].xml", options)
        .expect("a part");
    archive
        .start_file("xl/sharedStrings.xml", options)
        .expect("a part");
    archive.write_all(&[b' '; 0xABCD]).expect("written");
    let mut bytes = archive.finish().expect("an archive").into_inner();
    let size = 0xABCD_u32.to_le_bytes();
    for at in 0..bytes.len() - 4 {
        if bytes[at..at + 4] == size {
            bytes[at..at + 4].copy_from_slice(&(300_u32 << 20).to_le_bytes());
        }
    }
    assert_eq!(fault(&bytes).code(), "workbook_too_large");
}

#[test]
fn a_file_that_is_not_there_says_so() {
    let directory = tempfile::tempdir().expect("a directory");
    let fault = Roster::read_file(&directory.path().join("none.xlsx")).expect_err("no file");
    assert_eq!(fault.code(), "workbook_unreadable");
}
