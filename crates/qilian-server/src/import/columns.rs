//! Owns the titles that offices give their columns, and the choice of a column for each meaning.
//!
//! Elsewhere: where in a file the header stands (`header` for sheets, `registry` for CSV).

mod titles;

use super::figure::Unit;
use super::text::plain;
use titles::{BY_NEIGHBOUR, EXACT, PARTS};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(usize)]
pub(super) enum Column {
    Name,
    Code,
    Province,
    City,
    District,
    Street,
    Address,
    FoundedOn,
    Capital,
    Business,
    Kind,
    Industry,
    FourAbove,
    Employees,
    Revenue,
    Contact,
    ContactPost,
    ContactPhone,
    // What follows says nothing about an enterprise: a row that has only these is no row.
    CadreName,
    CadreId,
    CadreUnit,
    CadrePhone,
    Remark,
    Serial,
}

impl Column {
    /// How many there are.
    pub(super) const COUNT: usize = Self::Serial as usize + 1;

    /// Whether the column says something about an enterprise.
    pub(super) const fn is_of_enterprise(self) -> bool {
        (self as usize) < Self::CadreName as usize
    }

    /// Whether the column says something about a cadre.
    pub(super) const fn is_of_cadre(self) -> bool {
        matches!(
            self,
            Self::CadreName | Self::CadreId | Self::CadreUnit | Self::CadrePhone
        )
    }
}

/// A title in the form that titles are compared in, without what stands in brackets.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Title {
    bare: String,
    /// As written, half-width: names the unit and the year.
    pub(super) whole: String,
}

impl Title {
    pub(super) fn of(text: &str) -> Option<Self> {
        let whole = plain(text).to_ascii_lowercase();
        // A sentence is not a title.
        if whole.is_empty() || whole.chars().count() > 40 {
            return None;
        }
        let mut bare = String::with_capacity(whole.len());
        let mut depth = 0_u32;
        for symbol in whole.chars() {
            match symbol {
                '(' | '[' | '【' | '〔' => depth += 1,
                ')' | ']' | '】' | '〕' => depth = depth.saturating_sub(1),
                '*' | ':' | '"' | '“' | '”' | '\'' | '‘' | '’' | '「' | '」' => {}
                _ if depth == 0 => bare.push(symbol),
                _ => {}
            }
        }
        (!bare.is_empty()).then_some(Self { bare, whole })
    }

    /// The unit that the title gives its numbers.
    pub(super) fn unit(&self) -> Option<Unit> {
        Unit::in_title(&self.whole)
    }

    /// The column whose whole title this is, and its place among the titles of that column.
    fn exact(&self) -> Option<(Column, usize)> {
        EXACT.iter().find_map(|(column, titles)| {
            titles
                .split(' ')
                .position(|title| title == self.bare)
                .map(|place| (*column, place))
        })
    }

    /// The column that a part of this title names.
    fn by_parts(&self) -> Option<(Column, usize)> {
        PARTS
            .iter()
            .enumerate()
            .find_map(|(place, (column, all, none))| {
                let fits = all.iter().all(|part| self.bare.contains(part))
                    && !none.iter().any(|part| self.bare.contains(part));
                fits.then_some((*column, 100 + place))
            })
    }

    fn by_neighbour(&self, behind_cadre: bool) -> Option<(Column, usize)> {
        let (_, cadre, contact) = BY_NEIGHBOUR
            .iter()
            .find(|(title, _, _)| *title == self.bare)?;
        Some((if behind_cadre { *cadre } else { *contact }, 200))
    }
}

/// What a header says about one column.
#[derive(Debug, Clone)]
pub(super) struct Heading {
    /// The column's own title.
    pub(super) title: Title,
    /// The title of the group that it stands in, and its own behind it: 挂点干部 + 姓名.
    pub(super) in_group: Option<Title>,
}

impl Heading {
    /// What the column means, and how sure that is (less is surer).
    fn meaning(&self, behind_cadre: bool) -> Option<(Column, usize)> {
        let in_group = self.in_group.as_ref();
        in_group
            .and_then(Title::exact)
            .or_else(|| self.title.exact())
            .or_else(|| self.title.by_parts())
            .or_else(|| in_group.and_then(Title::by_parts))
            .or_else(|| self.title.by_neighbour(behind_cadre))
    }
}

/// Whether a cell repeats the title of the code column, as the header of a next printed page does.
pub(super) fn is_code_title(text: &str) -> bool {
    // Nearly every cell of the column is a code.
    if text.is_ascii() {
        return false;
    }
    let meaning = Title::of(text).and_then(|title| title.exact().or_else(|| title.by_parts()));
    meaning.is_some_and(|(column, _)| column == Column::Code)
}

/// Which column of a file holds what.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Columns {
    places: [Option<u32>; Column::COUNT],
    meanings: Vec<Option<Column>>,
}

impl Columns {
    /// Chooses from a header, given from left to right with places counted from 0. A meaning goes to
    /// the surest title, then to the leftmost.
    pub(super) fn choose<'h>(header: impl IntoIterator<Item = (u32, &'h Heading)>) -> Self {
        let mut sureness = [usize::MAX; Column::COUNT];
        let mut places = [None; Column::COUNT];
        let mut behind_cadre = false;
        for (place, heading) in header {
            let Some((column, sure)) = heading.meaning(behind_cadre) else {
                continue;
            };
            if column.is_of_cadre() {
                behind_cadre = true;
            } else if column.is_of_enterprise() {
                behind_cadre = false;
            }
            if sure < sureness[column as usize] {
                sureness[column as usize] = sure;
                places[column as usize] = Some(place);
            }
        }
        let mut columns = Self {
            places,
            meanings: Vec::new(),
        };
        columns.index();
        columns
    }

    /// Where a column stands, counted from 0.
    pub(super) fn place(&self, column: Column) -> Option<u32> {
        self.places[column as usize]
    }

    /// What stands at a place, counted from 0.
    pub(super) fn at(&self, place: u32) -> Option<Column> {
        self.meanings
            .get(usize::try_from(place).ok()?)
            .copied()
            .flatten()
    }

    /// How many meanings were found.
    pub(super) fn found(&self) -> usize {
        self.places.iter().flatten().count()
    }

    /// Whether this is a header at all: two titles, one of which names or identifies enterprises.
    pub(super) fn is_header(&self) -> bool {
        let identifies = self.place(Column::Name).is_some() || self.place(Column::Code).is_some();
        identifies && self.found() >= 2
    }

    fn index(&mut self) {
        for (column, place) in self.places.iter().enumerate() {
            let (Some(column), Some(place)) = (COLUMNS.get(column), place) else {
                continue;
            };
            let Ok(place) = usize::try_from(*place) else {
                continue;
            };
            if self.meanings.len() <= place {
                self.meanings.resize(place + 1, None);
            }
            self.meanings[place] = Some(*column);
        }
    }
}

const COLUMNS: [Column; Column::COUNT] = [
    Column::Name,
    Column::Code,
    Column::Province,
    Column::City,
    Column::District,
    Column::Street,
    Column::Address,
    Column::FoundedOn,
    Column::Capital,
    Column::Business,
    Column::Kind,
    Column::Industry,
    Column::FourAbove,
    Column::Employees,
    Column::Revenue,
    Column::Contact,
    Column::ContactPost,
    Column::ContactPhone,
    Column::CadreName,
    Column::CadreId,
    Column::CadreUnit,
    Column::CadrePhone,
    Column::Remark,
    Column::Serial,
];
