//! 同步中心: four lights, what waits, what came back.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use super::Person;
use super::attachment::FileWaiting;

/// A refusal or failure; the window translates the code.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct HostError {
    /// What.
    pub code: String,
    /// For people at a terminal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub message: Option<String>,
    /// The facts that belong to the code.
    #[ts(type = "Record<string, unknown>")]
    pub details: Value,
}

/// What was exported, because this laptop may not send any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ExportView {
    /// The file.
    pub path: String,
    /// Records in it that were not sent.
    pub unsent: u32,
    /// Files in it that were not sent.
    pub files: u32,
}

/// What kind of thing waits or came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WaitingKind {
    /// 走访.
    Visit,
    /// 企业情况.
    Fact,
    /// 承诺.
    Promise,
    /// 周报.
    Week,
    /// 备注.
    Note,
    /// 附件.
    File,
    /// Something else.
    Other,
}

/// One mutation in the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct WaitingItem {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: WaitingKind,
    /// Which enterprise.
    pub uscc: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// More words for it, such as the week.
    pub title: Option<String>,
    /// How many records it carries.
    pub count: u32,
    /// Since when.
    pub since: String,
    /// Whether the server has it, and only the confirming pull is missing.
    pub delivered: bool,
}

/// Files that wait.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
pub struct FilesWaiting {
    /// How many.
    pub waiting: u32,
    /// How large.
    #[ts(type = "number")]
    pub size_bytes: u64,
    /// How much of that the district has.
    #[ts(type = "number")]
    pub sent_bytes: u64,
    /// How many of them do not go on by themselves.
    pub trouble: u32,
}

/// How long a laptop may show what it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct LeaseView {
    /// Until then; `None` before the first complete sync.
    pub until: Option<String>,
    /// Natural days after a complete sync, as the district has set them.
    pub days: u32,
}

/// The lights.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct SyncStatus {
    /// The laptop's clock.
    pub now: String,
    /// Whether the last try reached the server.
    pub online: bool,
    /// Whether one is under way.
    pub syncing: bool,
    /// Mutations that the server has not answered.
    pub pending: u32,
    /// Since when the oldest of them waits.
    pub oldest_pending: Option<String>,
    /// Mutations that the server has; the pull that confirms them is missing.
    pub delivered: u32,
    /// Outcomes that wait for me: rejected or put aside.
    pub rejected: u32,
    /// Outcomes that wait for me: merged.
    pub merged: u32,
    /// Files that wait.
    pub files: FilesWaiting,
    /// The last complete pull.
    pub last_complete_sync: Option<String>,
    /// Whether the last pull came to a complete cut.
    pub complete: bool,
    /// Rows that this version holds and can't read; a later one can.
    pub unreadable: u32,
    /// Outbox empty, last pull complete and all of it readable, no file waiting.
    pub fully_synced: bool,
    /// Why the last try failed.
    pub last_error: Option<HostError>,
    /// How long the laptop may show what it holds.
    pub lease: LeaseView,
}

/// How something ended that did not simply apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CameBackAs {
    /// 已合并: it took effect, save for what somebody else wrote first.
    Merged,
    /// 被拒绝.
    Rejected,
    /// 已隔离: the server failed on it, or could not read it.
    Quarantined,
}

/// What its author, or an administrator, did about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum HandledAs {
    /// Sent again.
    Resubmitted,
    /// Let go.
    Discarded,
    /// Kept as a note on the enterprise.
    Noted,
    /// Read.
    Seen,
    /// An administrator had the district take it after all.
    Released,
}

/// That somebody saw to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct HandledView {
    /// How.
    pub how: HandledAs,
    /// When.
    pub at: String,
}

/// A value that two wrote, side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ConflictView {
    /// What it is about, in words that its author knows.
    pub about: String,
    /// Which value, such as `kept_on`.
    pub field: String,
    /// What it was before; `None` if it was empty.
    pub base: Option<String>,
    /// What I wrote.
    pub mine: String,
    /// What stands now; `None` where I may not see it any more.
    pub theirs: Option<String>,
    /// Who wrote that.
    pub by: Option<Person>,
    /// When.
    pub at: Option<String>,
}

/// Something that came back.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct RejectedItem {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: WaitingKind,
    /// Which enterprise.
    pub uscc: Option<String>,
    /// Its name, if it is still here.
    pub name: Option<String>,
    /// More words for it.
    pub title: Option<String>,
    /// When it was written.
    pub written_at: String,
    /// When the server decided.
    pub rejected_at: String,
    /// Why.
    pub code: String,
    /// The facts that belong to the code.
    #[ts(type = "Record<string, unknown>")]
    pub details: Value,
    /// What was written, for copying.
    pub text: String,
    /// How it ended.
    pub came_back_as: CameBackAs,
    /// Who changed what it depended on: who has the enterprise now.
    pub by: Option<Person>,
    /// Since which day that is so.
    pub since: Option<String>,
    /// What somebody else wrote first.
    pub conflicts: Vec<ConflictView>,
    /// What was done about it; `None` while it waits for me.
    pub handled: Option<HandledView>,
    /// Whether it can be sent again.
    pub can_resubmit: bool,
    /// Whether its words can become a note on the enterprise.
    pub can_note: bool,
}

/// The sync centre.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct SyncCentre {
    /// The lights.
    pub status: SyncStatus,
    /// What waits.
    pub waiting: Vec<WaitingItem>,
    /// What came back, rejected or put aside, and waits for me.
    pub rejected: Vec<RejectedItem>,
    /// What took effect beside somebody else's change, and I have not seen.
    pub merged: Vec<RejectedItem>,
    /// What the district has, the latest first; the last of them.
    pub delivered: Vec<WaitingItem>,
    /// What came back and was seen to, the latest first; the last of them.
    pub handled: Vec<RejectedItem>,
    /// Files that wait, the smallest first.
    pub files: Vec<FileWaiting>,
}

/// Names one mutation or promise.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
pub struct IdArgs {
    /// Its id.
    pub id: String,
}

/// Asks for a list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
pub struct LimitArgs {
    /// Rows at most.
    pub limit: u32,
}

/// What a change concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are those of the screens")]
pub enum Topic {
    Session,
    Today,
    Enterprises,
    Visits,
    Drafts,
    Policies,
    Upload,
    Sync,
    Admin,
    Files,
}

/// The event `qilian://changed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Changed {
    /// What changed.
    pub topics: Vec<Topic>,
}
