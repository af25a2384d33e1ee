//! Owns the roster (挂点企业分配表): from the bytes of a workbook to who looks after which enterprises.
//!
//! Elsewhere: opening the workbook (`workbook`), its header (`header`), its rows (`sheet`), what a row
//! says about an enterprise (`enterprise`), and writing any of it to the database (`crate::district`).

mod cadres;

use std::path::Path;

use chrono::{Datelike, NaiveDate};
use qilian_domain::ids::UserId;
use qilian_domain::rows::{Contact, Registration};
use qilian_domain::uscc::Uscc;

use super::columns::Column;
use super::dates;
use super::enterprise::{self, FourAbove, Seen};
use super::figure::{Amount, Headcount};
use super::header::{self, Header};
use super::reason::{Rejected, WarnReason, Warned, Whereabouts};
use super::record::{Conventions, Record};
use super::sheet::{RowKind, Rows};
use super::workbook::{self, WorkbookFault};
use cadres::{CadreList, CadresOfRow};

/// A roster as a workbook holds it.
#[derive(Debug)]
pub struct Roster {
    /// The name of the sheet that was read.
    pub sheet: String,
    /// The first text above the header, such as `2026年第四季度挂点企业分配表`.
    pub title: Option<String>,
    /// The first day of the quarter that the title (or the sheet's name) gives.
    pub quarter: Option<NaiveDate>,
    /// Of which year the revenues are.
    pub revenue_year: RevenueYear,
    /// Everybody who looks after an enterprise, in the order of the sheet.
    pub cadres: Vec<RosterCadre>,
    /// The accepted rows in the order of the sheet.
    pub rows: Vec<RosterRow>,
    /// The refused rows in the order of the sheet.
    pub rejected: Vec<Rejected>,
    /// Warnings about accepted rows in the order of the sheet.
    pub warned: Vec<Warned>,
    /// Sheets that look like rosters too and were not read.
    pub unread_sheets: Vec<String>,
}

/// A cadre as a roster names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterCadre {
    /// 工号; `None` if the sheet gives none: see [`Roster::identify_cadres`].
    pub id: Option<UserId>,
    /// 姓名; the id if the sheet gives none.
    pub name: String,
    /// 单位.
    pub unit: Option<String>,
    /// 电话.
    pub phone: Option<String>,
}

/// One enterprise of a roster.
#[derive(Debug, PartialEq)]
pub struct RosterRow {
    /// The row in the sheet, counted from 1.
    pub row: u32,
    /// Its code.
    pub uscc: Uscc,
    /// Its name.
    pub name: String,
    /// What the sheet says of its registration; place names are read off the address where no
    /// column gives them.
    pub registration: Registration,
    /// Whom the sheet names at the enterprise.
    pub people: Vec<Contact>,
    /// 从业人数.
    pub employees: Option<Headcount>,
    /// 营业收入, 万元, of the year that [`Roster::revenue_year`] tells.
    pub revenue: Option<Amount>,
    /// 是否“四上”企业.
    pub four_above: Option<FourAbove>,
    /// 备注.
    pub remark: Option<String>,
    /// Who looks after it: places in [`Roster::cadres`], at least one, none twice.
    pub cadres: Vec<usize>,
}

/// Of which year a roster's revenues are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevenueYear {
    /// The title names it: `2025年营业收入`.
    Named(i32),
    /// 上年度, or the title says nothing: the year before the roster's.
    Before,
    /// 本年.
    Same,
}

impl RevenueYear {
    /// The year, for a roster that holds from `from` on.
    pub fn for_roster_from(self, from: NaiveDate) -> i32 {
        match self {
            Self::Named(year) => year,
            Self::Before => from.year() - 1,
            Self::Same => from.year(),
        }
    }
}

impl Roster {
    /// Reads a workbook file.
    ///
    /// # Errors
    /// What is wrong with the workbook as a whole. Bad rows are no error: they are in `rejected`.
    pub fn read_file(path: &Path) -> Result<Self, WorkbookFault> {
        Self::read(&workbook::read_file(path)?)
    }

    /// Reads the bytes of a workbook.
    ///
    /// # Errors
    /// As [`Roster::read_file`].
    pub fn read(bytes: &[u8]) -> Result<Self, WorkbookFault> {
        let mut workbook = workbook::open(bytes)?;
        let header = header::find(&mut workbook)?;
        check_columns(&header)?;
        let conventions = Conventions {
            capital: header.capital_unit,
            revenue: header.revenue_unit,
            epoch_1904: workbook.has_1904_epoch(),
            has_revenue: header.columns.place(Column::Revenue).is_some(),
        };
        let cells = workbook
            .cells(&header.sheet)?
            .ok_or(WorkbookFault::NoHeader)?;
        let mut rows = Rows::new(cells, &header.columns, header.end, &header.merges);
        let mut reading = Reading::new(conventions);
        while let Some(row) = rows.next()? {
            match row.kind() {
                RowKind::Enterprise => reading.enterprise(&row.record()),
                RowKind::SameEnterprise => reading.further_cadre(&row.record()),
                RowKind::Nothing => {}
            }
        }
        drop(rows);
        if reading.rows.is_empty() && reading.rejected.is_empty() {
            return Err(WorkbookFault::Empty);
        }
        let mut roster = Self {
            revenue_year: revenue_year(&header),
            sheet: header.sheet,
            title: header.title,
            quarter: header.quarter,
            cadres: reading.cadres.into_cadres(),
            rows: reading.rows,
            rejected: reading.rejected,
            warned: reading.warned,
            unread_sheets: header.unread,
        };
        roster.identify_by_name_in_sheet();
        Ok(roster)
    }
}

/// What has been read so far.
struct Reading {
    conventions: Conventions,
    cadres: CadreList,
    seen: Seen,
    rows: Vec<RosterRow>,
    rejected: Vec<Rejected>,
    warned: Vec<Warned>,
    /// Whether the last row of an enterprise was accepted.
    last_accepted: bool,
}

impl Reading {
    fn new(conventions: Conventions) -> Self {
        Self {
            conventions,
            cadres: CadreList::default(),
            seen: Seen::new(),
            rows: Vec::new(),
            rejected: Vec::new(),
            warned: Vec::new(),
            last_accepted: false,
        }
    }

    fn enterprise(&mut self, record: &Record<'_>) {
        self.last_accepted = false;
        let identity = match enterprise::identify(record, &self.seen) {
            Ok(identity) => identity,
            Err(rejected) => return self.rejected.push(*rejected),
        };
        let cadres = self.cadres.of(record);
        if cadres.places.is_empty() {
            let at = Whereabouts {
                row: record.row,
                name: Some(&identity.name),
            };
            return self.rejected.push(Rejected::no_cadre(at));
        }
        let profile = enterprise::profile(record, &identity, self.conventions, &mut self.warned);
        self.warn_of_name(record.row, &cadres);
        self.seen.insert(identity.uscc.clone(), record.row);
        self.last_accepted = true;
        self.rows.push(RosterRow {
            row: record.row,
            uscc: identity.uscc,
            name: identity.name,
            registration: profile.registration,
            people: profile.people,
            employees: profile.employees,
            revenue: profile.revenue,
            four_above: profile.four_above,
            remark: profile.remark,
            cadres: cadres.places,
        });
    }

    fn warn_of_name(&mut self, row: u32, cadres: &CadresOfRow) {
        if cadres.name_differs {
            self.warned.push(Warned {
                row,
                reason: WarnReason::CadreNameDiffers,
            });
        }
    }

    /// A row whose code is merged with the row above adds its cadres to that enterprise.
    fn further_cadre(&mut self, record: &Record<'_>) {
        if !self.last_accepted {
            return;
        }
        let cadres = self.cadres.of(record);
        self.warn_of_name(record.row, &cadres);
        let Some(row) = self.rows.last_mut() else {
            return;
        };
        for cadre in cadres.places {
            if !row.cadres.contains(&cadre) {
                row.cadres.push(cadre);
            }
        }
    }
}

fn check_columns(header: &Header) -> Result<(), WorkbookFault> {
    let sheet = || header.sheet.clone();
    let row = header.row + 1;
    let has = |column| header.columns.place(column).is_some();
    if !has(Column::Code) {
        return Err(WorkbookFault::NoCodeColumn {
            sheet: sheet(),
            row,
        });
    }
    if !has(Column::Name) {
        return Err(WorkbookFault::NoNameColumn {
            sheet: sheet(),
            row,
        });
    }
    if !has(Column::CadreName) && !has(Column::CadreId) {
        return Err(WorkbookFault::NoCadreColumn {
            sheet: sheet(),
            row,
        });
    }
    Ok(())
}

fn revenue_year(header: &Header) -> RevenueYear {
    let Some(title) = &header.revenue_title else {
        return RevenueYear::Before;
    };
    if let Some((year, _)) = dates::year(&title.whole) {
        return RevenueYear::Named(year);
    }
    let same = ["本年", "今年", "当年"]
        .iter()
        .any(|word| title.whole.contains(word));
    if same {
        RevenueYear::Same
    } else {
        RevenueYear::Before
    }
}
