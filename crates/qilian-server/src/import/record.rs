//! Owns one row of any file by meaning: what its cells hold, and how their numbers are to be read.
//!
//! Elsewhere: where the cells come from (`sheet`, `registry`), what they say (`enterprise`).

use std::borrow::Cow;

use super::columns::Column;
use super::figure::{self, Unit};
use super::text::{one_line, stated};

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'v> {
    /// Nothing, or a word for it.
    Nothing,
    /// A text without spaces at its ends.
    Text(&'v str),
    /// A number; a date is one too.
    Number(f64),
}

impl<'v> Value<'v> {
    pub(super) fn of_text(text: &'v str) -> Self {
        stated(text).map_or(Self::Nothing, Self::Text)
    }

    /// The text as the sheet shows it.
    pub(super) fn text(self) -> Option<Cow<'v, str>> {
        match self {
            Self::Nothing => None,
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Number(number) => Some(Cow::Owned(figure::shown(number))),
        }
    }

    /// The text on one line, owned.
    pub(super) fn line(self) -> Option<String> {
        self.text().map(|text| one_line(&text).into_owned())
    }
}

/// How the numbers of a file are to be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Conventions {
    /// Unit of a bare capital.
    pub(super) capital: Unit,
    /// Unit of a bare revenue.
    pub(super) revenue: Unit,
    /// Whether serial dates count from 1904.
    pub(super) epoch_1904: bool,
    /// Whether the file has a column for the revenue at all.
    pub(super) has_revenue: bool,
}

/// One row by meaning.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'v> {
    pub(super) row: u32,
    pub(super) values: [Value<'v>; Column::COUNT],
    /// The code as it stood, spaces and all.
    pub(super) raw_code: &'v str,
}

impl<'v> Record<'v> {
    pub(super) fn get(&self, column: Column) -> Value<'v> {
        self.values[column as usize]
    }
}
