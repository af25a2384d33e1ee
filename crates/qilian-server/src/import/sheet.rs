//! Owns going through a sheet row by row: which cell belongs to which column, what merged cells say
//! for the rows they cover, which rows are no rows.
//!
//! Elsewhere: where the header is (`header`), what a row means (`roster`).

use calamine::{Cell, CellErrorType, DataRef, Dimensions};

use super::columns::{Column, Columns, is_code_title};
use super::record::{Record, Value};
use super::text::plain;
use super::workbook::{Cells, WorkbookFault};

type CellOf<'a> = Cell<DataRef<'a>>;

/// The data rows of a sheet.
pub(super) struct Rows<'a> {
    cells: Cells<'a, 'a>,
    columns: &'a Columns,
    /// The last row of the header, counted from 0.
    header_end: u32,
    merged: Vec<MergedColumn<'a>>,
    /// The first cell of the next row, read to know that this one has ended.
    ahead: Option<CellOf<'a>>,
    /// The reader must not be asked again behind its last cell: it takes that for a broken file.
    ended: bool,
}

/// A row of data. Values may come from merged cells that cover it.
pub(super) struct Row<'a> {
    /// In the sheet, counted from 1.
    pub(super) number: u32,
    own: [Option<CellOf<'a>>; Column::COUNT],
    covered: [Option<CellOf<'a>>; Column::COUNT],
    total: Total,
}

/// Whether a row starts as a total does.
#[derive(Clone, Copy, PartialEq)]
enum Total {
    No,
    /// `本街道小计`, `合计：2200家`: a total unless it has a code.
    Like,
    /// `合计`.
    Plainly,
}

/// What merged cells of one column say.
struct MergedColumn<'a> {
    column: Column,
    /// First and last row of each, counted from 0, in order.
    spans: Vec<(u32, u32)>,
    /// The spans before this one are past.
    current: usize,
    /// What the first cell of the current span holds.
    held: Option<CellOf<'a>>,
}

/// What a row is.
pub(super) enum RowKind {
    /// An enterprise.
    Enterprise,
    /// The enterprise of the row above once more, for a further cadre: its code is merged over both.
    SameEnterprise,
    /// Blank, a total, a note, or the header of the next printed page.
    Nothing,
}

impl<'a> Rows<'a> {
    pub(super) fn new(
        cells: Cells<'a, 'a>,
        columns: &'a Columns,
        header_end: u32,
        merges: &[Dimensions],
    ) -> Self {
        Self {
            cells,
            columns,
            header_end,
            merged: merged_columns(columns, merges),
            ahead: None,
            ended: false,
        }
    }

    /// The next row that has any cell.
    pub(super) fn next(&mut self) -> Result<Option<Row<'a>>, WorkbookFault> {
        let first = match self.ahead.take() {
            Some(cell) => cell,
            None => match self.next_filled()? {
                Some(cell) => cell,
                None => return Ok(None),
            },
        };
        let index = first.get_position().0;
        let mut row = Row {
            number: index + 1,
            own: [const { None }; Column::COUNT],
            covered: [const { None }; Column::COUNT],
            total: total(first.get_value()),
        };
        self.place(first, &mut row);
        while let Some(cell) = self.next_filled()? {
            if cell.get_position().0 != index {
                self.ahead = Some(cell);
                break;
            }
            self.place(cell, &mut row);
        }
        for merged in &mut self.merged {
            merged.cover(index, &mut row);
        }
        Ok(Some(row))
    }

    fn is_data(&self, cell: &CellOf<'a>) -> bool {
        cell.get_position().0 > self.header_end && value(cell.get_value()) != Value::Nothing
    }

    fn place(&self, cell: CellOf<'a>, row: &mut Row<'a>) {
        if let Some(column) = self.columns.at(cell.get_position().1) {
            row.own[column as usize] = Some(cell);
        }
    }

    fn next_filled(&mut self) -> Result<Option<CellOf<'a>>, WorkbookFault> {
        while !self.ended {
            match self.cells.next_cell()? {
                None => self.ended = true,
                Some(cell) if self.is_data(&cell) => return Ok(Some(cell)),
                Some(_) => {}
            }
        }
        Ok(None)
    }
}

impl Row<'_> {
    /// What the row is.
    pub(super) fn kind(&self) -> RowKind {
        let code = self.own[Column::Code as usize].as_ref();
        if self.total == Total::Plainly || self.total == Total::Like && code.is_none() {
            return RowKind::Nothing;
        }
        if code.is_some_and(
            |cell| matches!(value(cell.get_value()), Value::Text(t) if is_code_title(t)),
        ) {
            return RowKind::Nothing;
        }
        if code.is_none() && self.covered[Column::Code as usize].is_some() {
            return RowKind::SameEnterprise;
        }
        let says_something = self.columns_of_enterprise().any(Option::is_some);
        if says_something {
            RowKind::Enterprise
        } else {
            RowKind::Nothing
        }
    }

    /// The row by meaning.
    pub(super) fn record(&self) -> Record<'_> {
        let mut values = [Value::Nothing; Column::COUNT];
        let cells = self.own.iter().zip(&self.covered);
        for (into, (own, covered)) in values.iter_mut().zip(cells) {
            if let Some(cell) = own.as_ref().or(covered.as_ref()) {
                *into = value(cell.get_value());
            }
        }
        let code = self.own[Column::Code as usize].as_ref();
        let raw_code = code
            .and_then(|cell| raw_text(cell.get_value()))
            .unwrap_or_default();
        Record {
            row: self.number,
            values,
            raw_code,
        }
    }

    fn columns_of_enterprise(&self) -> impl Iterator<Item = &Option<CellOf<'_>>> {
        self.own[..Column::CadreName as usize].iter()
    }
}

impl<'a> MergedColumn<'a> {
    fn cover(&mut self, index: u32, row: &mut Row<'a>) {
        while self
            .spans
            .get(self.current)
            .is_some_and(|(_, last)| *last < index)
        {
            self.current += 1;
            self.held = None;
        }
        let Some((first, _)) = self.spans.get(self.current) else {
            return;
        };
        let place = self.column as usize;
        if *first == index {
            self.held.clone_from(&row.own[place]);
        } else if *first < index && row.own[place].is_none() {
            row.covered[place].clone_from(&self.held);
        }
    }
}

fn merged_columns<'a>(columns: &Columns, merges: &[Dimensions]) -> Vec<MergedColumn<'a>> {
    let mut merged: Vec<MergedColumn<'a>> = Vec::new();
    for merge in merges.iter().filter(|merge| merge.start.0 < merge.end.0) {
        let Some(column) = columns.at(merge.start.1) else {
            continue;
        };
        let span = (merge.start.0, merge.end.0);
        match merged.iter_mut().find(|known| known.column == column) {
            Some(known) => known.spans.push(span),
            None => merged.push(MergedColumn {
                column,
                spans: vec![span],
                current: 0,
                held: None,
            }),
        }
    }
    for column in &mut merged {
        column.spans.sort_unstable();
    }
    merged
}

/// What a cell holds.
pub(super) fn value<'v>(cell: &'v DataRef<'_>) -> Value<'v> {
    match cell {
        DataRef::Empty | DataRef::Error(CellErrorType::NA) => Value::Nothing,
        #[expect(
            clippy::cast_precision_loss,
            reason = "Excel itself has no integers beyond 2^53"
        )]
        DataRef::Int(number) => Value::Number(*number as f64),
        DataRef::Float(number) => Value::Number(*number),
        DataRef::DateTime(moment) => Value::Number(moment.as_f64()),
        DataRef::Bool(yes) => Value::Text(if *yes { "是" } else { "否" }),
        DataRef::Error(_) => Value::Text("#错误"),
        _ => raw_text(cell).map_or(Value::Nothing, Value::of_text),
    }
}

fn raw_text<'v>(cell: &'v DataRef<'_>) -> Option<&'v str> {
    match cell {
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            Some(text)
        }
        DataRef::SharedString(text) => Some(text),
        DataRef::Error(_) => Some("#错误"),
        _ => None,
    }
}

fn total(first: &DataRef<'_>) -> Total {
    const WORDS: [&str; 3] = ["合计", "总计", "小计"];
    let Value::Text(text) = value(first) else {
        return Total::No;
    };
    // The first cell of nearly every row is a number or a long name.
    if text.len() > 60 {
        return Total::No;
    }
    let text = plain(text);
    let text = text.trim_end_matches(':');
    if WORDS.contains(&text) || matches!(text, "累计" | "共计") {
        Total::Plainly
    } else if WORDS
        .iter()
        .any(|word| text.starts_with(word) || text.ends_with(word))
    {
        Total::Like
    } else {
        Total::No
    }
}
