//! Owns fields: what may be known of an enterprise, with its type, unit and cost of asking.
//!
//! Reading declarations from a file is in `read`; known values are in `fact`.

use serde::Serialize;

/// A field's place in its library; tests hold this instead of a name, so evaluation looks nothing up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldId(pub(crate) u32);

impl FieldId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// What kind of value a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// Free text.
    Text,
    /// An industry or other code, compared as text and by prefix.
    Code,
    /// A calendar day.
    Date,
    /// Yes or no.
    Bool,
    /// A whole number.
    Int,
    /// A number in the field's unit.
    Number,
    /// Money in 万元.
    Money,
    /// A fraction: 10 % is 0.10.
    Ratio,
    /// One of the listed values.
    Enum,
    /// A set of texts.
    Set,
}

impl FieldType {
    /// Whether sums, ratios and amounts may use it.
    #[must_use]
    pub fn is_numeric(self) -> bool {
        matches!(self, Self::Int | Self::Number | Self::Money | Self::Ratio)
    }

    /// Whether a range is a possible fact.
    #[must_use]
    pub fn is_ordered(self) -> bool {
        self.is_numeric() || self == Self::Date
    }

    pub(crate) fn is_textual(self) -> bool {
        matches!(self, Self::Text | Self::Code | Self::Enum)
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "text" => Self::Text,
            "code" => Self::Code,
            "date" => Self::Date,
            "bool" => Self::Bool,
            "int" => Self::Int,
            "number" => Self::Number,
            "money" => Self::Money,
            "ratio" => Self::Ratio,
            "enum" => Self::Enum,
            "set" | "set of text" => Self::Set,
            _ => return None,
        })
    }

    /// What to call it in a message.
    pub(crate) fn zh(self) -> &'static str {
        match self {
            Self::Text => "文本",
            Self::Code => "代码（文本）",
            Self::Date => "日期（如 2026-01-31）",
            Self::Bool => "是否（true 或 false）",
            Self::Int => "整数",
            Self::Number => "数",
            Self::Money => "金额（万元，数）",
            Self::Ratio => "比例（小数，如 0.10）",
            Self::Enum => "列出的取值之一",
            Self::Set => "文本列表",
        }
    }
}

/// One declaration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// The name used in tests, facts and expressions.
    pub name: String,
    /// What kind of value it takes.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// What it is called on screen; the name where the file gives none.
    pub label: String,
    /// Unit of its numbers; 万元 for money where the file says nothing.
    pub unit: Option<String>,
    /// 0 public, 1 ask, 2 look up in the accounts, 3 audit.
    pub cost: u8,
    /// The question to put on a visit, where the file words one.
    pub ask: Option<String>,
    /// The values of an enum, empty otherwise.
    pub values: Vec<String>,
}

impl Field {
    /// The question to put on a visit: its own words, or its label.
    #[must_use]
    pub fn question(&self) -> &str {
        self.ask.as_deref().unwrap_or(&self.label)
    }
}
