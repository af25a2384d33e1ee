//! Owns search over enterprises, as one types: name, code, pinyin and its initials, people, address,
//! business. The index lives in the encrypted file and changes in the transaction that changes rows.
//!
//! Every text of two characters or more that stands in one of these fields is found, wherever words
//! begin or end. One character alone is looked for in names, people and addresses. Several words
//! must all be found. Elsewhere: how tokens are cut (`fold`), pinyin (`spell`), what is shown (`hit`).

mod fold;
mod hit;
pub(crate) mod index;
mod spell;

use std::collections::HashSet;

use self::fold::{pairs, pairs_from_start, singles};
pub use self::hit::{Hit, SearchField};
use self::hit::{Ranked, Word};
use crate::contents::Contents;
use crate::error::StoreError;

const NAME: &str = "SELECT e.* FROM search_name
     CROSS JOIN search_entry e ON e.n = search_name.rowid WHERE search_name MATCH ?1";
const TEXT: &str = "SELECT e.* FROM search_text
     CROSS JOIN search_entry e ON e.n = search_text.rowid WHERE search_text MATCH ?1";
const PINYIN: &str = "SELECT e.* FROM search_pinyin
     CROSS JOIN search_entry e ON e.n = search_pinyin.rowid WHERE search_pinyin MATCH ?1";

impl Contents {
    /// The best `limit` enterprises for what was typed: by field, then by how early the word stands,
    /// then by how short the name is. Of a word that more than `limit` names contain, those that begin
    /// with it come first, and which of the others come is left open.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn search(&self, typed: &str, limit: u32) -> Result<Vec<Hit>, StoreError> {
        self.at_once(|contents| {
            let words = Word::all(typed);
            // The longest word is the rarest, as a rule: the others are looked for in what it finds.
            let Some(word) = words.iter().max_by_key(|word| word.characters.len()) else {
                return Ok(Vec::new());
            };
            let mut search = Search {
                contents,
                words: &words,
                limit: usize::try_from(limit).unwrap_or(usize::MAX),
                seen: HashSet::new(),
                found: Vec::new(),
            };
            search.run(word)?;
            let mut found = search.found;
            found.sort_by(|a, b| a.key().cmp(&b.key()));
            found.truncate(search.limit);
            Ok(found.into_iter().map(|ranked| ranked.hit).collect())
        })
    }
}

struct Search<'a> {
    contents: &'a Contents,
    words: &'a [Word],
    limit: usize,
    seen: HashSet<String>,
    found: Vec<Ranked>,
}

impl Search<'_> {
    /// From the most telling fields to the least, until there are enough.
    fn run(&mut self, word: &Word) -> Result<(), StoreError> {
        let characters = &word.characters;
        if characters.len() == 1 {
            self.look(
                NAME,
                &format!("single : {}", phrase(&singles(&[characters]))),
            )?;
        } else {
            self.look(NAME, &phrase(&pairs(characters)))?;
            if self.enough() {
                self.seen.clear();
                self.found.clear();
                self.look(
                    NAME,
                    &format!("name : {}", phrase(&pairs_from_start(characters))),
                )?;
                self.look(NAME, &phrase(&pairs(characters)))?;
            }
        }
        if let Some(expression) = word.letters.as_deref().and_then(spell::expression) {
            self.look(PINYIN, &expression)?;
        }
        if characters.len() > 1 {
            self.look(TEXT, &phrase(&pairs(characters)))?;
        }
        Ok(())
    }

    fn enough(&self) -> bool {
        self.found.len() >= self.limit
    }

    /// Takes entries until there are enough.
    fn look(&mut self, sql: &str, expression: &str) -> Result<(), StoreError> {
        if self.enough() {
            return Ok(());
        }
        let mut statement = self.contents.connection.prepare_cached(sql)?;
        let mut rows = statement.query([expression])?;
        while let Some(row) = rows.next()? {
            let entry = index::read(row)?;
            if !self.seen.insert(entry.uscc.clone()) {
                continue;
            }
            if let Some(ranked) = hit::of(entry, self.words)? {
                self.found.push(ranked);
                if self.enough() {
                    break;
                }
            }
        }
        Ok(())
    }
}

/// Tokens as an FTS5 phrase. They hold neither quotes nor anything else that FTS5 reads.
fn phrase(tokens: &str) -> String {
    format!("\"{tokens}\"")
}
