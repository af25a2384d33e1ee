//! Owns what the window and its host say to each other, declared once: TypeScript is generated from
//! these types (`generated_types_are_current` in the tests) into `ui/src/api/generated/`.
//!
//! Keys are snake_case, as on the terminal. Dates are `2026-11-18`, instants RFC 3339 with offset, weeks
//! `2026-W47`, money in 万元 as numbers. These are answers to screens, not domain types: elsewhere are
//! the rows (`qilian-domain`), the words (`ui/src/locales`).

mod admin;
mod attachment;
mod enterprise;
mod policy;
mod session;
mod sync;
mod today;
mod typescript;
mod upload;
mod visit;

pub use admin::{
    HealthArgs, LaptopNeed, LaptopRow, LaptopState, LaptopStateArgs, Laptops, NeedyRow,
    ProgrammeArgs, ProgrammeView, QuarantinedItem, ReleasedView, ResyncArgs, ResyncView,
    SyncHealth, WipedRow,
};
pub use attachment::{
    AttachmentArgs, AttachmentBytes, AttachmentKind, AttachmentSaved, AttachmentState,
    AttachmentView, AttachmentsArgs, FilePace, FileRoom, FileSettings, FileWaiting, IntakeArgs,
    IntakeBeginArgs, IntakeBegun, IntakePieceArgs,
};
pub use enterprise::{
    ContactView, DemandView, EnterpriseCounts, EnterpriseFile, EnterpriseFilter, EnterprisePage,
    EnterpriseRow, EnterprisesArgs, FactView, Hit, HitField, NoteView, PromiseView,
    RegistrationView, SearchArgs, SearchResult, UsccArgs,
};
pub use policy::{
    AmountView, Answer, Briefing, BriefingArgs, BriefingEnterprise, FieldKind, HintsArgs,
    HintsView, LibraryView, MissingField, NearMissView, OutcomeView, PolicyHint, QuestionView,
    SettledPolicy, VerifiedView, WindowState, WindowView,
};
pub use session::{
    EnrolArgs, KeyPlace, PassphraseChangeArgs, Person, SessionDevice, SessionView, UnlockArgs,
};
pub use sync::{
    CameBackAs, Changed, ConflictView, ExportView, FilesWaiting, HandledAs, HandledView, HostError,
    IdArgs, LeaseView, LimitArgs, RejectedItem, SyncCentre, SyncStatus, Topic, WaitingItem,
    WaitingKind,
};
pub use today::{
    Later, LaterView, OpenPromiseView, PlanItem, PlanReason, QuarterQuota, QuotaStateView, Today,
    WeekQuotaView,
};
pub use typescript::typescript;
pub use upload::{
    PackageDemand, PackageDraft, PackageFact, PackagePromise, ReceiptView, WeekArgs,
    WeekPackageView, WeekPreviewArgs,
};
pub use visit::{
    DraftArgs, DraftPromise, DraftSaved, DraftSummary, FormEnterprise, LibraryChanged, Mode,
    NamedArgs, VisitDraft, VisitForm, VisitRecorded, VisitRow,
};
