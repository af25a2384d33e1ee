//! Owns how dates are read as sheets hold them: five ways of writing, Excel's serial numbers, and the
//! quarter in a title.
//!
//! Elsewhere: weeks and quarters as the programme counts them (`qilian_domain::week`).

use chrono::{Datelike, Days, NaiveDate};

use super::text::{half_width, plain};

/// Founding days outside are misreadings, not dates.
const YEARS: std::ops::RangeInclusive<i32> = 1800..=2100;
/// A serial number is a date from 1905-10-01 on; below it stand years typed as numbers (`1993`).
const FIRST_SERIAL: f64 = 2_101.0;
/// 2100-12-31 as a serial number.
const LAST_SERIAL: f64 = 73_415.0;
/// Days by which the epoch of old Mac workbooks (1904) is later.
const DAYS_1904: f64 = 1_462.0;

/// Reads `1993年6月17日`, `1995/1/17`, `1989-01-19`, `1999.08.17`, `19930617`, a time behind it, or a
/// serial number kept as text; `None` for anything that does not name one day.
pub(super) fn date(text: &str) -> Option<NaiveDate> {
    let text: String = text.chars().map(half_width).collect();
    let text = without_time(text.trim());
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits == text.len() {
        return match digits {
            8 => day(
                text[..4].parse().ok()?,
                text[4..6].parse().ok()?,
                text[6..].parse().ok()?,
            ),
            5 => serial(text.parse().ok()?, false),
            _ => None,
        };
    }
    let mut numbers = [0_u32; 3];
    let mut found = 0;
    for part in text
        .split(|symbol: char| !symbol.is_ascii_digit())
        .filter(|part| !part.is_empty())
    {
        if found == 0 && part.len() != 4 || found > 0 && part.len() > 2 {
            return None;
        }
        *numbers.get_mut(found)? = part.parse().ok()?;
        found += 1;
    }
    let only_separators = text.chars().all(|symbol| {
        symbol.is_ascii_digit()
            || symbol.is_whitespace()
            || matches!(
                symbol,
                '-' | '/' | '.' | '年' | '月' | '日' | '号' | '—' | '–' | '。' | '、'
            )
    });
    if found != 3 || !only_separators {
        return None;
    }
    day(i32::try_from(numbers[0]).ok()?, numbers[1], numbers[2])
}

/// Reads a number in a date column: a serial number, or `19930617`.
pub(super) fn date_of_number(number: f64, epoch_1904: bool) -> Option<NaiveDate> {
    if (18_000_101.0..=21_001_231.0).contains(&number) {
        return date(&format!("{number:.0}"));
    }
    serial(number, epoch_1904)
}

/// The first day of the quarter that a title names: `2026年第四季度`, `2026年四季度`, `2026年Q4`,
/// `二〇二六年第4季度`, `2026年10-12月`.
pub(super) fn quarter(title: &str) -> Option<NaiveDate> {
    let title = plain(title);
    let (year, after) = year(&title)?;
    let number = named_quarter(after).or_else(|| month_span(after))?;
    NaiveDate::from_ymd_opt(year, number * 3 - 2, 1)
}

/// The first year that a text names, and what follows it.
pub(super) fn year(text: &str) -> Option<(i32, &str)> {
    for (at, _) in text.char_indices() {
        let mut year = 0_i32;
        let mut end = at;
        let mut length = 0;
        for symbol in text[at..].chars().take(4) {
            let Some(digit) = digit(symbol) else { break };
            year = year * 10 + digit;
            end += symbol.len_utf8();
            length += 1;
        }
        let after = &text[end..];
        let marked = after.starts_with(['年', 'Q', 'q', '-', '.', '第']);
        if length == 4 && marked && (1949..=2100).contains(&year) {
            return Some((year, after));
        }
    }
    None
}

fn named_quarter(text: &str) -> Option<u32> {
    let named = text.char_indices().find_map(|(at, symbol)| match symbol {
        '季' => text[..at].chars().next_back(),
        'Q' | 'q' => text[at + 1..].chars().next(),
        _ => None,
    })?;
    digit(named)
        .filter(|number| (1..=4).contains(number))
        .and_then(|number| number.try_into().ok())
}

/// `10-12月`, `10月至12月`: only if the months are those of one quarter.
fn month_span(text: &str) -> Option<u32> {
    let (from, to) = text.split_once(['-', '—', '–', '~', '至', '到'])?;
    let from = from.trim_end_matches('月');
    let digits = from.bytes().rev().take_while(u8::is_ascii_digit).count();
    let first: u32 = from[from.len() - digits..].parse().ok()?;
    let last: u32 = to.split_once('月')?.0.parse().ok()?;
    (first % 3 == 1 && last == first + 2 && last <= 12).then_some(last / 3)
}

fn digit(symbol: char) -> Option<i32> {
    if let Some(digit) = symbol.to_digit(10) {
        return i32::try_from(digit).ok();
    }
    match symbol {
        '〇' | '零' | '○' => Some(0),
        _ => "一二三四五六七八九"
            .chars()
            .zip(1..)
            .find_map(|(name, n)| (name == symbol).then_some(n)),
    }
}

fn without_time(text: &str) -> &str {
    match text.split_once([' ', 'T', '\u{3000}']) {
        Some((day, time)) if time.contains(':') => day.trim_end(),
        _ => text,
    }
}

fn serial(number: f64, epoch_1904: bool) -> Option<NaiveDate> {
    let days = number.floor() + if epoch_1904 { DAYS_1904 } else { 0.0 };
    if !(FIRST_SERIAL..=LAST_SERIAL).contains(&days) {
        return None;
    }
    // Counted from 1899-12-30 because Excel believes in a 29th of February 1900.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the range above"
    )]
    let days = Days::new(days as u64);
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(days)
}

fn day(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day).filter(|date| YEARS.contains(&date.year()))
}

#[cfg(test)]
mod tests;
