//! Owns how a written code is read: what is put right by itself, what is only offered, what is refused.
//!
//! Elsewhere: the arithmetic (`digits`).

use super::{Uscc, UsccFault, digits};

const LENGTH: usize = 18;
/// Places of the six digits of the region, 0-based.
const REGION: std::ops::Range<usize> = 2..8;

/// All there is to say about a code as somebody wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The text in half-width upper case without spaces and surrounding quotes, valid or not.
    pub normalised: String,
    /// The code, or why it is none.
    pub result: Result<Uscc, UsccFault>,
    /// Whether spaces, quotes, case or width had to be put right (`code_repaired`).
    pub repaired: bool,
    /// Valid codes that may have been meant: the letters O and I read as 0 and 1. To be asked about,
    /// never to be taken by itself.
    pub suggestions: Vec<Uscc>,
}

impl Checked {
    /// The valid code whose inner GB 11714 digit does not fit (`code_inner_check`): accepted, with a
    /// warning.
    pub fn inner_check_failed(&self) -> bool {
        self.result
            .as_ref()
            .is_ok_and(|uscc| !uscc.inner_check_ok())
    }
}

pub(super) fn check(text: &str) -> Checked {
    let normalised = normalise(text);
    let repaired = normalised != text;
    let result = validate(normalised.clone());
    let suggestions = if result.is_ok() {
        Vec::new()
    } else {
        suggestions(&normalised)
    };
    Checked {
        normalised,
        result,
        repaired,
        suggestions,
    }
}

/// Judges a text in normal form.
pub(super) fn validate(normalised: String) -> Result<Uscc, UsccFault> {
    if normalised.is_empty() {
        return Err(UsccFault::Missing);
    }
    if normalised.chars().count() != LENGTH {
        return Err(UsccFault::Length);
    }
    let of_standard = normalised.chars().enumerate().all(|(place, symbol)| {
        digits::value(symbol).is_some() && (!REGION.contains(&place) || symbol.is_ascii_digit())
    });
    if !of_standard {
        return Err(UsccFault::Symbol);
    }
    if digits::check_digit(&normalised) != normalised.chars().last() {
        return Err(UsccFault::CheckDigit);
    }
    Ok(Uscc(normalised))
}

fn normalise(text: &str) -> String {
    let narrow: String = text
        .chars()
        .map(half_width)
        .filter(|&symbol| !is_blank(symbol))
        .collect();
    narrow.trim_matches(is_quote).to_ascii_uppercase()
}

/// Full-width forms stand 0xFEE0 above the ASCII they copy.
fn half_width(symbol: char) -> char {
    match symbol {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(symbol) - 0xFEE0).unwrap_or(symbol),
        _ => symbol,
    }
}

/// Spaces of every kind, also those that nobody sees: sheets and web pages bring them along.
fn is_blank(symbol: char) -> bool {
    symbol.is_whitespace()
        || symbol.is_control()
        || matches!(symbol, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}' | '\u{00AD}')
}

/// Quotes that sheets leave around a number kept as text.
fn is_quote(symbol: char) -> bool {
    matches!(symbol, '\'' | '"' | '`' | '‘' | '’' | '“' | '”')
}

fn suggestions(normalised: &str) -> Vec<Uscc> {
    let read_as_digits: String = normalised
        .chars()
        .map(|symbol| match symbol {
            'O' => '0',
            'I' => '1',
            other => other,
        })
        .collect();
    validate(read_as_digits).into_iter().collect()
}
