//! Owns the list of enterprises and the search, as screens page through them.
//!
//! Elsewhere: keeping the list and the index (`qilian-store`), the file of one enterprise (`enterprise`).

use chrono::NaiveDate;
use qilian_domain::week::Quarter;
use qilian_store::{Contents, Listed, SearchField, StoreError, Whose};

use crate::contract::{
    EnterpriseCounts, EnterpriseFilter, EnterprisePage, EnterpriseRow, EnterprisesArgs, Hit,
    HitField, SearchArgs, SearchResult,
};
use crate::error::AppError;
use crate::laptop::Laptop;

/// Hits that a search looks at; a cadre who sees so many types one more letter.
const HITS_MAX: u32 = 500;

pub(crate) use qilian_store::EnterpriseLine as Line;

impl Laptop {
    /// My enterprises of a day, the longest unvisited first.
    pub(crate) fn my_enterprises(&self, on: NaiveDate) -> Result<Vec<Line>, AppError> {
        let lines = self
            .reader()
            .enterprises(self.whose(on), Listed::Mine, 0, u32::MAX)?;
        Ok(lines)
    }

    pub(crate) fn whose(&self, on: NaiveDate) -> Whose<'_> {
        Whose {
            cadre: &self.user().id,
            on,
        }
    }

    /// A page of the list.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn enterprises(&self, args: &EnterprisesArgs) -> Result<EnterprisePage, AppError> {
        let on = self.today_date();
        let reader = self.reader();
        if args.search.trim().is_empty() {
            Ok(reader.at_once(|contents| listed(contents, self.whose(on), args))?)
        } else {
            let found = reader
                .at_once(|contents| found(contents, self.whose(on), &args.search, HITS_MAX))?;
            Ok(page_of(found, args, on))
        }
    }

    /// What Ctrl+K finds, best first.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn search(&self, args: &SearchArgs) -> Result<SearchResult, AppError> {
        let on = self.today_date();
        let found = self
            .reader()
            .at_once(|contents| found(contents, self.whose(on), &args.text, args.limit))?;
        let enterprises = (found.into_iter())
            .map(|(line, hit)| row(&line, Some(hit), on))
            .collect();
        Ok(SearchResult { enterprises })
    }
}

/// A page of all that the filter lets through.
fn listed(
    contents: &Contents,
    whose: Whose<'_>,
    args: &EnterprisesArgs,
) -> Result<EnterprisePage, StoreError> {
    let quarter = Quarter::of(whose.on).first_day();
    let counted = contents.enterprise_counts(whose, quarter)?;
    let counts = EnterpriseCounts {
        all: shown(counted.all),
        not_visited: shown(counted.not_visited),
        open_demands: shown(counted.with_open_demands),
    };
    let (listed, total) = match args.filter {
        EnterpriseFilter::All => (Listed::All, counts.all),
        EnterpriseFilter::NotVisited => (Listed::NotVisitedSince(quarter), counts.not_visited),
        EnterpriseFilter::OpenDemands => (Listed::WithOpenDemands, counts.open_demands),
    };
    let lines = contents.enterprises(whose, listed, args.offset, args.limit)?;
    Ok(EnterprisePage {
        total,
        counts,
        items: lines.iter().map(|line| row(line, None, whose.on)).collect(),
    })
}

/// What a search finds, best first.
fn found(
    contents: &Contents,
    whose: Whose<'_>,
    typed: &str,
    limit: u32,
) -> Result<Vec<(Line, Hit)>, StoreError> {
    let mut found = Vec::new();
    for hit in contents.search(typed, limit)? {
        if let Some(line) = contents.enterprise(whose, &hit.uscc)? {
            found.push((line, hit_view(hit)));
        }
    }
    Ok(found)
}

/// A page of what a search found.
fn page_of(mut found: Vec<(Line, Hit)>, args: &EnterprisesArgs, on: NaiveDate) -> EnterprisePage {
    let is = |filter: EnterpriseFilter, line: &Line| match filter {
        EnterpriseFilter::All => true,
        EnterpriseFilter::NotVisited => line.mine && !visited_this_quarter(line, on),
        EnterpriseFilter::OpenDemands => line.open_demands > 0,
    };
    let count = |filter| to_u32(found.iter().filter(|(line, _)| is(filter, line)).count());
    let counts = EnterpriseCounts {
        all: to_u32(found.len()),
        not_visited: count(EnterpriseFilter::NotVisited),
        open_demands: count(EnterpriseFilter::OpenDemands),
    };
    found.retain(|(line, _)| is(args.filter, line));
    EnterprisePage {
        total: to_u32(found.len()),
        counts,
        items: (found.into_iter())
            .skip(args.offset as usize)
            .take(args.limit as usize)
            .map(|(line, hit)| row(&line, Some(hit), on))
            .collect(),
    }
}

fn hit_view(hit: qilian_store::Hit) -> Hit {
    Hit {
        field: match hit.field {
            SearchField::Name => HitField::Name,
            SearchField::Code => HitField::Uscc,
            SearchField::Pinyin | SearchField::Initials => HitField::Pinyin,
            SearchField::Address => HitField::Address,
            SearchField::Business => HitField::Business,
            SearchField::People => HitField::People,
        },
        ranges: (hit.ranges.iter())
            .map(|range| {
                (
                    utf16(&hit.snippet, range.start),
                    utf16(&hit.snippet, range.end),
                )
            })
            .collect(),
        text: hit.snippet,
    }
}

/// A place in `text` in UTF-16 code units, from one in bytes.
fn utf16(text: &str, bytes: usize) -> u32 {
    to_u32(text.get(..bytes).unwrap_or(text).encode_utf16().count())
}

pub(crate) fn visited_this_quarter(line: &Line, on: NaiveDate) -> bool {
    line.last_visit
        .is_some_and(|day| Quarter::of(on).contains(day))
}

fn row(line: &Line, hit: Option<Hit>, on: NaiveDate) -> EnterpriseRow {
    EnterpriseRow {
        uscc: line.uscc.to_string(),
        name: line.name.clone(),
        street: line.street.clone(),
        last_visit: line.last_visit,
        visited_this_quarter: visited_this_quarter(line, on),
        open_demands: shown(line.open_demands),
        hit,
    }
}

pub(crate) fn to_u32(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// A count as screens take it.
fn shown(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
