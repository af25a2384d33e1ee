//! Owns reading the code of an industry (GB/T 4754-2017) off a cell.
//!
//! Elsewhere: the classification itself, which nothing here needs.

use super::text::plain;

/// The GB/T 4754 code at the start of an industry cell, with its section letter. A name without a
/// code is no code, and is not guessed at.
pub(super) fn industry(text: &str) -> Option<String> {
    let text = plain(text).to_ascii_uppercase();
    let (section, rest) = match text.chars().next()? {
        letter @ 'A'..='T' => (Some(letter), &text[1..]),
        _ => (None, text.as_ref()),
    };
    let end = rest.bytes().take_while(u8::is_ascii_digit).count();
    let digits = &rest[..end];
    match section {
        Some(letter) if end == 0 => rest.is_empty().then(|| letter.to_string()),
        Some(letter) if (2..=4).contains(&end) => Some(format!("{letter}{digits}")),
        // Three digits may be a group, or a class of agriculture whose zero Excel ate.
        None if end == 2 || end == 4 => Some(format!("{}{digits}", section_of(digits)?)),
        _ => None,
    }
}

/// The section (门类) that a division (大类, the first two digits) belongs to.
fn section_of(digits: &str) -> Option<char> {
    const LAST_DIVISIONS: [(u32, char); 20] = [
        (5, 'A'),
        (12, 'B'),
        (43, 'C'),
        (46, 'D'),
        (50, 'E'),
        (52, 'F'),
        (60, 'G'),
        (62, 'H'),
        (65, 'I'),
        (69, 'J'),
        (70, 'K'),
        (72, 'L'),
        (75, 'M'),
        (79, 'N'),
        (82, 'O'),
        (83, 'P'),
        (85, 'Q'),
        (90, 'R'),
        (96, 'S'),
        (97, 'T'),
    ];
    let division: u32 = digits[..2].parse().ok()?;
    if division == 0 {
        return None;
    }
    LAST_DIVISIONS
        .iter()
        .find_map(|(last, section)| (division <= *last).then_some(*section))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_industry_is_a_code_with_its_section() {
        for (text, expected) in [
            ("C3911", Some("C3911")),
            ("c39 计算机、通信和其他电子设备制造业", Some("C39")),
            ("3911", Some("C3911")),
            ("6510", Some("I6510")),
            ("C", Some("C")),
            ("制造业", None),
            ("111", None),
            ("0111", Some("A0111")),
            ("0011", None),
        ] {
            assert_eq!(industry(text).as_deref(), expected, "{text}");
        }
    }
}
