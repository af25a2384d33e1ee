//! Owns finding the header of a workbook: the sheet, the row, the columns, and what the rows above say.
//!
//! Elsewhere: what a title means (`columns`), the rows below (`sheet`).

use std::collections::BTreeMap;

use calamine::Dimensions;
use chrono::NaiveDate;

use super::columns::{Column, Columns, Heading, Title};
use super::dates;
use super::figure::Unit;
use super::record::Value;
use super::sheet::value;
use super::text::plain;
use super::workbook::{Workbook, WorkbookFault};

/// How far down a header is looked for.
const SEARCHED_ROWS: u32 = 50;
/// A longer text over several columns is a heading of the sheet, not of a group of columns.
const LONGEST_GROUP: usize = 12;

/// The header of the sheet that is read.
pub(super) struct Header {
    pub(super) sheet: String,
    /// The row of the column titles, counted from 0.
    pub(super) row: u32,
    /// Its last row, counted from 0; below it the data begin.
    pub(super) end: u32,
    pub(super) columns: Columns,
    pub(super) merges: Vec<Dimensions>,
    /// The first text above it.
    pub(super) title: Option<String>,
    pub(super) quarter: Option<NaiveDate>,
    pub(super) revenue_unit: Unit,
    pub(super) revenue_title: Option<Title>,
    pub(super) capital_unit: Unit,
    /// Other sheets that look like rosters; they are not read.
    pub(super) unread: Vec<String>,
}

/// The texts of a sheet's first rows by row and column, counted from 0.
type Top = BTreeMap<(u32, u32), String>;

struct Candidate {
    sheet: String,
    top: Top,
    visible: bool,
    /// How many columns its best row names; 0 without a header.
    found: usize,
}

/// Finds the header: in the sheet whose best row names most columns, visible sheets first.
pub(super) fn find(workbook: &mut Workbook<'_>) -> Result<Header, WorkbookFault> {
    let mut candidates = Vec::new();
    for (sheet, visible) in workbook.sheets() {
        let Some(top) = top(workbook, &sheet)? else {
            continue;
        };
        let found = rows_of(&top)
            .filter_map(|row| named(&top, row, &[]))
            .map(|c| c.found())
            .max();
        candidates.push(Candidate {
            sheet,
            visible,
            found: found.unwrap_or(0),
            top,
        });
    }
    if candidates.iter().all(|candidate| candidate.top.is_empty()) {
        return Err(WorkbookFault::Empty);
    }
    // Sorting is stable: among equals the first sheet stays first.
    candidates.sort_by_key(|c| std::cmp::Reverse((c.found > 0 && c.visible, c.found)));
    let mut candidates = candidates.into_iter();
    let best = candidates
        .next()
        .filter(|best| best.found > 0)
        .ok_or(WorkbookFault::NoHeader)?;
    let unread = candidates
        .filter(|other| is_roster(&other.top))
        .map(|other| other.sheet)
        .collect();
    describe(workbook, best, unread)
}

fn describe(
    workbook: &mut Workbook<'_>,
    best: Candidate,
    unread: Vec<String>,
) -> Result<Header, WorkbookFault> {
    let merges = workbook.merges(&best.sheet)?;
    let top = spread(&best.top, &merges);
    let mut header: Option<(u32, Columns)> = None;
    for row in rows_of(&top) {
        let Some(columns) = named(&top, row, &merges) else {
            continue;
        };
        if header
            .as_ref()
            .is_none_or(|(_, known)| known.found() < columns.found())
        {
            header = Some((row, columns));
        }
    }
    let (row, columns) = header.ok_or(WorkbookFault::NoHeader)?;
    let end = merges
        .iter()
        .filter(|merge| {
            (merge.start.0..=merge.end.0).contains(&row) && columns.at(merge.start.1).is_some()
        })
        .map(|merge| merge.end.0)
        .max()
        .unwrap_or(row);
    let title_of = |column| Title::of(top.get(&(row, columns.place(column)?))?);
    let revenue_title = title_of(Column::Revenue);
    let unit = |title: Option<&Title>| title.and_then(Title::unit).unwrap_or(Unit::WAN_YUAN);
    let above = || best.top.range(..(row, 0)).map(|(_, text)| text.as_str());
    let title_above = above().next().map(str::to_owned);
    let quarter = above()
        .chain([best.sheet.as_str()])
        .find_map(dates::quarter);
    Ok(Header {
        row,
        end,
        title: title_above,
        quarter,
        revenue_unit: unit(revenue_title.as_ref()),
        capital_unit: unit(title_of(Column::Capital).as_ref()),
        revenue_title,
        sheet: best.sheet,
        columns,
        merges,
        unread,
    })
}

/// The texts of a sheet's first rows; `None` if it is no sheet of cells.
fn top(workbook: &mut Workbook<'_>, sheet: &str) -> Result<Option<Top>, WorkbookFault> {
    let Some(mut cells) = workbook.cells(sheet)? else {
        return Ok(None);
    };
    let mut top = Top::new();
    while let Some(cell) = cells.next_cell()? {
        let place = cell.get_position();
        if place.0 >= SEARCHED_ROWS {
            break;
        }
        if let Value::Text(text) = value(cell.get_value()) {
            top.insert(place, text.to_owned());
        }
    }
    Ok(Some(top))
}

/// Writes what a merged cell says into every cell that it covers.
fn spread(top: &Top, merges: &[Dimensions]) -> Top {
    let last_column = top.keys().map(|(_, column)| *column).max().unwrap_or(0);
    let mut spread = top.clone();
    for merge in merges.iter().filter(|merge| merge.start.0 < SEARCHED_ROWS) {
        let Some(text) = top.get(&merge.start) else {
            continue;
        };
        for row in merge.start.0..=merge.end.0.min(SEARCHED_ROWS - 1) {
            for column in merge.start.1..=merge.end.1.min(last_column) {
                spread.entry((row, column)).or_insert_with(|| text.clone());
            }
        }
    }
    spread
}

fn rows_of(top: &Top) -> impl Iterator<Item = u32> {
    let mut rows: Vec<u32> = top.keys().map(|(row, _)| *row).collect();
    rows.dedup();
    rows.into_iter()
}

/// What a row names if it is a header.
fn named(top: &Top, row: u32, merges: &[Dimensions]) -> Option<Columns> {
    let headings: Vec<(u32, Heading)> = top
        .range((row, 0)..(row + 1, 0))
        .filter_map(|((_, column), text)| {
            let title = Title::of(text)?;
            let in_group = group(top, row, *column, merges)
                .filter(|group| *group != text.as_str())
                .and_then(|group| Title::of(&format!("{group}{text}")));
            Some((*column, Heading { title, in_group }))
        })
        .collect();
    let columns = Columns::choose(headings.iter().map(|(place, heading)| (*place, heading)));
    columns.is_header().then_some(columns)
}

/// The title of the group of columns that a cell stands in: a cell merged over some of the columns
/// in the row above.
fn group<'t>(top: &'t Top, row: u32, column: u32, merges: &[Dimensions]) -> Option<&'t str> {
    let above = row.checked_sub(1)?;
    let merge = merges.iter().find(|merge| {
        (merge.start.0..=merge.end.0).contains(&above)
            && (merge.start.1..=merge.end.1).contains(&column)
            && merge.start.1 < merge.end.1
    })?;
    let text = top.get(&merge.start)?;
    (plain(text).chars().count() <= LONGEST_GROUP).then_some(text.as_str())
}

/// Whether a sheet has a header as a roster has it.
fn is_roster(top: &Top) -> bool {
    rows_of(top)
        .filter_map(|row| named(top, row, &[]))
        .any(|columns| {
            columns.place(Column::Code).is_some()
                && (columns.place(Column::CadreName).is_some()
                    || columns.place(Column::CadreId).is_some())
        })
}
