//! Owns how a cell's text is cleaned before anything is made of it: width, spaces, words for nothing.
//!
//! Elsewhere: the normal form of a code (`qilian_domain::uscc`), which is stricter.

use std::borrow::Cow;

/// What offices write where they have nothing to write.
const NOTHING: [&str; 24] = [
    "—",
    "——",
    "-",
    "--",
    "---",
    "–",
    "―",
    "/",
    "//",
    "\\",
    "*",
    "?",
    "无",
    "暂无",
    "空",
    "未知",
    "不详",
    "未填",
    "未提供",
    "n/a",
    "na",
    "#n/a",
    "null",
    "none",
];

/// Cuts spaces of every kind, also those nobody sees, off both ends.
pub(super) fn tidy(text: &str) -> &str {
    text.trim_matches(is_blank)
}

/// The text, or `None` where an office wrote that there is nothing (`—`, `无`, `N/A`, spaces).
pub(super) fn stated(text: &str) -> Option<&str> {
    let text = tidy(text);
    if text.is_empty() {
        return None;
    }
    // The longest word for nothing has eleven bytes: most cells are done after one comparison.
    if text.len() <= 12 && NOTHING.contains(&text.to_ascii_lowercase().as_str()) {
        return None;
    }
    Some(text)
}

/// Half-width and without any space: the form in which titles, numbers and dates are compared.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.chars()
            .filter(|&symbol| !is_blank(symbol))
            .map(half_width)
            .collect(),
    )
}

/// Puts a name on one line: line breaks and tabs inside it go, a space between words stays.
pub(super) fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(|symbol: char| symbol.is_control()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|symbol| !symbol.is_control()).collect())
}

/// Full-width forms stand 0xFEE0 above the ASCII that they copy.
pub(super) fn half_width(symbol: char) -> char {
    match symbol {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(symbol) - 0xFEE0).unwrap_or(symbol),
        _ => symbol,
    }
}

fn is_blank(symbol: char) -> bool {
    symbol.is_whitespace()
        || symbol.is_control()
        || matches!(
            symbol,
            '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{00AD}'
        )
}
