/**
 * What the window and its host say to each other. Keys are snake_case, as on the terminal.
 * Dates are `2026-11-18`, instants RFC 3339 with offset, weeks `2026-W47`, money in 万元.
 */

export type Uscc = string
export type IsoDate = string
export type Instant = string
export type VisitMode = 'onsite' | 'phone' | 'video' | 'meeting'

/** A refusal. The window translates `code`; `details` carries the facts a sentence needs. */
export interface HostError {
  code: string
  message?: string
  details?: Record<string, unknown>
}

export interface Person {
  id: string
  name: string
  unit?: string | null
}

// ---- session -------------------------------------------------------------------------

export type Session =
  /** Nobody is enrolled on this laptop. `needs_passphrase`: there is no OS key store. */
  | { state: 'not_enrolled'; needs_passphrase: boolean }
  /** A store exists, its key is wrapped by a passphrase. */
  | { state: 'locked' }
  /** The store cannot be opened; `code` is `store_newer`, `store_corrupt` or `disk_full`. */
  | { state: 'broken'; code: string; details?: Record<string, unknown> }
  | {
      state: 'ready'
      user: Person
      district: string
      device: { id: string; name: string }
      server: string
      key: 'key_store' | 'passphrase'
      today: IsoDate
      version: string
    }

export interface EnrolArgs {
  server: string
  code: string
  device?: string | null
  passphrase?: string | null
}

// ---- today ---------------------------------------------------------------------------

export type QuotaState = 'none_required' | 'behind' | 'met' | 'calendar_missing'

export interface WeekQuota {
  week: string
  from: IsoDate
  to: IsoDate
  workdays: number | null
  required: number | null
  counted: number
  state: QuotaState
}

export interface QuarterQuota {
  quarter: string
  assigned: number
  covered: number
  remaining: { uscc: Uscc; name: string; last_visit: IsoDate | null }[]
  weeks_left: number | null
  pace_needed: number | null
  state?: QuotaState
}

/** `code` picks icon and words; `text` is the terminal's sentence, shown for a code unknown here. */
export interface PlanReason {
  code: string
  text: string
  days?: number | null
  count?: number | null
  date?: IsoDate | null
}

export interface PlanItem {
  uscc: Uscc
  name: string
  street: string | null
  last_visit: IsoDate | null
  last_mode: VisitMode | null
  reasons: PlanReason[]
}

export interface VisitRow {
  visit_id: string
  uscc: Uscc
  name: string
  on: IsoDate
  mode: VisitMode
  cadres: Person[]
  note: string
  late_entry: boolean
  counted: boolean
  not_counted_because: string | null
  demands: number
  facts: number
  /** Still in the outbox. */
  pending: boolean
}

export type WaitingKind = 'visit' | 'fact' | 'demand' | 'promise' | 'week' | 'other'

export interface WaitingItem {
  id: string
  kind: WaitingKind
  uscc: Uscc | null
  name: string | null
  title: string | null
  count: number
  since: Instant
  attempts: number
}

/** 答应的事 that is not done yet. */
export interface OpenPromise {
  id: string
  uscc: Uscc
  name: string
  text: string
  due_on: IsoDate | null
}

export interface Today {
  on: IsoDate
  week: WeekQuota
  quarter: QuarterQuota
  plan: PlanItem[]
  done: VisitRow[]
  waiting: WaitingItem[]
  promises: OpenPromise[]
  drafts: { draft_id: string; uscc: Uscc; name: string; saved_at: Instant }[]
}

// ---- enterprises ---------------------------------------------------------------------

export type HitField = 'name' | 'short_name' | 'uscc' | 'pinyin' | 'address' | 'business'

/** Where a search hit: `text` is an excerpt of that field, `ranges` its hit parts, in UTF-16 code units. */
export interface Hit {
  field: HitField
  text: string
  ranges: [number, number][]
}

export type EnterpriseFilter = 'all' | 'not_visited' | 'open_demands'

export interface EnterprisesArgs {
  search: string
  filter: EnterpriseFilter
  offset: number
  limit: number
}

export interface EnterpriseRow {
  uscc: Uscc
  name: string
  street: string | null
  last_visit: IsoDate | null
  visited_this_quarter: boolean
  open_demands: number
  hit: Hit | null
}

export interface EnterprisePage {
  total: number
  counts: { all: number; not_visited: number; open_demands: number }
  items: EnterpriseRow[]
}

export interface Fact {
  field: string
  label: string
  /** As it is shown: `4260`, `true`, `500..1000`. */
  value: string
  unit: string | null
  period: string | null
  source: string | null
  as_of: IsoDate | null
  by: string | null
  /** The statement that evaluation uses. */
  current: boolean
}

export interface Promise_ {
  id: string
  text: string
  due_on: IsoDate | null
  made_on: IsoDate
  kept_on: IsoDate | null
}

export interface DemandRow {
  demand_id: string
  no: string | null
  title: string
  state: string
  light: string | null
  due_on: IsoDate | null
  owner_unit: string | null
  pending: boolean
  created_on: IsoDate
}

export interface EnterpriseFile {
  uscc: Uscc
  name: string
  assigned: boolean
  tags: string[]
  registration: {
    industry: string | null
    established_on: IsoDate | null
    capital: string | null
    address: string | null
    street: string | null
    legal_person: string | null
    business: string | null
    status: string | null
  }
  facts: Fact[]
  /** What one would like to know next, with the reason. */
  questions: Question[]
  people: { id: string; name: string; post: string | null; phone: string | null; usual: boolean; last_met: IsoDate | null }[]
  visits: VisitRow[]
  demands: DemandRow[]
  promises: Promise_[]
}

// ---- policies ------------------------------------------------------------------------

export type Outcome = 'likely' | 'needs_info' | 'needs_review' | 'unlikely' | 'not_applicable'

export interface PolicyHint {
  id: string
  title: string
  outcome: Outcome
  /** What it is, in one clause. */
  benefit: string | null
  near_miss: { leaf: string; distance: number; unit: string | null } | null
  /** Texts of leaves. */
  false: string[]
  manual: string[]
  /** Fields, as labels. */
  missing: { field: string; label: string }[]
  cite: string | null
  amount: { value: number | null; min: number | null; max: number | null; unit: string } | null
  no_apply: boolean
  window: { state: 'open' | 'upcoming' | 'closed' | 'always'; label: string | null; from: IsoDate | null; to: IsoDate | null }
  verified: 'yes' | 'partly' | 'no'
  note: string | null
}

export type FieldType = 'text' | 'code' | 'date' | 'bool' | 'int' | 'number' | 'money' | 'ratio' | 'enum' | 'set'

export interface Question {
  field: string
  label: string
  ask: string
  type: FieldType
  unit: string | null
  values: string[]
  cost: number
  settles: { id: string; title: string }[]
  /** 万元, 估算. */
  amount: number | null
  closes_on: IsoDate | null
}

export interface Hints {
  on: IsoDate
  library: { version: string; as_of: IsoDate; policies: number }
  policies: PolicyHint[]
  questions: Question[]
}

export interface Briefing {
  enterprise: { uscc: Uscc; name: string; industry: string | null; address: string | null; tags: string[]; last_visit: IsoDate | null }
  people: EnterpriseFile['people']
  companions: Person[]
  promises: Promise_[]
  demands: DemandRow[]
  hints: Hints
  last_complete_sync: Instant | null
}

// ---- visits --------------------------------------------------------------------------

export interface VisitDraft {
  draft_id: string
  uscc: Uscc
  on: IsoDate
  mode: VisitMode
  with: string[]
  met: string[]
  note: string
  /** Answers given as `FIELD=VALUE` pairs. */
  facts: { field: string; value: string }[]
  demands: string[]
  promises: { text: string; due_on: IsoDate | null }[]
  /** The library the questions came from; kept while the form is open. */
  library_version: string
  saved_at: Instant | null
}

/** What a form opens with: the kept draft, or a fresh one prefilled. */
export interface VisitForm {
  draft: VisitDraft
  restored: boolean
  enterprise: { uscc: Uscc; name: string; street: string | null }
  companions: Person[]
  people: EnterpriseFile['people']
  promises: Promise_[]
  demands: DemandRow[]
  hints: Hints
  week: WeekQuota
}

export interface VisitRecorded {
  visit_id: string
  counted: boolean
  not_counted_because: string | null
  late_entry: boolean
  quota: { week: WeekQuota; quarter: QuarterQuota }
  demand_ids: string[]
  facts: number
  /** Set when the library changed while the form was open. */
  library_changed: { opened_with: string; now: string } | null
}

// ---- upload --------------------------------------------------------------------------

export interface Receipt {
  no: string
  received_at: Instant
  by: string
  visits: number
  counted: number
  checksum: string
}

export interface WeekPackage {
  week: string
  from: IsoDate
  to: IsoDate
  required: number | null
  counted: number
  state: QuotaState
  revision: number
  visits: VisitRow[]
  demands: { title: string; name: string }[]
  facts: { name: string; label: string; value: string; unit: string | null }[]
  promises: { name: string; text: string; kept: boolean }[]
  drafts: { name: string }[]
  submitted_at: Instant | null
  receipt: Receipt | null
  /** Records dated in this week that came after it was sent. */
  supplement: number
}

// ---- sync ----------------------------------------------------------------------------

export interface SyncStatus {
  /** The host's clock when it answered. */
  now: Instant
  online: boolean
  syncing: boolean
  pending: number
  oldest_pending: Instant | null
  rejected: number
  files: { waiting: number; size_bytes: number }
  last_complete_sync: Instant | null
  complete: boolean
  fully_synced: boolean
  last_error: HostError | null
}

export interface RejectedItem {
  id: string
  kind: WaitingKind
  uscc: Uscc | null
  name: string | null
  title: string | null
  written_at: Instant
  rejected_at: Instant
  code: string
  details: Record<string, unknown>
  /** What was written, for copying. */
  text: string
}

export interface SyncCentre {
  status: SyncStatus
  waiting: WaitingItem[]
  rejected: RejectedItem[]
}

export interface SearchResult {
  enterprises: EnterpriseRow[]
}

export type Topic = 'session' | 'today' | 'enterprises' | 'visits' | 'drafts' | 'policies' | 'upload' | 'sync'

export interface Changed {
  topics: Topic[]
}
