//! Owns pinyin: how a name is spelled, its initials, and where typed letters match it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use pinyin::{ToPinyin, ToPinyinMulti};

/// Typed letters can be cut into syllables in several ways (`xian`, `xi'an`); more are not tried.
const MOST_CUTS: usize = 8;
/// Rare readings of a character are many and nobody types them.
const MOST_READINGS: usize = 3;
/// Syllables on each side of an unusual reading that may be typed with it.
const AROUND: usize = 2;

/// Words of names in which a character is not read as it usually is.
const WORDS: &[(&str, &[&str])] = &[
    ("银行", &["yin", "hang"]),
    ("行业", &["hang", "ye"]),
    ("重庆", &["chong", "qing"]),
    ("长安", &["chang", "an"]),
    ("长城", &["chang", "cheng"]),
    ("长江", &["chang", "jiang"]),
    ("长沙", &["chang", "sha"]),
    ("长春", &["chang", "chun"]),
    ("厦门", &["xia", "men"]),
    ("大厦", &["da", "sha"]),
    ("音乐", &["yin", "yue"]),
    ("成都", &["cheng", "du"]),
    ("会计", &["kuai", "ji"]),
    ("番禺", &["pan", "yu"]),
];

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

/// The readings of each character of a name, the one that its word asks for first.
fn readings_in(name: &[char]) -> Vec<Vec<String>> {
    let mut all: Vec<_> = name.iter().map(|c| readings(*c)).collect();
    for (word, syllables) in WORDS {
        let word: Vec<char> = word.chars().collect();
        for (at, _) in name
            .windows(word.len())
            .enumerate()
            .filter(|(_, w)| *w == word)
        {
            for (readings, syllable) in all.iter_mut().skip(at).zip(*syllables) {
                readings.retain(|reading| reading != syllable);
                readings.insert(0, (*syllable).to_owned());
            }
        }
    }
    all
}

/// How a name is spelled: places in the name, each with its readings.
pub(super) struct Spelling(Vec<(usize, Vec<String>)>);

impl Spelling {
    /// Spells a folded name. Characters without pinyin are left out.
    pub(super) fn of(name: &[char]) -> Self {
        Self(
            readings_in(name)
                .into_iter()
                .enumerate()
                .filter(|(_, readings)| !readings.is_empty())
                .collect(),
        )
    }

    /// The syllables as tokens.
    pub(super) fn tokens(&self) -> String {
        let lines = lines(&self.0, |reading| reading.as_str());
        let lines: Vec<_> = lines.iter().map(|line| line.join(" ")).collect();
        // A token that is no syllable keeps phrases from running over the end of a line.
        lines.join(" 0 ")
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
        let letters = |(c, readings): (&char, Vec<String>)| -> Vec<char> {
            if c.is_ascii_alphanumeric() {
                return vec![*c];
            }
            let mut found: Vec<char> = Vec::new();
            for first in readings.iter().filter_map(|reading| reading.chars().next()) {
                if !found.contains(&first) {
                    found.push(first);
                }
            }
            found
        };
        Self(
            (name.iter().zip(readings_in(name)))
                .map(letters)
                .enumerate()
                .filter(|(_, letters)| !letters.is_empty())
                .collect(),
        )
    }

    /// The text that is cut into tokens.
    pub(super) fn text(&self) -> Vec<char> {
        lines(&self.0, |letter| *letter).join(&'\n')
    }

    /// Where typed letters match.
    pub(super) fn find(&self, typed: &[char]) -> Option<(usize, usize)> {
        let run = self.0.windows(typed.len()).find(|run| {
            (run.iter().zip(typed)).all(|((_, letters), typed)| letters.contains(typed))
        })?;
        Some((run.first()?.0, run.last()?.0 + 1))
    }
}

/// The usual readings in one line; then, for each other reading of one place, the places around it.
fn lines<'a, T, U: Copy>(
    places: &'a [(usize, Vec<T>)],
    show: impl Fn(&'a T) -> U + Copy,
) -> Vec<Vec<U>> {
    let usual = |(_, readings): &'a (usize, Vec<T>)| readings.first().map(show);
    let mut lines = vec![places.iter().filter_map(usual).collect::<Vec<_>>()];
    for (place, (_, readings)) in places.iter().enumerate() {
        let before = places[place.saturating_sub(AROUND)..place].iter();
        let after = places[place + 1..].iter().take(AROUND);
        for other in readings.iter().skip(1) {
            let line = (before.clone().filter_map(usual))
                .chain([show(other)])
                .chain(after.clone().filter_map(usual));
            lines.push(line.collect());
        }
    }
    lines
}

/// The ways to read typed letters as syllables, as an FTS5 expression; `None` if there is none.
pub(super) fn expression(typed: &str) -> Option<String> {
    let mut cuts = Vec::new();
    cut(typed, &mut Vec::new(), &mut cuts);
    (!cuts.is_empty()).then(|| cuts.join(" OR "))
}

fn cut<'a>(rest: &'a str, before: &mut Vec<&'a str>, cuts: &mut Vec<String>) {
    if cuts.len() == MOST_CUTS {
        return;
    }
    let mut begun = SYLLABLES
        .range(rest.to_owned()..)
        .take_while(|s| s.starts_with(rest));
    if let Some(first) = begun.next() {
        let tokens = before
            .iter()
            .copied()
            .chain([rest])
            .collect::<Vec<_>>()
            .join(" ");
        // Looking for what a syllable may become costs more than looking for the syllable.
        let finished = first == rest && begun.next().is_none();
        cuts.push(format!("\"{tokens}\"{}", if finished { "" } else { " *" }));
    }
    for end in 1..rest.len() {
        if let Some((syllable, rest)) = rest.split_at_checked(end)
            && SYLLABLES.contains(syllable)
        {
            before.push(syllable);
            cut(rest, before, cuts);
            before.pop();
        }
    }
}
