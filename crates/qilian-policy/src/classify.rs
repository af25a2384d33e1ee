//! Owns the two tables that are known by id: 划型 (`cn-sme-size`) and 四上 (`cn-four-above`).
//!
//! They classify; they are no policies and give no hints. Reading them is in `read`.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::industry::industry_code;
use crate::interval::Interval;

/// Size of an enterprise by 工信部联企业〔2011〕300号, smallest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum SizeClass {
    /// 微型
    #[serde(rename = "微型")]
    Micro,
    /// 小型
    #[serde(rename = "小型")]
    Small,
    /// 中型
    #[serde(rename = "中型")]
    Medium,
    /// 大型
    #[serde(rename = "大型")]
    Large,
}

impl SizeClass {
    /// The word used in facts (`size_class`) and on screen.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Micro => "微型",
            Self::Small => "小型",
            Self::Medium => "中型",
            Self::Large => "大型",
        }
    }
}

/// What is known of the figures that a classification uses; a range stands for itself.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Figures {
    pub(crate) employees: Option<Interval>,
    pub(crate) revenue: Option<Interval>,
    pub(crate) assets: Option<Interval>,
}

/// An answer to "how large is it": the class, or the fields that are needed for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SizeAnswer {
    /// `None` when a needed figure is missing or the industry is not clear.
    pub size_class: Option<SizeClass>,
    /// The row of the table that was used.
    pub industry: Option<String>,
    /// Fields that are needed and missing: `gb4754`, `employees`, `sales_y1`, `assets_y1`.
    pub missing: Vec<&'static str>,
}

/// Whether an enterprise counts among the 四上, as which kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FourAboveAnswer {
    /// `None` when it is not known.
    pub four_above: Option<bool>,
    /// The kind it is or would be, such as 规模以上工业; `None` where no row covers the industry.
    pub kind: Option<String>,
    /// The rule in the table's words, for display.
    pub rule: Option<String>,
    /// Fields that are needed and missing.
    pub missing: Vec<&'static str>,
}

#[derive(Debug, Clone)]
pub(crate) enum Table {
    Size(SizeTable),
    FourAbove(Vec<FourAboveRow>),
    /// Kept for display only.
    Other,
}

#[derive(Debug, Clone)]
pub(crate) struct SizeTable {
    pub(crate) rows: Vec<SizeRow>,
}

/// Floors are [large, medium, small]; an indicator the industry does not use is `None`.
#[derive(Debug, Clone)]
pub(crate) struct SizeRow {
    pub(crate) industry: String,
    pub(crate) codes: Vec<String>,
    pub(crate) employees: Option<[Decimal; 3]>,
    pub(crate) revenue: Option<[Decimal; 3]>,
    pub(crate) assets: Option<[Decimal; 3]>,
}

#[derive(Debug, Clone)]
pub(crate) struct FourAboveRow {
    pub(crate) kind: String,
    pub(crate) codes: Vec<String>,
    pub(crate) rule: String,
    pub(crate) test: FourAboveTest,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum FourAboveTest {
    MainSales(Decimal),
    Sales(Decimal),
    Qualified,
    Always,
    /// Words this program does not conclude anything from.
    Words,
}

/// The field that holds each figure.
pub(crate) const EMPLOYEES: &str = "employees";
pub(crate) const REVENUE: &str = "sales_y1";
pub(crate) const ASSETS: &str = "assets_y1";
pub(crate) const MAIN_SALES: &str = "main_sales_y1";
pub(crate) const QUALIFIED: &str = "qualified_construction";
pub(crate) const INDUSTRY: &str = "gb4754";

impl SizeRow {
    /// Large, medium and small need every indicator to reach its floor, else one class down; micro
    /// needs one only. So the class is the lowest that any indicator gives.
    fn answer(&self, figures: Figures) -> SizeAnswer {
        let indicators = [
            (EMPLOYEES, self.employees, figures.employees),
            (REVENUE, self.revenue, figures.revenue),
            (ASSETS, self.assets, figures.assets),
        ];
        let ranks: Vec<(&'static str, SizeClass, SizeClass)> = indicators
            .into_iter()
            .filter_map(|(field, floors, figure)| {
                let (low, high) = ranks(floors?, figure);
                Some((field, low, high))
            })
            .collect();
        let low = ranks.iter().map(|(_, low, _)| *low).min();
        let high = ranks.iter().map(|(_, _, high)| *high).min();
        let size_class = low.filter(|_| low == high);
        let open = ranks
            .iter()
            .filter(|(_, low, high)| low < high && Some(*low) < high_of(&ranks));
        let missing = if size_class.is_some() {
            Vec::new()
        } else {
            open.map(|(f, ..)| *f).collect()
        };
        SizeAnswer {
            size_class,
            industry: Some(self.industry.clone()),
            missing,
        }
    }

    /// The class for exact figures.
    pub(crate) fn class(
        &self,
        employees: Option<Decimal>,
        revenue: Option<Decimal>,
        assets: Option<Decimal>,
    ) -> Option<SizeClass> {
        let figures = Figures {
            employees: employees.map(Interval::point),
            revenue: revenue.map(Interval::point),
            assets: assets.map(Interval::point),
        };
        self.answer(figures).size_class
    }
}

fn high_of(ranks: &[(&'static str, SizeClass, SizeClass)]) -> Option<SizeClass> {
    ranks.iter().map(|(_, _, high)| *high).min()
}

/// The lowest and highest class that one indicator still allows.
fn ranks(floors: [Decimal; 3], figure: Option<Interval>) -> (SizeClass, SizeClass) {
    let [large, medium, small] = floors;
    let class = |value: Decimal| {
        if value >= large {
            SizeClass::Large
        } else if value >= medium {
            SizeClass::Medium
        } else if value >= small {
            SizeClass::Small
        } else {
            SizeClass::Micro
        }
    };
    let low = figure
        .and_then(|figure| figure.lo)
        .map_or(SizeClass::Micro, class);
    let high = figure
        .and_then(|figure| figure.hi)
        .map_or(SizeClass::Large, class);
    (low, high)
}

pub(crate) fn size(table: &SizeTable, code: &str, figures: Figures) -> SizeAnswer {
    let rows: Vec<&[String]> = table.rows.iter().map(|row| row.codes.as_slice()).collect();
    let found = industry_code(code).and_then(|code| match row_for(&rows, &code) {
        Row::At(place) => table.rows.get(place),
        Row::None => table.rows.iter().find(|row| row.codes.is_empty()),
        Row::Unclear => None,
    });
    match found {
        Some(row) => row.answer(figures),
        None => SizeAnswer {
            size_class: None,
            industry: None,
            missing: vec![INDUSTRY],
        },
    }
}

pub(crate) fn four_above(
    rows: &[FourAboveRow],
    code: &str,
    main_sales: Option<Interval>,
    sales: Option<Interval>,
    qualified: Option<bool>,
) -> FourAboveAnswer {
    let codes: Vec<&[String]> = rows.iter().map(|row| row.codes.as_slice()).collect();
    let unclear = FourAboveAnswer {
        four_above: None,
        kind: None,
        rule: None,
        missing: vec![INDUSTRY],
    };
    let Some(code) = industry_code(code) else {
        return unclear;
    };
    let row = match row_for(&codes, &code) {
        Row::At(place) => rows.get(place),
        Row::None => {
            return FourAboveAnswer {
                four_above: Some(false),
                kind: None,
                rule: None,
                missing: Vec::new(),
            };
        }
        Row::Unclear => None,
    };
    let Some(row) = row else { return unclear };
    let reaches = |figure: Option<Interval>, floor: Decimal| {
        let at = figure?.against(floor);
        match (at.below, at.equal || at.above) {
            (false, true) => Some(true),
            (true, false) => Some(false),
            _ => None,
        }
    };
    let (four_above, field) = match row.test {
        FourAboveTest::MainSales(floor) => (reaches(main_sales, floor), Some(MAIN_SALES)),
        FourAboveTest::Sales(floor) => (reaches(sales, floor), Some(REVENUE)),
        FourAboveTest::Qualified => (qualified, Some(QUALIFIED)),
        FourAboveTest::Always => (Some(true), None),
        FourAboveTest::Words => (None, None),
    };
    let missing = if four_above.is_some() { None } else { field };
    FourAboveAnswer {
        four_above,
        kind: Some(row.kind.clone()),
        rule: Some(row.rule.clone()),
        missing: missing.into_iter().collect(),
    }
}

enum Row {
    At(usize),
    None,
    /// The code is too short to tell rows apart (`F` covers 批发 and 零售).
    Unclear,
}

/// The row with the longest code that the given one starts with.
fn row_for(rows: &[&[String]], code: &str) -> Row {
    let all = || {
        rows.iter()
            .enumerate()
            .flat_map(|(at, codes)| codes.iter().map(move |c| (at, c)))
    };
    let longest = all()
        .filter(|(_, row)| code.starts_with(row.as_str()))
        .max_by_key(|(_, c)| c.len());
    let finer = all().any(|(_, row)| row.len() > code.len() && row.starts_with(code));
    match (longest, finer) {
        (_, true) => Row::Unclear,
        (Some((at, _)), false) => Row::At(at),
        (None, false) => Row::None,
    }
}
