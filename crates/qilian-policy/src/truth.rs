//! Owns the four truth values and how `all` and `any` combine them.

use serde::Serialize;

/// What a condition comes out as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// Something that could decide it is not known.
    Unknown,
    /// An official or an expert has to judge.
    Manual,
}

impl Truth {
    pub(crate) const ALL: [Self; 4] = [Self::True, Self::False, Self::Unknown, Self::Manual];

    /// A settled value: no further fact changes it.
    #[must_use]
    pub fn is_settled(self) -> bool {
        matches!(self, Self::True | Self::False)
    }

    /// False if either is, else unknown, else manual, else true.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        for first in [Self::False, Self::Unknown, Self::Manual] {
            if self == first || other == first {
                return first;
            }
        }
        Self::True
    }

    /// True if either is, else manual, else unknown, else false.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        for first in [Self::True, Self::Manual, Self::Unknown] {
            if self == first || other == first {
                return first;
            }
        }
        Self::False
    }

    /// The word used in files: `true`, `false`, `unknown`, `manual`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::True => "true",
            Self::False => "false",
            Self::Unknown => "unknown",
            Self::Manual => "manual",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|truth| truth.word() == word)
    }

    pub(crate) fn of(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }

    pub(crate) fn negate(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            open => open,
        }
    }
}
