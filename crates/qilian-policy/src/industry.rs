//! Owns industry codes of GB/T 4754-2017 as the tables write them. Their names are deliberately elsewhere.

/// A GB/T 4754-2017 code as the tables write it: `C3911`, from ` c3911`, `Ｃ３９１１` or `3911`.
///
/// `None` when it is no code of the standard's shape (section A–T, division of that section).
#[must_use]
pub fn industry_code(text: &str) -> Option<String> {
    const LAST_DIVISION: [(char, u32); 20] = [
        ('A', 5),
        ('B', 12),
        ('C', 43),
        ('D', 46),
        ('E', 50),
        ('F', 52),
        ('G', 60),
        ('H', 62),
        ('I', 65),
        ('J', 69),
        ('K', 70),
        ('L', 72),
        ('M', 75),
        ('N', 79),
        ('O', 82),
        ('P', 83),
        ('Q', 85),
        ('R', 90),
        ('S', 96),
        ('T', 97),
    ];
    let half_width = text.trim().chars().map(|c| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    });
    let code: String = half_width.flat_map(char::to_uppercase).collect();
    let (letter, digits) = match code.chars().next()? {
        letter if letter.is_ascii_alphabetic() => (Some(letter), code.get(1..)?),
        _ => (None, code.as_str()),
    };
    if digits.len() > 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let section_of = |division: u32| {
        let found = LAST_DIVISION
            .iter()
            .find(|(_, last)| division >= 1 && division <= *last);
        found.map(|(letter, _)| *letter)
    };
    let by_digits = match digits.get(..2) {
        Some(division) => Some(section_of(division.parse().ok()?)?),
        None => None,
    };
    match (letter, by_digits) {
        (Some(letter), Some(section)) if letter != section => None,
        (Some(letter), _) if LAST_DIVISION.iter().any(|(section, _)| *section == letter) => {
            Some(format!("{letter}{digits}"))
        }
        (None, Some(section)) => Some(format!("{section}{digits}")),
        _ => None,
    }
}
