//! Owns the arithmetic of the two check digits.
//!
//! Elsewhere: reading and judging a text (`check`).

/// The 31 symbols of GB 32100-2015 in the order of their values.
const SYMBOLS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const MODULUS: usize = 31;
/// Weight of place i is 3 to the i, modulo 31.
const WEIGHT_STEP: usize = 3;

/// Weights of the eight symbols of an organisation code (GB 11714).
const INNER_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
const INNER_MODULUS: u32 = 11;

/// The value of a symbol of the standard; `None` for any other character.
pub(super) fn value(symbol: char) -> Option<usize> {
    SYMBOLS.chars().position(|candidate| candidate == symbol)
}

/// The check digit that belongs to the first 17 symbols of `code`; `None` if one is not of the
/// standard. What follows the 17th is not read.
pub(super) fn check_digit(code: &str) -> Option<char> {
    let mut sum = 0;
    let mut weight = 1;
    for symbol in code.chars().take(17) {
        sum += value(symbol)? * weight;
        weight = weight * WEIGHT_STEP % MODULUS;
    }
    SYMBOLS.chars().nth((MODULUS - sum % MODULUS) % MODULUS)
}

/// The GB 11714 check digit that belongs to the eight symbols of an organisation code; `None` if one
/// is no digit or capital letter.
pub(super) fn inner_check_digit(organisation: &str) -> Option<char> {
    let mut sum = 0;
    for (symbol, weight) in organisation.chars().zip(INNER_WEIGHTS) {
        let value = symbol
            .to_digit(36)
            .filter(|_| !symbol.is_ascii_lowercase())?;
        sum += value * weight;
    }
    match INNER_MODULUS - sum % INNER_MODULUS {
        10 => Some('X'),
        11 => Some('0'),
        digit => char::from_digit(digit, 10),
    }
}
