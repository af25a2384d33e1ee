//! Owns the compiled shape of a condition: a small tree of enums over field places.
//!
//! Reading it from a file is in `read`, its value for facts in `evaluate`, `score`, `missing`.

use rust_decimal::Decimal;

use crate::field::FieldId;

/// A policy's condition: the tree, and its leaves in the order of the file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Condition {
    pub(crate) root: Node,
    pub(crate) leaves: Vec<Leaf>,
}

#[derive(Debug, Clone)]
pub(crate) enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    /// A place in `Condition::leaves`.
    Leaf(usize),
}

impl Default for Node {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

/// One criterion as the file words it.
#[derive(Debug, Clone)]
pub struct Leaf {
    /// Unique within its policy.
    pub id: String,
    /// The criterion in words; its id where the file gives none.
    pub text: String,
    /// The clause it comes from.
    pub cite: Option<String>,
    /// A remark of the file's author.
    pub note: Option<String>,
    pub(crate) test: Test,
}

#[derive(Debug, Clone)]
pub(crate) enum Test {
    Value {
        quantity: Quantity,
        threshold: Threshold,
    },
    Score(Score),
    Manual,
}

/// What is looked at.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Quantity {
    Field(FieldId),
    Sum(Vec<FieldId>),
    Ratio {
        num: Vec<FieldId>,
        den: Vec<FieldId>,
    },
}

impl Quantity {
    pub(crate) fn fields(&self) -> impl Iterator<Item = FieldId> + '_ {
        let (first, second): (&[FieldId], &[FieldId]) = match self {
            Self::Field(field) => (std::slice::from_ref(field), &[]),
            Self::Sum(fields) => (fields, &[]),
            Self::Ratio { num, den } => (num, den),
        };
        first.iter().chain(second).copied()
    }

    /// The field whose unit a distance is in: the numerator's, for a ratio.
    pub(crate) fn unit_field(&self) -> Option<FieldId> {
        self.fields().next()
    }
}

/// What it is held against; a band's limit is inclusive and the last one is open.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Threshold {
    Fixed(Check),
    Bands {
        by: FieldId,
        rows: Vec<(Option<Decimal>, Check)>,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Check {
    AtLeast(Decimal),
    Above(Decimal),
    AtMost(Decimal),
    Below(Decimal),
    Equal(Decimal),
    Between(Decimal, Decimal),
    /// `whole`: the quantity takes whole numbers (or days) only, so a range can be covered by a list.
    AnyOf {
        values: Vec<Decimal>,
        whole: bool,
        wanted: bool,
    },
    AgeDays(Decimal),
    Is(bool),
    TextIn {
        values: Vec<String>,
        wanted: bool,
    },
    Prefix {
        values: Vec<String>,
        wanted: bool,
    },
    Member {
        value: String,
        wanted: bool,
    },
}

#[derive(Debug, Clone)]
pub(crate) struct Score {
    pub(crate) min: Decimal,
    pub(crate) parts: Vec<Part>,
    /// (place in `parts`, points it must reach)
    pub(crate) min_parts: Vec<(usize, Decimal)>,
    /// (places in `parts`, points they must reach together)
    pub(crate) min_groups: Vec<(Vec<usize>, Decimal)>,
}

#[derive(Debug, Clone)]
pub(crate) enum Part {
    /// First row whose test holds gives the points; the last row has none.
    Steps {
        quantity: Quantity,
        rows: Vec<(Option<Check>, Decimal)>,
    },
    Map {
        field: FieldId,
        when_true: Decimal,
        when_false: Decimal,
    },
    BestOf(Vec<Part>),
}
