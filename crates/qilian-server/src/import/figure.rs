//! Owns how numbers are read as offices write them: `约120人`, `1,234.5`, `3.2亿`, `10000（万元）`, `45万美元`.
//!
//! Elsewhere: which warning a row gets for it (`enterprise`).

use rust_decimal::Decimal;

use super::text::plain;

/// Words before a number that make it approximate.
const ABOUT_BEFORE: [&str; 16] = [
    "大约", "约", "将近", "近", "超过", "超", "不足", "不到", "逾", "≈", "~", ">", "<", "≥", "≤",
    "±",
];
/// Words after a number, or after its unit, that make it approximate.
const ABOUT_AFTER: [&str; 9] = ["左右", "上下", "以上", "以下", "余", "多", "许", "+", "±"];
/// Signs that join the two ends of a range.
const RANGE: [char; 6] = ['-', '~', '—', '–', '至', '到'];

/// A number as written, and what stands around it.
#[derive(Debug, PartialEq)]
struct Written<'t> {
    /// What stands before the number, less the words that make it approximate.
    before: &'t str,
    /// The number; of a range its lower end.
    number: Decimal,
    approximate: bool,
    /// The unit: what stands after, less brackets and the words that make it approximate.
    unit: String,
}

/// A number of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Headcount {
    /// How many; of a range (`30-50人`) its lower end.
    pub count: u32,
    /// Whether the office wrote it as about that many.
    pub approximate: bool,
}

/// An amount of money in 万元.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// 万元.
    pub wan_yuan: Decimal,
    /// Whether the office wrote it as about that much.
    pub approximate: bool,
}

/// An amount of money as registered, in whatever currency.
#[derive(Debug, PartialEq)]
pub(super) enum Money {
    /// 人民币.
    Yuan(Amount),
    /// Another currency, which is never converted.
    Foreign,
}

/// How many yuan one unit of a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit(Decimal);

impl Unit {
    /// 万元: the unit of a column that names none.
    pub(super) const WAN_YUAN: Self = Self(Decimal::from_parts(10_000, 0, 0, false, 0));

    /// The unit that a column's title names, such as `营业收入（亿元）`.
    pub(super) fn in_title(title: &str) -> Option<Self> {
        [
            ("百万元", 1_000_000),
            ("千万元", 10_000_000),
            ("亿元", 100_000_000),
            ("万元", 10_000),
            ("千元", 1_000),
            ("元)", 1),
            ("(元", 1),
        ]
        .into_iter()
        .find_map(|(word, yuan)| title.contains(word).then(|| Self(Decimal::from(yuan))))
    }
}

/// Reads a number of people; `None` if the text is none.
pub(super) fn headcount(text: &str) -> Option<Headcount> {
    let text = plain(text);
    let written = written(&text)?;
    if !written.before.is_empty() {
        return None;
    }
    let (scale, counted) = scale(&written.unit);
    if !matches!(
        counted,
        "" | "人" | "名" | "位" | "个" | "人数" | "名员工" | "个人"
    ) {
        return None;
    }
    let count = written
        .number
        .checked_mul(scale.unwrap_or(Decimal::ONE))?
        .normalize();
    if !count.is_integer() {
        return None;
    }
    Some(Headcount {
        count: count.try_into().ok()?,
        approximate: written.approximate,
    })
}

/// Reads an amount of money; one that names no unit is in `unit`. `None` if the text is none.
pub(super) fn money(text: &str, unit: Unit) -> Option<Money> {
    let text = plain(text);
    let written = written(&text)?;
    let (scale, named) = scale(&written.unit);
    let yuan_named = is_yuan(written.before) && !written.before.is_empty();
    if is_foreign(written.before) || is_foreign(named) {
        return Some(Money::Foreign);
    }
    if !is_yuan(written.before) || !is_yuan(named) {
        return None;
    }
    let yuan = match scale {
        Some(scale) => scale,
        None if named.contains('元') || (yuan_named && !named.is_empty()) => Decimal::ONE,
        None => unit.0,
    };
    let wan_yuan = written
        .number
        .checked_mul(yuan)?
        .checked_div(Unit::WAN_YUAN.0)?
        .normalize();
    Some(Money::Yuan(Amount {
        wan_yuan,
        approximate: written.approximate,
    }))
}

fn written(text: &str) -> Option<Written<'_>> {
    // Most cells are bare numbers, and a sheet has tens of thousands.
    if text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.')
    {
        let number = text.parse().ok()?;
        return Some(Written {
            before: "",
            number,
            approximate: false,
            unit: String::new(),
        });
    }
    let start = text.find(|symbol: char| symbol.is_ascii_digit())?;
    // A minus or a decimal point belongs to the number.
    let (before, negative) = match text[..start].strip_suffix(['-', '−']) {
        Some(before) => (before, true),
        None => (&text[..start], false),
    };
    let (number, mut rest) = leading_number(&text[start..])?;
    let number = if negative { -number } else { number };

    let mut approximate = false;
    let mut before = before;
    while let Some(shorter) = ABOUT_BEFORE
        .iter()
        .find_map(|word| before.strip_prefix(word))
    {
        before = shorter;
        approximate = true;
    }
    // `30-50人` and `30人-50人`: the lower end stands for the range.
    if let Some((unit, upper)) = rest.split_once(RANGE)
        && let Some((_, after)) = leading_number(upper)
        && (unit.is_empty() || after.starts_with(unit))
    {
        rest = after;
        approximate = true;
    }
    let mut unit: String = rest
        .chars()
        .filter(|symbol| !matches!(symbol, '(' | ')' | '[' | ']'))
        .collect();
    for word in ABOUT_AFTER {
        if let Some(at) = unit.find(word) {
            unit.replace_range(at..at + word.len(), "");
            approximate = true;
        }
    }
    Some(Written {
        before,
        number,
        approximate,
        unit,
    })
}

/// The number that a text starts with, its thousands separators taken out, and the rest.
fn leading_number(text: &str) -> Option<(Decimal, &str)> {
    if !text.starts_with(|symbol: char| symbol.is_ascii_digit()) {
        return None;
    }
    let end = text
        .find(|symbol: char| !(symbol.is_ascii_digit() || matches!(symbol, '.' | ',' | '\'')))
        .unwrap_or(text.len());
    let digits = &text[..end];
    let number = if digits.contains([',', '\'']) {
        grouped(digits)?.parse().ok()?
    } else {
        digits.parse().ok()?
    };
    Some((number, &text[end..]))
}

/// Takes thousands separators out; `None` if they do not stand where thousands (or 万) part.
fn grouped(digits: &str) -> Option<String> {
    let whole = digits.split_once('.').map_or(digits, |(whole, _)| whole);
    let mut groups = whole.split([',', '\'']);
    let first = groups.next()?;
    let regular =
        (1..=4).contains(&first.len()) && groups.all(|group| matches!(group.len(), 3 | 4));
    regular.then(|| digits.replace([',', '\''], ""))
}

/// Splits `万元人民币` into the factor that its scale words make and the rest.
fn scale(unit: &str) -> (Option<Decimal>, &str) {
    let mut factor = None;
    let mut rest = unit;
    while let Some(first) = rest.chars().next() {
        let by = match first {
            '十' => 10,
            '百' => 100,
            '千' => 1_000,
            '万' | '萬' => 10_000,
            '亿' | '億' => 100_000_000,
            _ => break,
        };
        factor = Some(factor.unwrap_or(Decimal::ONE) * Decimal::from(by));
        rest = &rest[first.len_utf8()..];
    }
    (factor, rest)
}

fn is_yuan(words: &str) -> bool {
    matches!(
        words.to_ascii_uppercase().as_str(),
        "" | "元"
            | "圆"
            | "人民币"
            | "元人民币"
            | "人民币元"
            | "RMB"
            | "元RMB"
            | "CNY"
            | "¥"
            | "￥"
            | "元整"
    )
}

fn is_foreign(words: &str) -> bool {
    const FOREIGN: [&str; 24] = [
        "美元",
        "美金",
        "港币",
        "港元",
        "港纸",
        "欧元",
        "日元",
        "日圆",
        "英镑",
        "台币",
        "新台币",
        "澳元",
        "澳门元",
        "加元",
        "新加坡元",
        "韩元",
        "马克",
        "法郎",
        "USD",
        "HKD",
        "EUR",
        "JPY",
        "HK$",
        "US$",
    ];
    let words = words.to_ascii_uppercase();
    let words = words.trim_start_matches('元');
    FOREIGN.contains(&words) || words == "$"
}

/// Shows a sheet's number as the sheet shows it: with fifteen significant digits.
pub(super) fn shown(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        return format!("{number:.0}");
    }
    // The shortest text that reads back to the number; where fifteen digits do, rounding changes nothing.
    let shortest = number.to_string();
    let digits = shortest.bytes().filter(u8::is_ascii_digit).count();
    if digits <= 15 {
        return shortest;
    }
    // Binary residue (1291.6999999999998) lies beyond the fifteenth digit.
    match format!("{number:.14e}").parse::<f64>() {
        Ok(rounded) => rounded.to_string(),
        Err(_) => shortest,
    }
}

#[cfg(test)]
mod tests;
