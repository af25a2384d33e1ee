//! Owns pinyin: how a name is spelled, its initials, and where typed letters match it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use pinyin::{ToPinyin, ToPinyinMulti};

/// Typed letters can be cut into syllables in several ways (`xian`, `xi'an`); more are not tried.
const MOST_CUTS: usize = 8;
/// Rare readings of a character are many and nobody types them.
const MOST_READINGS: usize = 3;

/// Every syllable that has a character.
static SYLLABLES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    ('\u{4E00}'..='\u{9FFF}')
        .filter_map(|c| c.to_pinyin())
        .filter_map(|reading| letters(reading.plain()))
        .collect()
});

/// A syllable in the letters of a keyboard.
fn letters(plain: &str) -> Option<String> {
    let typed = plain.replace('ü', "v");
    typed
        .chars()
        .all(|c| c.is_ascii_lowercase())
        .then_some(typed)
}

/// The readings of a character, the usual one first; none if it has no pinyin.
fn readings(c: char) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for reading in c.to_pinyin_multi().into_iter().flatten() {
        if let Some(typed) = letters(reading.plain())
            && !found.contains(&typed)
        {
            found.push(typed);
        }
    }
    found.truncate(MOST_READINGS);
    found
}

/// How a name is spelled: places in the name, each with its readings.
pub(super) struct Spelling(Vec<(usize, Vec<String>)>);

impl Spelling {
    /// Spells a folded name. Characters without pinyin are left out.
    pub(super) fn of(name: &[char]) -> Self {
        Self(
            name.iter()
                .enumerate()
                .map(|(n, c)| (n, readings(*c)))
                .filter(|(_, readings)| !readings.is_empty())
                .collect(),
        )
    }

    /// The syllables as tokens: in the usual readings, then in each other way to read one more place.
    pub(super) fn tokens(&self) -> String {
        let most = self.0.iter().map(|(_, readings)| readings.len()).max();
        let lines = (0..most.unwrap_or(0)).map(|n| {
            let line = self.0.iter().filter_map(|(_, r)| r.get(n).or(r.first()));
            line.map(String::as_str).collect::<Vec<_>>().join(" ")
        });
        // A token that no one can type keeps phrases from running over the end of a line.
        lines.collect::<Vec<_>>().join(" 0 ")
    }

    /// Where typed letters match: whole syllables, of which the last may be unfinished.
    pub(super) fn find(&self, typed: &str) -> Option<(usize, usize)> {
        (0..self.0.len()).find_map(|first| {
            let last = self.spelled(first, typed)?;
            Some((self.0.get(first)?.0, self.0.get(last)?.0 + 1))
        })
    }

    fn spelled(&self, place: usize, typed: &str) -> Option<usize> {
        let (_, readings) = self.0.get(place)?;
        readings.iter().find_map(|reading| {
            if reading.starts_with(typed) {
                return Some(place);
            }
            self.spelled(place + 1, typed.strip_prefix(reading.as_str())?)
        })
    }
}

/// The initials of a folded name: one letter or digit a character, with its place.
pub(super) struct Initials(Vec<(usize, Vec<char>)>);

impl Initials {
    /// Takes the first letters of the readings, and letters and digits as they are.
    pub(super) fn of(name: &[char]) -> Self {
        let letters = |c: char| -> Vec<char> {
            if c.is_ascii_alphanumeric() {
                return vec![c];
            }
            let mut found: Vec<char> = Vec::new();
            for first in readings(c).iter().filter_map(|r| r.chars().next()) {
                if !found.contains(&first) {
                    found.push(first);
                }
            }
            found
        };
        Self(
            name.iter()
                .enumerate()
                .map(|(n, c)| (n, letters(*c)))
                .filter(|(_, letters)| !letters.is_empty())
                .collect(),
        )
    }

    /// The text that is cut into tokens: in the usual readings, then in the others.
    pub(super) fn text(&self) -> Vec<char> {
        let most = self.0.iter().map(|(_, letters)| letters.len()).max();
        let lines = (0..most.unwrap_or(0)).map(|n| {
            let line = self.0.iter().filter_map(|(_, l)| l.get(n).or(l.first()));
            line.copied().collect::<Vec<_>>()
        });
        lines.collect::<Vec<_>>().join(&'\n')
    }

    /// Where typed letters match.
    pub(super) fn find(&self, typed: &[char]) -> Option<(usize, usize)> {
        let run = self.0.windows(typed.len()).find(|run| {
            (run.iter().zip(typed)).all(|((_, letters), typed)| letters.contains(typed))
        })?;
        Some((run.first()?.0, run.last()?.0 + 1))
    }
}

/// The ways to read typed letters as syllables, as an FTS5 expression; `None` if there is none.
pub(super) fn expression(typed: &str) -> Option<String> {
    let mut cuts = Vec::new();
    cut(typed, &mut Vec::new(), &mut cuts);
    let phrases: Vec<_> = cuts.iter().map(|cut| format!("\"{cut}\" *")).collect();
    (!phrases.is_empty()).then(|| phrases.join(" OR "))
}

fn cut(rest: &str, before: &mut Vec<String>, cuts: &mut Vec<String>) {
    if cuts.len() == MOST_CUTS {
        return;
    }
    let begins = |syllable: &String| syllable.starts_with(rest);
    if SYLLABLES
        .range(rest.to_owned()..)
        .next()
        .is_some_and(begins)
    {
        cuts.push(
            before
                .iter()
                .map(String::as_str)
                .chain([rest])
                .collect::<Vec<_>>()
                .join(" "),
        );
    }
    for end in 1..rest.len() {
        if let Some((syllable, rest)) = rest.split_at_checked(end)
            && SYLLABLES.contains(syllable)
        {
            before.push(syllable.to_owned());
            cut(rest, before, cuts);
            before.pop();
        }
    }
}
