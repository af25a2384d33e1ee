//! Owns why a row of a file is refused or warned about: the reasons that the CLI names, and the
//! Chinese sentence that tells the office which row it is, what is wrong and what to do.
//!
//! Elsewhere: faults of a whole file (`workbook`, `registry`, `users`).

use qilian_domain::uscc::{Checked, UsccFault};
use serde::Serialize;

/// Why a row is refused. A refused row changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectReason {
    /// No code.
    UsccMissing,
    /// Not 18 symbols, or a number from which Excel has cut digits.
    UsccLength,
    /// A symbol that no code has.
    UsccSymbol,
    /// The last symbol is not the check digit.
    UsccCheckDigit,
    /// The code stands in an earlier row of the file.
    DuplicateInFile,
    /// No name of the enterprise.
    NameMissing,
    /// No cadre, or one whom nobody knows.
    CadreMissing,
    /// A line of a CSV file that has more or fewer fields than the header, or an open quote.
    FieldCount,
    /// A line of a CSV file that is not in the file's encoding.
    Undecodable,
}

impl RejectReason {
    /// The reason as the CLI writes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::UsccMissing => "uscc_missing",
            Self::UsccLength => "uscc_length",
            Self::UsccSymbol => "uscc_symbol",
            Self::UsccCheckDigit => "uscc_check_digit",
            Self::DuplicateInFile => "duplicate_in_file",
            Self::NameMissing => "name_missing",
            Self::CadreMissing => "cadre_missing",
            Self::FieldCount => "field_count",
            Self::Undecodable => "undecodable",
        }
    }
}

impl From<UsccFault> for RejectReason {
    fn from(fault: UsccFault) -> Self {
        match fault {
            UsccFault::Missing => Self::UsccMissing,
            UsccFault::Length => Self::UsccLength,
            UsccFault::Symbol => Self::UsccSymbol,
            UsccFault::CheckDigit => Self::UsccCheckDigit,
        }
    }
}

/// What an accepted row is warned about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WarnReason {
    /// The headcount is written as about so many.
    EmployeesApproximate,
    /// There is a headcount column and its text is no number.
    EmployeesUnreadable,
    /// There is a revenue column and it states no figure.
    RevenueMissing,
    /// The revenue is written as about so much.
    RevenueApproximate,
    /// The capital is in another currency and is not converted.
    CapitalForeignCurrency,
    /// The capital's text is no amount.
    CapitalUnreadable,
    /// The founding date names no single day.
    DateUnreadable,
    /// Spaces, case or width of the code were put right.
    CodeRepaired,
    /// The organisation code inside the code fails its own check digit.
    CodeInnerCheck,
    /// The cadre's number stands beside another name in an earlier row; that name is kept.
    CadreNameDiffers,
}

impl WarnReason {
    /// The reason as the CLI writes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::EmployeesApproximate => "employees_approximate",
            Self::EmployeesUnreadable => "employees_unreadable",
            Self::RevenueMissing => "revenue_missing",
            Self::RevenueApproximate => "revenue_approximate",
            Self::CapitalForeignCurrency => "capital_foreign_currency",
            Self::CapitalUnreadable => "capital_unreadable",
            Self::DateUnreadable => "date_unreadable",
            Self::CodeRepaired => "code_repaired",
            Self::CodeInnerCheck => "code_inner_check",
            Self::CadreNameDiffers => "cadre_name_differs",
        }
    }
}

/// A refused row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rejected {
    /// The row in the sheet, or the line in the file, counted from 1.
    pub row: u32,
    /// Why.
    pub reason: RejectReason,
    /// The text that was refused, as it stood.
    pub value: String,
    /// For the office, in Chinese: where, what, and what to do.
    pub message: String,
}

/// A warning about an accepted row; at most one for each row and reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Warned {
    /// The row in the sheet, or the line in the file, counted from 1.
    pub row: u32,
    /// About what.
    pub reason: WarnReason,
}

/// Where a sentence is about: a row, and the enterprise that it names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Whereabouts<'n> {
    pub(super) row: u32,
    pub(super) name: Option<&'n str>,
}

impl Whereabouts<'_> {
    fn phrase(self) -> String {
        match self.name {
            Some(name) => format!("第 {} 行“{name}”", self.row),
            None => format!("第 {} 行", self.row),
        }
    }
}

impl Rejected {
    /// A code that is none.
    pub(super) fn code(
        at: Whereabouts<'_>,
        value: &str,
        checked: &Checked,
        fault: UsccFault,
    ) -> Self {
        let place = at.phrase();
        let mut message = match fault {
            UsccFault::Missing => format!("{place}没有统一社会信用代码，请补填 18 位代码。"),
            UsccFault::Length if is_rounded(&checked.normalised) => damaged(&place, value),
            UsccFault::Length => format!(
                "{place}的统一社会信用代码“{value}”是 {} 位，应为 18 位，请对照营业执照改正。",
                checked.normalised.chars().count()
            ),
            UsccFault::Symbol => format!(
                "{place}的统一社会信用代码“{value}”含有代码中不会出现的字符（代码不用 I、O、S、V、Z，第 3 至 8 位是数字），请对照营业执照改正。"
            ),
            UsccFault::CheckDigit => format!(
                "{place}的统一社会信用代码“{value}”校验位不符，有一位或几位写错了，请对照营业执照改正。"
            ),
        };
        if let [meant] = checked.suggestions.as_slice() {
            message.push_str(&format!("是否应为 {meant}？"));
        }
        Self {
            row: at.row,
            reason: fault.into(),
            value: value.to_owned(),
            message,
        }
    }

    /// A code that the sheet holds as a number: its digits from the 16th on are lost for good.
    pub(super) fn numeric_code(at: Whereabouts<'_>, value: String) -> Self {
        let message = damaged(&at.phrase(), &value);
        Self {
            row: at.row,
            reason: RejectReason::UsccLength,
            value,
            message,
        }
    }

    pub(super) fn duplicate(at: Whereabouts<'_>, value: &str, first: u32) -> Self {
        let message = format!(
            "{}的统一社会信用代码“{value}”与第 {first} 行重复，已采用第 {first} 行；如果两行不是同一家企业，请改正其中一行的代码，否则请删去一行。",
            at.phrase()
        );
        Self {
            row: at.row,
            reason: RejectReason::DuplicateInFile,
            value: value.to_owned(),
            message,
        }
    }

    pub(super) fn no_name(row: u32, code: &str) -> Self {
        let message = format!("第 {row} 行（代码 {code}）没有企业名称，请补填。");
        Self {
            row,
            reason: RejectReason::NameMissing,
            value: String::new(),
            message,
        }
    }

    pub(super) fn no_cadre(at: Whereabouts<'_>) -> Self {
        let message = format!("{}没有挂点干部，请补填干部姓名和工号。", at.phrase());
        Self {
            row: at.row,
            reason: RejectReason::CadreMissing,
            value: String::new(),
            message,
        }
    }

    pub(super) fn unknown_cadre(at: Whereabouts<'_>, cadre: &str) -> Self {
        let message = format!(
            "{}的挂点干部“{cadre}”没有工号，系统中也没有唯一的同名干部，请补填工号，或先导入干部名单。",
            at.phrase()
        );
        Self {
            row: at.row,
            reason: RejectReason::CadreMissing,
            value: cadre.to_owned(),
            message,
        }
    }

    pub(super) fn field_count(row: u32, value: &str, found: usize, expected: usize) -> Self {
        let message = format!(
            "第 {row} 行有 {found} 个字段，表头有 {expected} 个，请检查这一行的逗号和引号。"
        );
        Self {
            row,
            reason: RejectReason::FieldCount,
            value: excerpt(value),
            message,
        }
    }

    pub(super) fn open_quote(row: u32, value: &str) -> Self {
        let message = format!("第 {row} 行的引号没有配对，请检查这一行的引号；后面的行照常导入。");
        Self {
            row,
            reason: RejectReason::FieldCount,
            value: excerpt(value),
            message,
        }
    }

    pub(super) fn undecodable(row: u32, encoding: &str) -> Self {
        let message =
            format!("第 {row} 行含有不能按 {encoding} 读出的字符，请用正确的编码重新保存这一行。");
        Self {
            row,
            reason: RejectReason::Undecodable,
            value: String::new(),
            message,
        }
    }
}

fn damaged(place: &str, value: &str) -> String {
    format!(
        "{place}的统一社会信用代码被 Excel 存成了数字“{value}”，第 15 位以后已经丢失，无法恢复。请把该列的单元格格式改为“文本”，再对照营业执照重新填写。"
    )
}

/// Whether a text is a number as Excel shows one that is too long for it (`9.14403E+17`).
fn is_rounded(normalised: &str) -> bool {
    normalised.contains("E+") && normalised.parse::<f64>().is_ok()
}

/// The start of a long value: enough to find the line.
fn excerpt(value: &str) -> String {
    const LENGTH: usize = 120;
    match value.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}
