//! Owns how text becomes tokens: folded, then cut into overlapping pairs of characters.
//!
//! A query of two characters or more is the phrase of its pairs, which matches exactly where the folded
//! text contains the folded query: nothing depends on how words are cut.

/// Where characters go that the tokeniser would take for separators.
const PRIVATE: u32 = 0xE000;
/// Stands before the first character of a text, so that "begins with" is a phrase like any other.
const START: char = '\u{E0FF}';

/// One character for one, so that places in folded text are places in the text itself: width and case.
pub(super) fn fold(c: char) -> char {
    // Nearly all characters of a name or an address are here, and have neither case nor width.
    if ('\u{3001}'..='\u{9FFF}').contains(&c) {
        return c;
    }
    let narrow = match c {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    let mut lower = narrow.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => narrow,
    }
}

pub(super) fn folded(text: &str) -> Vec<char> {
    text.chars().map(fold).collect()
}

/// The pairs of a text, each a token.
pub(super) fn pairs(text: &[char]) -> String {
    join(text.windows(2).map(|pair| [pair[0], pair[1]]))
}

/// The pairs of a text, with the one that marks its beginning.
pub(super) fn pairs_from_start(text: &[char]) -> String {
    let first = text.first().map(|first| [START, *first]);
    join(
        first
            .into_iter()
            .chain(text.windows(2).map(|pair| [pair[0], pair[1]])),
    )
}

/// The characters of some texts, each once, each a token.
pub(super) fn singles(texts: &[&[char]]) -> String {
    let mut characters: Vec<char> = texts.iter().flat_map(|text| text.iter().copied()).collect();
    characters.sort_unstable();
    characters.dedup();
    join(characters.into_iter().map(|c| [c]))
}

fn join<const N: usize>(tokens: impl Iterator<Item = [char; N]>) -> String {
    let mut text = String::new();
    for token in tokens {
        if !text.is_empty() {
            text.push(' ');
        }
        text.extend(token.map(safe));
    }
    text
}

/// The tokeniser splits at ASCII that is neither letter nor digit, and at nothing else.
fn safe(c: char) -> char {
    if c.is_ascii() && !c.is_ascii_alphanumeric() {
        char::from_u32(PRIVATE + c as u32).unwrap_or(START)
    } else {
        c
    }
}
