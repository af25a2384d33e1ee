//! Owns opening a workbook: what is wrong with a file that is none, and the limits that keep a huge
//! one from eating the server.
//!
//! Elsewhere: what stands in it (`sheet`, `header`, `roster`).

use std::fs::File;
use std::io::{self, Cursor, Read, Write};
use std::path::Path;

use calamine::{Dimensions, Reader, SheetType, SheetVisible, Xlsx, XlsxCellReader, XlsxError};
use memchr::memmem;
use zip::ZipArchive;
use zip::result::ZipError;

/// Largest file that is read. A sheet of 40,000 rows has about 7 MiB.
const FILE_BYTES: u64 = 32 << 20;
/// Largest sum of its parts when unpacked. A sheet of 40,000 rows has about 35 MiB.
const UNPACKED_BYTES: u64 = 256 << 20;
/// How an OLE file starts: an old `.xls`, or a new workbook behind a password.
const OLE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
const ZIP: &[u8] = b"PK";

/// The cells of a sheet, one after the other.
pub(super) type Cells<'w, 'b> = XlsxCellReader<'w, Cursor<&'b [u8]>>;

/// An open workbook.
pub(super) struct Workbook<'b> {
    file: Xlsx<Cursor<&'b [u8]>>,
    /// Whether any part mentions merged cells.
    merges: bool,
}

impl<'b> Workbook<'b> {
    /// Its worksheets by name, and whether each is visible.
    pub(super) fn sheets(&self) -> Vec<(String, bool)> {
        let sheets = self.file.sheets_metadata().iter();
        sheets
            .filter(|sheet| sheet.typ == SheetType::WorkSheet)
            .map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible))
            .collect()
    }

    /// Whether its days count from 1904.
    pub(super) fn has_1904_epoch(&self) -> bool {
        self.file.has_1904_epoch()
    }

    /// The cells of a sheet, from its first row on; none if it holds a chart instead.
    pub(super) fn cells(&mut self, sheet: &str) -> Result<Option<Cells<'_, 'b>>, WorkbookFault> {
        match self.file.worksheet_cells_reader(sheet) {
            Ok(cells) => Ok(Some(cells)),
            Err(XlsxError::NotAWorksheet(_)) => Ok(None),
            Err(other) => Err(other.into()),
        }
    }

    /// The merged cells of a sheet. They stand behind all others, so finding them reads the sheet once more.
    pub(super) fn merges(&mut self, sheet: &str) -> Result<Vec<Dimensions>, WorkbookFault> {
        if self.merges {
            Ok(self.file.merge_cells_by_sheet_name(sheet)?)
        } else {
            Ok(Vec::new())
        }
    }
}

/// What is wrong with a whole workbook. The text is for the office: what, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum WorkbookFault {
    /// The file cannot be read at all.
    #[error("读不到文件：{0}。请检查路径和权限。")]
    Unreadable(#[source] io::Error),
    /// Nothing in it.
    #[error("工作簿里没有数据。请检查是否选错了文件，或表格还没有保存。")]
    Empty,
    /// Too large, packed or unpacked.
    #[error(
        "文件太大（{actual_mib} MiB，上限 {limit_mib} MiB）。请删去图片、多余的工作表和空行后另存，或按街道拆成几个文件。"
    )]
    TooLarge {
        /// What it is, rounded up.
        actual_mib: u64,
        /// What is taken at most.
        limit_mib: u64,
    },
    /// An `.xls` or `.et`.
    #[error(
        "这是旧版 Excel（.xls）或 WPS 表格（.et）文件。请用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”后再导入。"
    )]
    OldFormat,
    /// Behind a password.
    #[error(
        "工作簿设有打开密码。请用 Excel 打开，在“文件—信息—保护工作簿”里去掉密码，保存后再导入。"
    )]
    Encrypted,
    /// Something else, whatever its name says.
    #[error(
        "这不是 .xlsx 工作簿（文件名可能被改过，例如 CSV 或网页改成了 .xlsx）。请用 Excel 打开，另存为“Excel 工作簿（*.xlsx）”后再导入。"
    )]
    NotXlsx,
    /// A workbook that breaks off or does not fit its checksums.
    #[error(
        "工作簿已损坏，读不完整（{0}）。请重新下载或复制一份；若 Excel 能打开，另存一份再导入。"
    )]
    Damaged(String),
    /// No sheet has a header.
    #[error(
        "没有找到表头。表的前 50 行里应有一行写着“企业名称”“统一社会信用代码”“挂点干部”“工号”等列名。请检查是否选错了文件，或补上表头。"
    )]
    NoHeader,
    /// A header without a code.
    #[error(
        "工作表“{sheet}”第 {row} 行的表头里没有“统一社会信用代码”一列。企业以代码为准，请补上这一列再导入。"
    )]
    NoCodeColumn {
        /// The sheet's name.
        sheet: String,
        /// The header's row, counted from 1.
        row: u32,
    },
    /// A header without a name.
    #[error("工作表“{sheet}”第 {row} 行的表头里没有“企业名称”一列，请补上这一列再导入。")]
    NoNameColumn {
        /// The sheet's name.
        sheet: String,
        /// The header's row, counted from 1.
        row: u32,
    },
    /// A header without cadres.
    #[error(
        "工作表“{sheet}”第 {row} 行的表头里没有“挂点干部”或“工号”一列。请检查是否选错了表，或补上这一列。"
    )]
    NoCadreColumn {
        /// The sheet's name.
        sheet: String,
        /// The header's row, counted from 1.
        row: u32,
    },
}

impl WorkbookFault {
    /// The fault as the CLI writes it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "workbook_unreadable",
            Self::Empty => "workbook_empty",
            Self::TooLarge { .. } => "workbook_too_large",
            Self::OldFormat => "workbook_old_format",
            Self::Encrypted => "workbook_encrypted",
            Self::NotXlsx => "workbook_not_xlsx",
            Self::Damaged(_) => "workbook_damaged",
            Self::NoHeader => "workbook_no_header",
            Self::NoCodeColumn { .. } => "workbook_no_code_column",
            Self::NoNameColumn { .. } => "workbook_no_name_column",
            Self::NoCadreColumn { .. } => "workbook_no_cadre_column",
        }
    }

    fn too_large(actual: u64, limit: u64) -> Self {
        Self::TooLarge {
            actual_mib: actual.div_ceil(1 << 20),
            limit_mib: limit >> 20,
        }
    }
}

impl From<XlsxError> for WorkbookFault {
    fn from(error: XlsxError) -> Self {
        match error {
            XlsxError::Password => Self::Encrypted,
            XlsxError::FileNotFound(_) | XlsxError::RelationshipNotFound => Self::NotXlsx,
            other => Self::Damaged(other.to_string()),
        }
    }
}

/// Reads a file, unless it is larger than any workbook that is taken.
pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, WorkbookFault> {
    let file = File::open(path).map_err(WorkbookFault::Unreadable)?;
    let length = file.metadata().map_err(WorkbookFault::Unreadable)?.len();
    if length > FILE_BYTES {
        return Err(WorkbookFault::too_large(length, FILE_BYTES));
    }
    let mut bytes = Vec::new();
    // The file may grow while it is read, and a pipe has no length.
    let read = file
        .take(FILE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(WorkbookFault::Unreadable)?;
    if read as u64 > FILE_BYTES {
        return Err(WorkbookFault::too_large(read as u64, FILE_BYTES));
    }
    Ok(bytes)
}

/// Opens a workbook after checking that it is one, whole, and not too large when unpacked.
pub(super) fn open(bytes: &[u8]) -> Result<Workbook<'_>, WorkbookFault> {
    let length = bytes.len() as u64;
    if length > FILE_BYTES {
        return Err(WorkbookFault::too_large(length, FILE_BYTES));
    }
    if bytes.is_empty() {
        return Err(WorkbookFault::Empty);
    }
    if bytes.starts_with(&OLE) {
        return Err(match Xlsx::new(Cursor::new(bytes)) {
            Err(XlsxError::Password) => WorkbookFault::Encrypted,
            _ => WorkbookFault::OldFormat,
        });
    }
    if !bytes.starts_with(ZIP) {
        return Err(WorkbookFault::NotXlsx);
    }
    let merges = inspect(bytes, UNPACKED_BYTES)?;
    let file = Xlsx::new(Cursor::new(bytes))?;
    Ok(Workbook { file, merges })
}

/// Unpacks every part once, so that a damaged one, or one larger than it declares, is found before
/// anything is made of the others. What the parts declare together is held to the limit first.
///
/// Returns whether any part mentions merged cells.
fn inspect(bytes: &[u8], limit: u64) -> Result<bool, WorkbookFault> {
    let damaged = |error: ZipError| match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => WorkbookFault::Encrypted,
        other => WorkbookFault::Damaged(other.to_string()),
    };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut total = 0_u64;
    let mut of_office = false;
    let mut merges = false;
    for place in 0..archive.len() {
        let mut part = archive.by_index(place).map_err(damaged)?;
        let name = part.name().map_err(damaged)?.into_owned();
        of_office |= name == "[Content_Types].xml";
        if !is_read(&name) {
            continue;
        }
        total = total.saturating_add(part.size());
        if total > limit {
            return Err(WorkbookFault::too_large(total, limit));
        }
        // The archive's reader holds a part to the size that it declares.
        let mut mention = Mention::default();
        io::copy(&mut part, &mut mention)
            .map_err(|error| WorkbookFault::Damaged(format!("{name}: {error}")))?;
        merges |= mention.found;
    }
    if of_office {
        Ok(merges)
    } else {
        Err(WorkbookFault::NotXlsx)
    }
}

/// Looks for the element of merged cells in what is written to it, and keeps nothing else.
#[derive(Default)]
struct Mention {
    /// The end of what was written, where the name may begin.
    end: Vec<u8>,
    found: bool,
}

impl Mention {
    /// As in `<mergeCell ref="A1:A3"/>`, with or without a prefix.
    const NAME: &[u8] = b"mergeCell";
}

impl Write for Mention {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.found {
            self.end.extend_from_slice(bytes);
            self.found = memmem::find(&self.end, Self::NAME).is_some();
            let past = self.end.len().saturating_sub(Self::NAME.len() - 1);
            self.end.drain(..past);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Pictures and macros are never unpacked.
fn is_read(name: &str) -> bool {
    name.ends_with(".xml") || name.ends_with(".rels")
}

#[cfg(test)]
mod tests {
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    const MIB: u64 = 1 << 20;

    /// A number of bytes that stands nowhere else in a package.
    const STRINGS: u32 = 0x0020_1357;

    /// A package whose strings unpack to [`STRINGS`] bytes.
    fn package() -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default();
        archive
            .start_file("[Content_Types].xml", options)
            .expect("a part");
        archive
            .start_file("xl/sharedStrings.xml", options)
            .expect("a part");
        archive
            .write_all(&vec![b' '; STRINGS as usize])
            .expect("written");
        archive.finish().expect("an archive").into_inner()
    }

    #[test]
    fn what_unpacks_to_more_than_the_limit_is_too_large() {
        let package = package();
        assert!(inspect(&package, u64::from(STRINGS)).is_ok());
        assert!(matches!(
            inspect(&package, u64::from(STRINGS) - 1),
            Err(WorkbookFault::TooLarge { .. })
        ));
    }

    #[test]
    fn merged_cells_are_found_wherever_the_name_is_cut() {
        let xml = br#"</sheetData><mergeCells count="1"><mergeCell ref="A1:A3"/></mergeCells>"#;
        for cut in 0..xml.len() {
            let mut mention = Mention::default();
            let (first, second) = xml.split_at(cut);
            mention.write_all(first).expect("written");
            mention.write_all(second).expect("written");
            assert!(mention.found, "cut at {cut}");
        }
        let mut mention = Mention::default();
        mention.write_all(b"</sheetData><merge").expect("written");
        assert!(!mention.found);
    }

    #[test]
    fn a_package_that_lies_about_its_size_gets_no_further() {
        let mut package = package();
        let size = STRINGS.to_le_bytes();
        let places: Vec<usize> = (0..package.len() - 4)
            .filter(|at| package[*at..*at + 4] == size)
            .collect();
        assert!(!places.is_empty(), "the size is declared somewhere");
        for at in places {
            package[at..at + 4].copy_from_slice(&1_u32.to_le_bytes());
        }
        let fault = inspect(&package, MIB).expect_err("a lie");
        assert_eq!(
            fault.code(),
            "workbook_damaged",
            "it is stopped at the size it declares"
        );
    }
}
