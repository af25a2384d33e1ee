//! Owns what can be wrong with a policy file and how it is reported: file, line, policy, what to do.
//!
//! The messages are Chinese because `policy check` prints them as its answer; screens may translate by
//! the code instead.

use serde::Serialize;

/// What kind of fault a file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The text is not YAML, or not one document.
    YamlSyntax,
    /// One map names a key twice.
    DuplicateKey,
    /// Too deep, too long, or aliases that multiply.
    TooLarge,
    /// A key that must be there is not.
    KeyMissing,
    /// A value has another shape or type than the format or the field asks for.
    ValueWrongType,
    /// A test, region, example or expression names a field that no file declares.
    FieldUndeclared,
    /// Two files declare one field differently.
    FieldConflict,
    /// Not an operator of the format.
    OpUnknown,
    /// An operator that this type of field does not have.
    OpUnfit,
    /// A leaf with no test, or with several.
    TestUnclear,
    /// A band list that does not end in null.
    BandsOpen,
    /// A step list that does not end in null.
    StepsOpen,
    /// Limits out of order, so that a row could never be reached.
    LimitsOutOfOrder,
    /// Two policies with one id.
    PolicyDuplicate,
    /// Two leaves of one policy, or two parts of one score, with one name.
    LeafDuplicate,
    /// From after to.
    DatesReversed,
    /// An amount expression that does not parse.
    ExprInvalid,
    /// A score whose numbers contradict each other.
    ScoreInvalid,
    /// Versions that supersede each other in a circle, or one that supersedes itself.
    SupersessionCircle,
    /// An example that comes out otherwise than it says.
    ExampleMismatch,
}

/// One fault; the whole library is refused for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct FileError {
    /// The file's name as the caller gave it.
    pub file: String,
    /// 1-based line.
    pub line: usize,
    /// The policy it stands in, if any.
    pub policy: Option<String>,
    /// The kind of fault.
    pub code: ErrorCode,
    /// Chinese: what is wrong, and what to do.
    pub message: String,
}

/// Something that is kept and ignored, or that deserves a second look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// The file's name as the caller gave it.
    pub file: String,
    /// 1-based line.
    pub line: usize,
    /// The policy it stands in, if any.
    pub policy: Option<String>,
    /// What kind of remark.
    pub code: WarningCode,
    /// Chinese: what was found, and what happens with it.
    pub message: String,
}

/// What kind of remark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningCode {
    /// A key the format does not know: kept, ignored.
    UnknownKey,
    /// Something the format lets pass but a reader would miss: no title, no text, an empty list.
    Incomplete,
    /// Two files word one field differently; the first one counts.
    FieldWording,
}
