// Generated from crates/qilian-app/src/contract; `cargo xtask codegen` writes it. Do not edit.

export type Person = { id: string, name: string, unit: string | null, };

export type SessionDevice = { id: string, name: string, };

export type KeyPlace = "key_store" | "passphrase";

export type SessionView = { "state": "not_enrolled", needs_passphrase: boolean, } | { "state": "locked", } | { "state": "broken", code: string, details: Record<string, unknown>, } | { "state": "ready", user: Person, district: string, device: SessionDevice, server: string, key: KeyPlace, today: string, version: string, };

export type EnrolArgs = { server: string, code: string, device: string | null, passphrase: string | null, };

export type UnlockArgs = { passphrase: string, };

export type PassphraseChangeArgs = { current: string, next: string, };

export type WeekQuotaView = { week: string, from: string, to: string, workdays: number | null, required: number | null, counted: number, state: QuotaStateView, };

export type QuarterQuota = { quarter: string, assigned: number, covered: number, remaining: Array<RemainingView>, weeks_left: number | null, pace_needed: number | null, };

export type RemainingView = { uscc: string, name: string, last_visit: string | null, };

export type PlanReason = { code: string, text: string, };

export type PlanItem = { uscc: string, name: string, score: number, needed: boolean, street: string | null, last_visit: string | null, last_mode: Mode | null, reasons: Array<PlanReason>, };

export type OpenPromiseView = { id: string, uscc: string, name: string, text: string, due_on: string | null, };

export type Today = { on: string, week: WeekQuotaView, quarter: QuarterQuota, plan: Array<PlanItem>, done: Array<VisitRow>, waiting: Array<WaitingItem>, promises: Array<OpenPromiseView>, drafts: Array<DraftSummary>, };

export type HitField = "name" | "uscc" | "pinyin" | "address" | "business" | "people";

export type Hit = { field: HitField, text: string, ranges: Array<[number, number]>, };

export type EnterpriseFilter = "all" | "not_visited" | "open_demands";

export type EnterprisesArgs = { search: string, filter: EnterpriseFilter, offset: number, limit: number, };

export type UsccArgs = { uscc: string, };

export type SearchArgs = { text: string, limit: number, };

export type SearchResult = { enterprises: Array<EnterpriseRow>, };

export type EnterpriseRow = { uscc: string, name: string, street: string | null, last_visit: string | null, visited_this_quarter: boolean, open_demands: number, hit: Hit | null, };

export type EnterpriseCounts = { all: number, not_visited: number, open_demands: number, };

export type EnterprisePage = { total: number, counts: EnterpriseCounts, items: Array<EnterpriseRow>, };

export type FactView = { field: string, label: string, value: string, unit: string | null, period: string | null, source: string | null, source_note: string | null, as_of: string | null, by: string | null, current: boolean, stale: boolean, };

export type PromiseView = { id: string, text: string, due_on: string | null, made_on: string | null, kept_on: string | null, };

export type DemandView = { demand_id: string, no: string | null, title: string, state: string, light: string | null, due_on: string | null, owner_unit: string | null, pending: boolean, created_on: string, };

export type ContactView = { id: string, name: string, post: string | null, phone: string | null, usual: boolean, last_met: string | null, };

export type RegistrationView = { industry: string | null, established_on: string | null, capital: string | null, address: string | null, street: string | null, kind: string | null, business: string | null, };

export type EnterpriseFile = { uscc: string, name: string, assigned: boolean, assigned_to: string | null, tags: Array<string>, registration: RegistrationView, facts: Array<FactView>, questions: Array<QuestionView>, people: Array<ContactView>, visits: Array<VisitRow>, demands: Array<DemandView>, promises: Array<PromiseView>, };

export type OutcomeView = "likely" | "needs_info" | "needs_review" | "unlikely" | "not_applicable";

export type NearMissView = { leaf: string, distance: number, unit: string | null, };

export type MissingField = { field: string, label: string, };

export type AmountView = { value: number | null, min: number | null, max: number | null, unit: string, };

export type WindowState = "open" | "upcoming" | "closed" | "always";

export type WindowView = { state: WindowState, label: string | null, from: string | null, to: string | null, };

export type VerifiedView = "yes" | "partly" | "no";

export type PolicyHint = { id: string, title: string, outcome: OutcomeView, benefit: string | null, near_miss: NearMissView | null, false: Array<string>, manual: Array<string>, missing: Array<MissingField>, cite: string | null, amount: AmountView | null, no_apply: boolean, window: WindowView, verified: VerifiedView, note: string | null, };

export type FieldKind = "text" | "code" | "date" | "bool" | "int" | "number" | "money" | "ratio" | "enum" | "set";

export type SettledPolicy = { id: string, title: string, };

export type QuestionView = { field: string, label: string, ask: string, type: FieldKind, unit: string | null, values: Array<string>, cost: number, settles: Array<SettledPolicy>, amount: number | null, closes_on: string | null, reason: string, };

export type LibraryView = { version: string, as_of: string | null, policies: number, };

export type HintsView = { on: string, library: LibraryView, policies: Array<PolicyHint>, questions: Array<QuestionView>, };

export type Answer = { field: string, value: string, };

export type HintsArgs = { uscc: string, on: string | null, facts: Array<Answer>, library_version: string | null, };

export type BriefingArgs = { uscc: string, on: string | null, };

export type BriefingEnterprise = { uscc: string, name: string, industry: string | null, address: string | null, tags: Array<string>, last_visit: string | null, };

export type Briefing = { enterprise: BriefingEnterprise, people: Array<ContactView>, companions: Array<Person>, promises: Array<PromiseView>, demands: Array<DemandView>, hints: HintsView, last_complete_sync: string | null, };

export type Mode = "onsite" | "phone" | "video" | "meeting";

export type VisitRow = { visit_id: string, uscc: string, name: string, on: string, mode: Mode, cadres: Array<Person>, note: string, late_entry: boolean, counted: boolean, not_counted_because: string | null, demands: number, facts: number, pending: boolean, };

export type DraftPromise = { text: string, due_on: string | null, };

export type VisitDraft = { draft_id: string, uscc: string, on: string, mode: Mode, with: Array<string>, met: Array<string>, note: string, facts: Array<Answer>, demands: Array<string>, promises: Array<DraftPromise>, kept: Array<string>, for_demands: Array<string>, library_version: string | null, saved_at: string | null, };

export type DraftArgs = { draft_id: string, };

export type DraftSaved = { saved_at: string, };

export type DraftSummary = { draft_id: string, uscc: string, name: string, saved_at: string, note: string, };

export type FormEnterprise = { uscc: string, name: string, street: string | null, };

export type VisitForm = { draft: VisitDraft, restored: boolean, enterprise: FormEnterprise, companions: Array<Person>, people: Array<ContactView>, promises: Array<PromiseView>, demands: Array<DemandView>, hints: HintsView, week: WeekQuotaView, };

export type LibraryChanged = { opened_with: string, now: string, };

export type QuotaView = { week: WeekQuotaView, quarter: QuarterQuota, };

export type VisitRecorded = { visit_id: string, counted: boolean, not_counted_because: string | null, late_entry: boolean, quota: QuotaView, demand_ids: Array<string>, facts: number, library_changed: LibraryChanged | null, };

export type ReceiptView = { no: string, received_at: string, by: string, visits: number, counted: number, checksum: string, agrees: boolean, };

export type PackageDemand = { title: string, name: string, };

export type PackageFact = { name: string, label: string, value: string, unit: string | null, };

export type PackagePromise = { name: string, text: string, kept: boolean, };

export type PackageDraft = { name: string, };

export type WeekArgs = { week: string, };

export type WeekPreviewArgs = { week: string | null, };

export type WeekPackageView = { week: string, from: string, to: string, required: number | null, counted: number, state: QuotaStateView, revision: number, visits: Array<VisitRow>, demands: Array<PackageDemand>, facts: Array<PackageFact>, promises: Array<PackagePromise>, drafts: Array<PackageDraft>, submitted_at: string | null, receipt: ReceiptView | null, supplement: number, };

export type WaitingKind = "visit" | "fact" | "promise" | "week" | "other";

export type WaitingItem = { id: string, kind: WaitingKind, uscc: string | null, name: string | null, title: string | null, count: number, since: string, delivered: boolean, };

export type FilesWaiting = { waiting: number, size_bytes: number, };

export type SyncStatus = { now: string, online: boolean, syncing: boolean, pending: number, oldest_pending: string | null, rejected: number, files: FilesWaiting, last_complete_sync: string | null, complete: boolean, fully_synced: boolean, last_error: HostError | null, };

export type RejectedItem = { id: string, kind: WaitingKind, uscc: string | null, name: string | null, title: string | null, written_at: string, rejected_at: string, code: string, details: Record<string, unknown>, text: string, };

export type SyncCentre = { status: SyncStatus, waiting: Array<WaitingItem>, rejected: Array<RejectedItem>, };

export type IdArgs = { id: string, };

export type LimitArgs = { limit: number, };

export type HostError = { code: string, message?: string, details: Record<string, unknown>, };

export type Topic = "session" | "today" | "enterprises" | "visits" | "drafts" | "policies" | "upload" | "sync";

export type Changed = { topics: Array<Topic>, };

export type QuotaStateView = "none_required" | "behind" | "met" | "calendar_missing";
