/**
 * The contract between window and host, under the names that screens use. The shapes themselves are declared in
 * `crates/qilian-app/src/contract` and generated from there.
 */
import type {
  AttachmentView,
  ContactView,
  DemandView,
  FactView,
  HintsView,
  Mode,
  NoteView,
  OpenPromiseView,
  OutcomeView,
  PlanReason,
  PromiseView,
  QuestionView,
  QuotaStateView,
  ReceiptView,
  SessionView,
  WeekPackageView,
  WeekQuotaView,
} from './generated'

export type {
  Answer,
  AttachmentKind,
  AttachmentState,
  Briefing,
  BriefingArgs,
  Changed,
  ConflictView,
  DraftSaved,
  DraftSummary,
  EnrolArgs,
  EnterpriseFile,
  EnterpriseFilter,
  EnterprisePage,
  EnterpriseRow,
  EnterprisesArgs,
  ExportView,
  Hit,
  HitField,
  FilePace,
  FileRoom,
  FileSettings,
  FileWaiting,
  HintsArgs,
  HostError,
  LaptopNeed,
  LaptopRow,
  LaptopState,
  Laptops,
  Later,
  NeedyRow,
  Person,
  PlanItem,
  PlanReason,
  PolicyHint,
  QuarantinedItem,
  QuarterQuota,
  RejectedItem,
  LeaseView,
  SearchArgs,
  SearchResult,
  SyncCentre,
  SyncHealth,
  SyncStatus,
  Today,
  Topic,
  VisitDraft,
  VisitForm,
  VisitRecorded,
  VisitRow,
  WaitingItem,
  WaitingKind,
} from './generated'

/** `2026-11-18`. */
export type IsoDate = string
/** RFC 3339 with offset. */
export type Instant = string

export type Attachment = AttachmentView
export type Contact = ContactView
export type Demand = DemandView
export type Fact = FactView
export type Hints = HintsView
export type OpenPromise = OpenPromiseView
export type Note = NoteView
export type Outcome = OutcomeView
export type PromiseMade = PromiseView
export type Question = QuestionView
export type QuotaState = QuotaStateView
export type Receipt = ReceiptView
export type Session = SessionView
export type VisitMode = Mode
export type WeekPackage = WeekPackageView
export type WeekQuota = WeekQuotaView

/** A plan's reason with the facts that its code carries; which ones there are depends on the code. */
export type PlanGround = PlanReason & {
  days?: number
  demands?: number
  due_on?: IsoDate
  promise?: string
  title?: string
  closes_on?: IsoDate
  settles?: number
  visits?: number
  within_days?: number
  on?: IsoDate
}
