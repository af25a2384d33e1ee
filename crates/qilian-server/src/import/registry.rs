//! Owns registration data (CSV of a business registry): from bytes to enterprises, row by row, so that a
//! file of any length needs little memory.
//!
//! Elsewhere: records and encodings (`csv_lines`, `encoding`), what a row says about an enterprise
//! (`enterprise`), and writing any of it to the database (`crate::district`).

mod csv_lines;
pub(super) mod encoding;

use std::io::{self, BufRead};

use qilian_domain::rows::{Contact, Registration};
use qilian_domain::uscc::Uscc;

use super::columns::{Column, Columns, Heading, Title};
use super::enterprise::{self, Seen};
use super::figure::Unit;
use super::reason::{Rejected, Warned};
use super::record::{self, Conventions, Value};
use csv_lines::{Fields, Line, Lines, Record, Records};
use encoding::Encoding;

/// How far down the header is looked for.
const SEARCHED_LINES: usize = 50;
/// What parts the fields, the likeliest first.
const DELIMITERS: [u8; 3] = [b',', b'\t', b';'];

/// What is wrong with a whole registry file. The text is for the office: what, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum RegistryFault {
    /// The file cannot be read.
    #[error("读不到文件：{0}。请检查路径和权限。")]
    Unreadable(#[from] io::Error),
    /// Nothing in it.
    #[error("文件是空的。请检查是否选错了文件。")]
    Empty,
    /// A workbook, an archive, or anything but text.
    #[error(
        "这不是 CSV 文本文件。如果是 Excel 工作簿，请用 Excel 打开，另存为“CSV UTF-8（逗号分隔）”后再导入。"
    )]
    NotCsv,
    /// UTF-16.
    #[error(
        "文件的编码是 UTF-16。请用 Excel 或记事本打开，另存为“CSV UTF-8（逗号分隔）”后再导入。"
    )]
    Utf16,
    /// No header in either encoding.
    #[error(
        "没有找到表头：前 50 行里没有一行同时写着“企业名称”“统一社会信用代码”等列名（已按 UTF-8 和 GB18030 读过）。请检查是否选错了文件，或补上表头。"
    )]
    NoHeader,
    /// A header without a code.
    #[error("第 {line} 行的表头里没有“统一社会信用代码”一列。企业以代码为准，请补上这一列再导入。")]
    NoCodeColumn {
        /// The header's line, counted from 1.
        line: u32,
    },
    /// A header without a name.
    #[error("第 {line} 行的表头里没有“企业名称”一列，请补上这一列再导入。")]
    NoNameColumn {
        /// The header's line, counted from 1.
        line: u32,
    },
}

impl RegistryFault {
    /// The fault as the CLI writes it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "registry_unreadable",
            Self::Empty => "registry_empty",
            Self::NotCsv => "registry_not_csv",
            Self::Utf16 => "registry_encoding",
            Self::NoHeader => "registry_no_header",
            Self::NoCodeColumn { .. } => "registry_no_code_column",
            Self::NoNameColumn { .. } => "registry_no_name_column",
        }
    }
}

/// One enterprise of a registry.
#[derive(Debug, PartialEq)]
pub struct RegistryRow {
    /// The line of the file on which it starts, counted from 1.
    pub row: u32,
    /// Its code.
    pub uscc: Uscc,
    /// Its name.
    pub name: String,
    /// What the registry says of it; place names are read off the address where no column gives them.
    pub registration: Registration,
    /// Whom the registry names at the enterprise.
    pub people: Vec<Contact>,
}

/// What a registry file says about its rows besides the accepted ones.
#[derive(Debug, Default, PartialEq)]
pub struct RegistryNotices {
    /// The refused lines in the order of the file.
    pub rejected: Vec<Rejected>,
    /// Warnings about accepted rows in the order of the file.
    pub warned: Vec<Warned>,
}

/// A registry file that is being read: an iterator over its accepted rows.
pub struct RegistryReader<R> {
    records: Records<R>,
    encoding: Encoding,
    columns: Columns,
    expected: usize,
    conventions: Conventions,
    seen: Seen,
    notices: RegistryNotices,
}

impl<R: BufRead> RegistryReader<R> {
    /// Finds encoding, delimiter and header.
    ///
    /// # Errors
    /// What is wrong with the file as a whole.
    pub fn new(reader: R) -> Result<Self, RegistryFault> {
        let mut lines = Lines::new(reader);
        let mut head: Vec<Line> = Vec::new();
        while head.len() < SEARCHED_LINES
            && let Some(line) = lines.next()?
        {
            head.push(line);
        }
        check_magic(&head)?;
        let header = find_header(&head)?;
        lines.put_back(head.split_off(header.place + 1));
        let unit = |column| header.title(column).and_then(|title| title.unit());
        Ok(Self {
            records: Records::new(
                lines,
                header.encoding,
                header.delimiter,
                header.fields.len(),
            ),
            encoding: header.encoding,
            expected: header.fields.len(),
            conventions: Conventions {
                capital: unit(Column::Capital).unwrap_or(Unit::WAN_YUAN),
                revenue: Unit::WAN_YUAN,
                epoch_1904: false,
                has_revenue: false,
            },
            columns: header.columns,
            seen: Seen::new(),
            notices: RegistryNotices::default(),
        })
    }

    /// The encoding that the file was found to be in.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// What was refused and warned about, of what has been read.
    pub fn into_notices(self) -> RegistryNotices {
        self.notices
    }

    fn next_row(&mut self) -> io::Result<Option<RegistryRow>> {
        loop {
            let rejected = match self.records.next()? {
                None => return Ok(None),
                Some(Record::Fields(line, fields)) => {
                    let record = by_meaning(line, fields, &self.columns);
                    match enterprise::identify(&record, &self.seen) {
                        Ok(identity) => {
                            let warned = &mut self.notices.warned;
                            let profile =
                                enterprise::profile(&record, &identity, self.conventions, warned);
                            self.seen.insert(identity.uscc.clone(), line);
                            return Ok(Some(RegistryRow {
                                row: line,
                                uscc: identity.uscc,
                                name: identity.name,
                                registration: profile.registration,
                                people: profile.people,
                            }));
                        }
                        Err(rejected) => *rejected,
                    }
                }
                Some(Record::WrongCount(line, text, found)) => {
                    Rejected::field_count(line, &text, found, self.expected)
                }
                Some(Record::OpenQuote(line, text)) => Rejected::open_quote(line, &text),
                Some(Record::Undecodable(line)) => {
                    Rejected::undecodable(line, self.encoding.name())
                }
            };
            self.notices.rejected.push(rejected);
        }
    }
}

impl<R: BufRead> Iterator for RegistryReader<R> {
    type Item = Result<RegistryRow, RegistryFault>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_row().map_err(RegistryFault::from).transpose()
    }
}

struct RegistryHeader {
    /// Its place among the first lines.
    place: usize,
    encoding: Encoding,
    delimiter: u8,
    fields: Fields,
    columns: Columns,
}

impl RegistryHeader {
    fn title(&self, column: Column) -> Option<Title> {
        Title::of(
            self.fields
                .get(usize::try_from(self.columns.place(column)?).ok()?),
        )
    }
}

fn check_magic(head: &[Line]) -> Result<(), RegistryFault> {
    let Some(first) = head.iter().map(|line| line.bytes.as_slice()).next() else {
        return Err(RegistryFault::Empty);
    };
    if first.starts_with(b"\xFF\xFE") || first.starts_with(b"\xFE\xFF") {
        return Err(RegistryFault::Utf16);
    }
    if first.starts_with(b"PK\x03\x04") || head.iter().any(|line| line.bytes.contains(&0)) {
        return Err(RegistryFault::NotCsv);
    }
    Ok(())
}

/// The header is the line that names most columns; the encoding and the delimiter are those in
/// which it does.
fn find_header(head: &[Line]) -> Result<RegistryHeader, RegistryFault> {
    let mut best: Option<RegistryHeader> = None;
    for (place, line) in head.iter().enumerate() {
        for encoding in Encoding::ALL {
            let Some(text) = encoding.decode(&line.bytes) else {
                continue;
            };
            for delimiter in DELIMITERS {
                let Some(fields) = csv_lines::split(&text, delimiter) else {
                    continue;
                };
                let columns = columns_of(&fields);
                let better = best
                    .as_ref()
                    .is_none_or(|best| best.columns.found() < columns.found());
                if columns.is_header() && better {
                    best = Some(RegistryHeader {
                        place,
                        encoding,
                        delimiter,
                        fields,
                        columns,
                    });
                }
            }
        }
    }
    let header = best.ok_or(RegistryFault::NoHeader)?;
    let line = head[header.place].number;
    if header.columns.place(Column::Code).is_none() {
        return Err(RegistryFault::NoCodeColumn { line });
    }
    if header.columns.place(Column::Name).is_none() {
        return Err(RegistryFault::NoNameColumn { line });
    }
    Ok(header)
}

fn columns_of(fields: &Fields) -> Columns {
    let headings: Vec<(u32, Heading)> = (0_u32..)
        .zip(0..fields.len())
        .filter_map(|(column, place)| {
            Some((
                column,
                Heading {
                    title: Title::of(fields.get(place))?,
                    in_group: None,
                },
            ))
        })
        .collect();
    Columns::choose(headings.iter().map(|(place, heading)| (*place, heading)))
}

fn by_meaning<'f>(line: u32, fields: &'f Fields, columns: &Columns) -> record::Record<'f> {
    let mut values = [Value::Nothing; Column::COUNT];
    let mut raw_code = "";
    for (column, place) in (0_u32..).zip(0..fields.len()) {
        let Some(column) = columns.at(column) else {
            continue;
        };
        let text = fields.get(place);
        values[column as usize] = Value::of_text(text);
        if column == Column::Code {
            raw_code = text;
        }
    }
    record::Record {
        row: line,
        values,
        raw_code,
    }
}
