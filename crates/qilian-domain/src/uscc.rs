//! Owns the unified social credit code (统一社会信用代码, GB 32100-2015): its type, its normal form,
//! its two check digits and what is said about a text that is not one.
//!
//! Elsewhere: which rows of a sheet are refused for it (the import, in `qilian-app` and the server),
//! and whether an enterprise of that code exists.

mod check;
mod digits;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use check::Checked;

/// A valid unified social credit code in normal form: 18 symbols, half-width, upper case, no spaces,
/// whose check digit fits.
///
/// The organisation code inside (GB 11714) may fail its own check digit: a few real codes do, so
/// that is a warning ([`Uscc::inner_check_ok`]), not a fault.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Uscc(String);

/// Why a text is no unified social credit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UsccFault {
    /// Nothing is written there.
    #[error("uscc_missing")]
    Missing,
    /// Not 18 symbols.
    #[error("uscc_length")]
    Length,
    /// A symbol that the standard does not use (`I O S V Z` and all beyond digits and letters), or a
    /// letter among the six digits of the region.
    #[error("uscc_symbol")]
    Symbol,
    /// 18 symbols of the standard whose last is not the check digit of the other 17.
    #[error("uscc_check_digit")]
    CheckDigit,
}

impl UsccFault {
    /// The reason as the CLI, the imports and the window name it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "uscc_missing",
            Self::Length => "uscc_length",
            Self::Symbol => "uscc_symbol",
            Self::CheckDigit => "uscc_check_digit",
        }
    }
}

impl Uscc {
    /// Reads a code as people write it and says everything there is to say about it: its normal
    /// form, whether it is valid, whether it had to be repaired, and what could have been meant.
    pub fn check(text: &str) -> Checked {
        check::check(text)
    }

    /// Builds a code from its parts, computing both check digits. For made-up districts and tests.
    ///
    /// `registrar` 登记管理部门 and `kind` 机构类别 are one symbol each, `region` 行政区划 is six digits,
    /// `body` the first eight symbols of the organisation code.
    ///
    /// # Errors
    /// [`UsccFault::Length`] or [`UsccFault::Symbol`] if a part is not of that form.
    pub fn from_parts(
        registrar: char,
        kind: char,
        region: &str,
        body: &str,
    ) -> Result<Self, UsccFault> {
        if region.chars().count() != 6 || body.chars().count() != 8 {
            return Err(UsccFault::Length);
        }
        let mut code = format!("{registrar}{kind}{region}{body}");
        code.push(digits::inner_check_digit(body).ok_or(UsccFault::Symbol)?);
        code.push(digits::check_digit(&code).ok_or(UsccFault::Symbol)?);
        check::validate(code)
    }

    /// The 18 symbols.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the check digit of the organisation code inside (GB 11714, the 17th symbol) fits.
    pub fn inner_check_ok(&self) -> bool {
        let organisation: String = self.0.chars().skip(8).take(8).collect();
        digits::inner_check_digit(&organisation) == self.0.chars().nth(16)
    }
}

impl FromStr for Uscc {
    type Err = UsccFault;

    /// Takes what [`Uscc::check`] takes as valid, repaired or not.
    fn from_str(text: &str) -> Result<Self, UsccFault> {
        Self::check(text).result
    }
}

impl TryFrom<String> for Uscc {
    type Error = UsccFault;

    fn try_from(text: String) -> Result<Self, UsccFault> {
        text.parse()
    }
}

impl From<Uscc> for String {
    fn from(uscc: Uscc) -> Self {
        uscc.0
    }
}

impl<'de> Deserialize<'de> for Uscc {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
