//! Owns the list of enterprises and the search, as screens page through them.
//!
//! The list is read once for each state of the store and day; paging, filters and search hits are cut
//! from it. Elsewhere: the index (`qilian-store`), the file of one enterprise (`enterprise`).

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use qilian_domain::uscc::Uscc;
use qilian_domain::week::Quarter;
use qilian_store::{EnterpriseFilter as StoreFilter, EnterpriseOrder, SearchField};

use crate::contract::{
    EnterpriseCounts, EnterpriseFilter, EnterprisePage, EnterpriseRow, EnterprisesArgs, Hit,
    HitField, SearchArgs, SearchResult,
};
use crate::error::AppError;
use crate::laptop::Laptop;

/// Hits that a search looks at; a cadre who sees so many types one more letter.
const HITS_MAX: u32 = 500;

pub(crate) use qilian_store::EnterpriseLine as Line;

/// The list as last read, and of which state and day.
#[derive(Debug, Default)]
pub(crate) struct Lines(Mutex<Option<Kept>>);

/// The list of one state of the store and day.
#[derive(Debug)]
struct Kept {
    changes: u64,
    on: NaiveDate,
    lines: Arc<List>,
}

/// All lines, in the order of the list, and where each enterprise stands in it.
#[derive(Debug)]
pub(crate) struct List {
    lines: Vec<Line>,
    places: HashMap<Uscc, usize>,
}

impl List {
    fn new(lines: Vec<Line>) -> Self {
        let places = lines
            .iter()
            .enumerate()
            .map(|(place, line)| (line.uscc.clone(), place));
        Self {
            places: places.collect(),
            lines,
        }
    }

    fn line(&self, uscc: &Uscc) -> Option<&Line> {
        self.lines.get(*self.places.get(uscc)?)
    }
}

impl Deref for List {
    type Target = [Line];

    fn deref(&self) -> &[Line] {
        &self.lines
    }
}

impl Laptop {
    /// All enterprises here, mine or not, the longest unvisited first.
    pub(crate) fn lines(&self, on: NaiveDate) -> Result<Arc<List>, AppError> {
        let reader = self.reader();
        let changes = reader.sync_state()?.changes;
        let mut cached = self.lines.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = cached.as_ref()
            && (kept.changes, kept.on) == (changes, on)
        {
            return Ok(Arc::clone(&kept.lines));
        }
        let filter = StoreFilter {
            cadre: self.user().id.clone(),
            on,
            only_mine: false,
            order: EnterpriseOrder::LastVisit,
        };
        let lines = Arc::new(List::new(reader.enterprises(&filter, 0, u32::MAX)?));
        *cached = Some(Kept {
            changes,
            on,
            lines: Arc::clone(&lines),
        });
        Ok(lines)
    }

    /// A page of the list.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn enterprises(&self, args: &EnterprisesArgs) -> Result<EnterprisePage, AppError> {
        let on = self.today_date();
        let lines = self.lines(on)?;
        let mut found: Vec<(&Line, Option<Hit>)> = if args.search.trim().is_empty() {
            lines.iter().map(|line| (line, None)).collect()
        } else {
            self.hits(&args.search, HITS_MAX, &lines)?
        };
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
        let items = (found.iter())
            .skip(args.offset as usize)
            .take(args.limit as usize)
            .map(|(line, hit)| row(line, hit.clone(), on))
            .collect();
        Ok(EnterprisePage {
            total: to_u32(found.len()),
            counts,
            items,
        })
    }

    /// What Ctrl+K finds, best first.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn search(&self, args: &SearchArgs) -> Result<SearchResult, AppError> {
        let on = self.today_date();
        let lines = self.lines(on)?;
        let hits = self.hits(&args.text, args.limit, &lines)?;
        let enterprises = hits
            .into_iter()
            .map(|(line, hit)| row(line, hit, on))
            .collect();
        Ok(SearchResult { enterprises })
    }

    fn hits<'a>(
        &self,
        text: &str,
        limit: u32,
        lines: &'a List,
    ) -> Result<Vec<(&'a Line, Option<Hit>)>, AppError> {
        let hits = self.reader().search(text, limit)?;
        Ok((hits.into_iter())
            .filter_map(|hit| {
                let line = lines.line(&hit.uscc)?;
                Some((line, Some(hit_view(hit))))
            })
            .collect())
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
        open_demands: u32::try_from(line.open_demands).unwrap_or(u32::MAX),
        hit,
    }
}

pub(crate) fn to_u32(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
