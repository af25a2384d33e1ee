//! Owns what a hit shows: the best field that contains what was typed, an excerpt, the parts to mark.

use std::ops::Range;

use qilian_domain::uscc::Uscc;

use super::fold::folded;
use super::index::Entry;
use super::spell::{Initials, Spelling};
use crate::error::StoreError;

/// Characters of a long text that are shown before the first hit, and in all.
const BEFORE: usize = 12;
const SHOWN: usize = 60;

/// Where a search hit, the most telling first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SearchField {
    /// 企业名称.
    Name,
    /// 统一社会信用代码.
    Code,
    /// The name's pinyin.
    Pinyin,
    /// The initials of the name's pinyin.
    Initials,
    /// The name of somebody there.
    People,
    /// 地址.
    Address,
    /// 经营范围.
    Business,
}

/// An enterprise that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Its code.
    pub uscc: Uscc,
    /// Its name.
    pub name: String,
    /// Where the first word was found.
    pub field: SearchField,
    /// That field, or an excerpt of it; the name for pinyin and initials.
    pub snippet: String,
    /// The parts of `snippet` to mark, in bytes.
    pub ranges: Vec<Range<usize>>,
}

/// What was typed between two spaces, folded.
pub(super) struct Word {
    pub(super) characters: Vec<char>,
    /// The same, if it may be pinyin.
    pub(super) letters: Option<String>,
}

impl Word {
    /// What was typed, by words.
    pub(super) fn all(typed: &str) -> Vec<Self> {
        let folded: String = folded(typed).into_iter().collect();
        let word = |word: &str| Self {
            characters: word.chars().collect(),
            letters: (word.chars().all(|c| c.is_ascii_lowercase())).then(|| word.to_owned()),
        };
        folded.split_whitespace().map(word).collect()
    }
}

/// A hit with what it is ranked by.
pub(super) struct Ranked {
    pub(super) hit: Hit,
    place: usize,
    length: usize,
}

impl Ranked {
    pub(super) fn key(&self) -> (SearchField, usize, usize, &Uscc) {
        (self.hit.field, self.place, self.length, &self.hit.uscc)
    }
}

/// The hit of an entry that contains every word; `None` if one is missing.
pub(super) fn of(entry: Entry, words: &[Word]) -> Result<Option<Ranked>, StoreError> {
    let mut found = Vec::new();
    for word in words {
        match best(&entry, word) {
            Some(place) => found.push(place),
            None => return Ok(None),
        }
    }
    let Some((field, (place, _))) = found.first().cloned() else {
        return Ok(None);
    };
    let text = shown_of(&entry, field);
    let here = found
        .into_iter()
        .filter(|(f, _)| shown_of(&entry, *f) == text);
    let (snippet, ranges) = excerpt(text, here.map(|(_, range)| range).collect());
    let uscc =
        (entry.uscc.parse()).map_err(|_| StoreError::bad("search_entry", "uscc", &entry.uscc))?;
    let length = entry.name.chars().count();
    let hit = Hit {
        uscc,
        name: entry.name,
        field,
        snippet,
        ranges,
    };
    Ok(Some(Ranked { hit, place, length }))
}

fn shown_of(entry: &Entry, field: SearchField) -> &str {
    match field {
        SearchField::Name | SearchField::Pinyin | SearchField::Initials => &entry.name,
        SearchField::Code => &entry.uscc,
        SearchField::People => &entry.people,
        SearchField::Address => &entry.address,
        SearchField::Business => &entry.business,
    }
}

/// The best field that contains the word, and where, in characters.
fn best(entry: &Entry, word: &Word) -> Option<(SearchField, (usize, usize))> {
    let contains = |field| {
        let text = folded(shown_of(entry, field));
        let at = (text.windows(word.characters.len())).position(|w| w == word.characters)?;
        Some((field, (at, at + word.characters.len())))
    };
    contains(SearchField::Name)
        .or_else(|| contains(SearchField::Code))
        .or_else(|| {
            let letters = word.letters.as_ref()?;
            let name = folded(&entry.name);
            let pinyin = Spelling::of(&name).find(letters);
            (pinyin.map(|place| (SearchField::Pinyin, place))).or_else(|| {
                let place = Initials::of(&name).find(&word.characters)?;
                Some((SearchField::Initials, place))
            })
        })
        .or_else(|| contains(SearchField::People))
        .or_else(|| contains(SearchField::Address))
        .or_else(|| contains(SearchField::Business))
}

/// The part of a text around its first hit, and the hits in it in bytes.
fn excerpt(text: &str, mut hits: Vec<(usize, usize)>) -> (String, Vec<Range<usize>>) {
    hits.sort_unstable();
    let length = text.chars().count();
    let first = hits.first().map_or(0, |hit| hit.0);
    let start = if length <= SHOWN {
        0
    } else {
        first.saturating_sub(BEFORE).min(length - SHOWN)
    };
    let end = hits
        .first()
        .map_or(0, |hit| hit.1)
        .max(start + SHOWN)
        .min(length);
    let mut snippet: String = text.chars().skip(start).take(end - start).collect();
    let byte = |snippet: &str, character: usize| {
        (snippet.char_indices().nth(character)).map_or(snippet.len(), |(at, _)| at)
    };
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (from, to) in hits
        .into_iter()
        .filter(|(from, to)| *from >= start && *to <= end)
    {
        let range = byte(&snippet, from - start)..byte(&snippet, to - start);
        match ranges.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => ranges.push(range),
        }
    }
    if start > 0 {
        snippet.insert(0, '…');
        let shift = '…'.len_utf8();
        ranges = ranges
            .into_iter()
            .map(|r| r.start + shift..r.end + shift)
            .collect();
    }
    if end < length {
        snippet.push('…');
    }
    (snippet, ranges)
}
