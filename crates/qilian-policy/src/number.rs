//! Owns exact numbers: how their text is read and how they are written as JSON.
//!
//! Comparing them is in `interval`; arithmetic of amounts is in `expr`.

use rust_decimal::Decimal;

/// Reads a decimal from its own text, so that `0.10` is one tenth and not a float near it.
///
/// `None` when it is no number, or none that fits 28 digits exactly.
pub(crate) fn parse(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let radix = |digits: &str, radix| i64::from_str_radix(digits, radix).ok().map(Decimal::from);
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    if text.contains('_') {
        return None;
    }
    let number = match text.split_once(['e', 'E']) {
        None => exact(text)?,
        Some((mantissa, exponent)) => {
            let exponent: i32 = exponent.parse().ok()?;
            let mut number = exact(mantissa)?;
            let step = Decimal::TEN;
            for _ in 0..exponent.unsigned_abs().min(60) {
                let next = if exponent > 0 {
                    number.checked_mul(step)
                } else {
                    number.checked_div(step)
                };
                number = next?;
            }
            number
        }
    };
    Some(number.normalize())
}

fn exact(text: &str) -> Option<Decimal> {
    let body = text.strip_prefix(['+', '-']).unwrap_or(text);
    if body.is_empty() || !body.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    // The library reads neither `.5` nor `5.`; YAML and cadres write both.
    let (whole, part) = body.split_once('.').unwrap_or((body, ""));
    if part.contains('.') || (whole.is_empty() && part.is_empty()) {
        return None;
    }
    let part = part.trim_end_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let sign = if text.starts_with('-') { "-" } else { "" };
    let written = if part.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{part}")
    };
    Decimal::from_str_exact(&written).ok()
}

/// A JSON number without trailing zeros: `54`, not `54.00`, and never a string.
pub(crate) mod json {
    use rust_decimal::Decimal;
    use serde::{Serialize, Serializer, ser::Error};

    pub(crate) fn serialize<S: Serializer>(
        value: &Option<Decimal>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            None => serializer.serialize_none(),
            Some(value) => number(*value)
                .map_err(S::Error::custom)?
                .serialize(serializer),
        }
    }

    pub(crate) fn number(value: Decimal) -> Result<serde_json::Number, serde_json::Error> {
        value.normalize().to_string().parse()
    }

    /// The same for a number that is always there.
    pub(crate) mod plain {
        use super::{Decimal, Error, Serialize, Serializer};

        pub(crate) fn serialize<S: Serializer>(
            value: &Decimal,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            super::number(*value)
                .map_err(S::Error::custom)?
                .serialize(serializer)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn numbers_are_read_from_their_text() {
        for (text, want) in [
            ("0.10", "0.1"),
            ("+5.", "5"),
            (".5", "0.5"),
            ("-0.0", "0"),
            ("1e3", "1000"),
            ("25e-2", "0.25"),
            ("0x1F", "31"),
            ("0100", "100"),
            ("20000.00", "20000"),
        ] {
            assert_eq!(
                parse(text).map(|n| n.to_string()).as_deref(),
                Some(want),
                "{text}"
            );
        }
        for text in [
            "",
            ".",
            "1_000",
            "--1",
            "1e",
            "1e99",
            ".inf",
            "abc",
            "1.2.3",
            "99999999999999999999999999999999",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
