// Generated from crates/qilian-app/src/contract; `cargo xtask codegen` writes it. Do not edit.

export type Person = { 
/**
 * As the office numbers them.
 */
id: string, 
/**
 * Name.
 */
name: string, 
/**
 * Unit, if known.
 */
unit: string | null, };

export type SessionDevice = { 
/**
 * Its id.
 */
id: string, 
/**
 * What the user calls it.
 */
name: string, };

export type KeyPlace = "key_store" | "passphrase";

export type SessionView = { "state": "not_enrolled", 
/**
 * There is no key store here: a passphrase must be chosen.
 */
needs_passphrase: boolean, } | { "state": "locked" } | { "state": "broken", 
/**
 * `store_newer`, `store_corrupt`, `disk_full`, …
 */
code: string, 
/**
 * The facts that belong to the code.
 */
details: Record<string, unknown>, } | { "state": "ready", 
/**
 * Whose laptop it is.
 */
user: Person, 
/**
 * The district's name.
 */
district: string, 
/**
 * This laptop.
 */
device: SessionDevice, 
/**
 * The server's address.
 */
server: string, 
/**
 * Where the data key rests.
 */
key: KeyPlace, 
/**
 * Today in China Standard Time.
 */
today: string, 
/**
 * The program's version.
 */
version: string, };

export type EnrolArgs = { 
/**
 * The server's address.
 */
server: string, 
/**
 * The one-time code.
 */
code: string, 
/**
 * What to call this laptop.
 */
device: string | null, 
/**
 * Where there is no key store, and where the user prefers it.
 */
passphrase: string | null, };

export type UnlockArgs = { 
/**
 * As chosen at enrolment.
 */
passphrase: string, };

export type PassphraseChangeArgs = { 
/**
 * The one in force.
 */
current: string, 
/**
 * The one to come.
 */
next: string, };

export type WeekQuotaView = { 
/**
 * `2026-W47`.
 */
week: string, 
/**
 * Its Monday.
 */
from: string, 
/**
 * Its Sunday.
 */
to: string, 
/**
 * Its workdays.
 */
workdays: number | null, 
/**
 * Visits asked for.
 */
required: number | null, 
/**
 * Visits that count.
 */
counted: number, 
/**
 * What that comes to.
 */
state: QuotaStateView, };

export type QuarterQuota = { 
/**
 * `2026-Q4`.
 */
quarter: string, 
/**
 * Enterprises that are mine.
 */
assigned: number, 
/**
 * Of those, visited this quarter.
 */
covered: number, 
/**
 * ISO weeks left with a workday.
 */
weeks_left: number | null, 
/**
 * Enterprises a week that cover what remains.
 */
pace_needed: number | null, };

export type LaterView = { 
/**
 * Its code.
 */
uscc: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Its last visit by anybody.
 */
last_visit: string | null, };

export type Later = { 
/**
 * The longest unvisited.
 */
first: Array<LaterView>, 
/**
 * How many there are beside those.
 */
more: number, };

export type PlanReason = { 
/**
 * Picks icon and words.
 */
code: string, 
/**
 * In plain Chinese, as on the terminal.
 */
text: string, };

export type PlanItem = { 
/**
 * Its code.
 */
uscc: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Higher comes first; comparable within one plan.
 */
score: number, 
/**
 * Whether the week needs it.
 */
needed: boolean, 
/**
 * Where it is.
 */
street: string | null, 
/**
 * Its last visit.
 */
last_visit: string | null, 
/**
 * How that one was made.
 */
last_mode: Mode | null, 
/**
 * Why.
 */
reasons: Array<PlanReason>, };

export type OpenPromiseView = { 
/**
 * Its id.
 */
id: string, 
/**
 * To whom.
 */
uscc: string, 
/**
 * Their name.
 */
name: string, 
/**
 * What.
 */
text: string, 
/**
 * By when.
 */
due_on: string | null, };

export type Today = { 
/**
 * The day.
 */
on: string, 
/**
 * Its week.
 */
week: WeekQuotaView, 
/**
 * Its quarter.
 */
quarter: QuarterQuota, 
/**
 * Whom to visit, best first.
 */
plan: Array<PlanItem>, 
/**
 * Whom to visit after those.
 */
later: Later, 
/**
 * This week's visits.
 */
done: Array<VisitRow>, 
/**
 * What waits to be sent.
 */
waiting: Array<WaitingItem>, 
/**
 * What I promised.
 */
promises: Array<OpenPromiseView>, 
/**
 * What I began to write.
 */
drafts: Array<DraftSummary>, };

export type HitField = "name" | "uscc" | "pinyin" | "address" | "business" | "people";

export type Hit = { 
/**
 * Which field.
 */
field: HitField, 
/**
 * The excerpt.
 */
text: string, 
/**
 * Begin and end of each hit part, in UTF-16 code units of `text`.
 */
ranges: Array<[number, number]>, };

export type EnterpriseFilter = "all" | "not_visited" | "open_demands";

export type EnterprisesArgs = { 
/**
 * Empty for all.
 */
search: string, 
/**
 * Which.
 */
filter: EnterpriseFilter, 
/**
 * Rows to skip.
 */
offset: number, 
/**
 * Rows at most.
 */
limit: number, };

export type UsccArgs = { 
/**
 * Its code.
 */
uscc: string, };

export type SearchArgs = { 
/**
 * As typed.
 */
text: string, 
/**
 * Hits at most.
 */
limit: number, };

export type SearchResult = { 
/**
 * Enterprises, best first.
 */
enterprises: Array<EnterpriseRow>, };

export type EnterpriseRow = { 
/**
 * Its code.
 */
uscc: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Where it is.
 */
street: string | null, 
/**
 * Its last visit.
 */
last_visit: string | null, 
/**
 * Whether it was visited this quarter.
 */
visited_this_quarter: boolean, 
/**
 * Demands not closed.
 */
open_demands: number, 
/**
 * Where the search hit.
 */
hit: Hit | null, };

export type EnterpriseCounts = { 
/**
 * All.
 */
all: number, 
/**
 * Not visited this quarter.
 */
not_visited: number, 
/**
 * With open demands.
 */
open_demands: number, };

export type EnterprisePage = { 
/**
 * How many there are in all for this search and filter.
 */
total: number, 
/**
 * How many there are of each filter.
 */
counts: EnterpriseCounts, 
/**
 * This page.
 */
items: Array<EnterpriseRow>, };

export type FactView = { 
/**
 * A field of the policy library.
 */
field: string, 
/**
 * Its label.
 */
label: string, 
/**
 * As shown: `4260`, `true`, `500..1000`.
 */
value: string, 
/**
 * Its unit.
 */
unit: string | null, 
/**
 * The period it is about.
 */
period: string | null, 
/**
 * `registry`, `roster`, `said`, `accounts`, `platform`.
 */
source: string | null, 
/**
 * A remark on the source.
 */
source_note: string | null, 
/**
 * The day on which it held.
 */
as_of: string | null, 
/**
 * Who recorded it.
 */
by: string | null, 
/**
 * Whether evaluation uses it.
 */
current: boolean, 
/**
 * Whether its period is over.
 */
stale: boolean, };

export type PromiseView = { 
/**
 * Its id.
 */
id: string, 
/**
 * What.
 */
text: string, 
/**
 * By when.
 */
due_on: string | null, 
/**
 * The day of the visit on which it was made.
 */
made_on: string | null, 
/**
 * The day on which it was kept.
 */
kept_on: string | null, };

export type DemandView = { 
/**
 * Its id.
 */
demand_id: string, 
/**
 * Its number, once it has one.
 */
no: string | null, 
/**
 * What it is.
 */
title: string, 
/**
 * Where it stands.
 */
state: string, 
/**
 * Its light.
 */
light: string | null, 
/**
 * By when.
 */
due_on: string | null, 
/**
 * Whose turn it is.
 */
owner_unit: string | null, 
/**
 * Still in the outbox.
 */
pending: boolean, 
/**
 * The day on which it was raised.
 */
created_on: string, };

export type ContactView = { 
/**
 * Their name, by which they are picked.
 */
id: string, 
/**
 * Name.
 */
name: string, 
/**
 * Post.
 */
post: string | null, 
/**
 * Telephone.
 */
phone: string | null, 
/**
 * Met on the last visit, or the only one known.
 */
usual: boolean, 
/**
 * When they were last met.
 */
last_met: string | null, };

export type RegistrationView = { 
/**
 * GB/T 4754-2017 code.
 */
industry: string | null, 
/**
 * 成立日期.
 */
established_on: string | null, 
/**
 * 注册资金 as written.
 */
capital: string | null, 
/**
 * 地址.
 */
address: string | null, 
/**
 * 街道.
 */
street: string | null, 
/**
 * 企业类型.
 */
kind: string | null, 
/**
 * 经营范围.
 */
business: string | null, };

export type EnterpriseFile = { 
/**
 * Its code.
 */
uscc: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Whether it is mine today.
 */
assigned: boolean, 
/**
 * Whose it is today, if it is not mine.
 */
assigned_to: string | null, 
/**
 * 划型、四上 as computed.
 */
tags: Array<string>, 
/**
 * As registered.
 */
registration: RegistrationView, 
/**
 * What is known, statements of one field side by side.
 */
facts: Array<FactView>, 
/**
 * What one would like to know next.
 */
questions: Array<QuestionView>, 
/**
 * Who is there.
 */
people: Array<ContactView>, 
/**
 * Its visits, the latest first.
 */
visits: Array<VisitRow>, 
/**
 * Its demands, the latest first.
 */
demands: Array<DemandView>, 
/**
 * What was promised.
 */
promises: Array<PromiseView>, };

export type OutcomeView = "likely" | "needs_info" | "needs_review" | "unlikely" | "not_applicable";

export type NearMissView = { 
/**
 * The leaf's text.
 */
leaf: string, 
/**
 * How much.
 */
distance: number, 
/**
 * In which unit.
 */
unit: string | null, };

export type MissingField = { 
/**
 * The field.
 */
field: string, 
/**
 * Its label.
 */
label: string, };

export type AmountView = { 
/**
 * The figure, if it is one.
 */
value: number | null, 
/**
 * At least.
 */
min: number | null, 
/**
 * At most.
 */
max: number | null, 
/**
 * 万元, unless the policy says otherwise.
 */
unit: string, };

export type WindowState = "open" | "upcoming" | "closed" | "always";

export type WindowView = { 
/**
 * Whether it is open.
 */
state: WindowState, 
/**
 * Its name.
 */
label: string | null, 
/**
 * First day.
 */
from: string | null, 
/**
 * Last day.
 */
to: string | null, };

export type VerifiedView = "yes" | "partly" | "no";

export type PolicyHint = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its title.
 */
title: string, 
/**
 * How it comes out.
 */
outcome: OutcomeView, 
/**
 * What it gives, in one clause.
 */
benefit: string | null, 
/**
 * What is lacking.
 */
near_miss: NearMissView | null, 
/**
 * Texts of the leaves that are false.
 */
false: Array<string>, 
/**
 * Texts of the leaves that are an official's judgement.
 */
manual: Array<string>, 
/**
 * What is not known.
 */
missing: Array<MissingField>, 
/**
 * The document and clause.
 */
cite: string | null, 
/**
 * An estimate.
 */
amount: AmountView | null, 
/**
 * 免申即享.
 */
no_apply: boolean, 
/**
 * When applications are taken.
 */
window: WindowView, 
/**
 * How well the source was checked.
 */
verified: VerifiedView, 
/**
 * What to know about the source.
 */
note: string | null, };

export type FieldKind = "text" | "code" | "date" | "bool" | "int" | "number" | "money" | "ratio" | "enum" | "set";

export type SettledPolicy = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its title.
 */
title: string, };

export type QuestionView = { 
/**
 * The field that it fills.
 */
field: string, 
/**
 * The field's label.
 */
label: string, 
/**
 * As it is asked.
 */
ask: string, 
/**
 * What kind of answer.
 */
type: FieldKind, 
/**
 * In which unit.
 */
unit: string | null, 
/**
 * What can be picked.
 */
values: Array<string>, 
/**
 * 0 public, 1 ask, 2 accounts, 3 audit.
 */
cost: number, 
/**
 * What it can settle.
 */
settles: Array<SettledPolicy>, 
/**
 * What that may be worth, 万元, 估算.
 */
amount: number | null, 
/**
 * The nearest last day to apply.
 */
closes_on: string | null, 
/**
 * Why it is asked, in plain Chinese.
 */
reason: string, };

export type LibraryView = { 
/**
 * Its version in this district.
 */
version: string, 
/**
 * The day it was imported.
 */
as_of: string | null, 
/**
 * How many policies it has.
 */
policies: number, };

export type HintsView = { 
/**
 * The day they are for.
 */
on: string, 
/**
 * By which library.
 */
library: LibraryView, 
/**
 * The policies, the most certain first.
 */
policies: Array<PolicyHint>, 
/**
 * What to ask, the most useful first.
 */
questions: Array<QuestionView>, };

export type Answer = { 
/**
 * The field.
 */
field: string, 
/**
 * The value.
 */
value: string, };

export type HintsArgs = { 
/**
 * For which enterprise.
 */
uscc: string, 
/**
 * On which day; today if none.
 */
on: string | null, 
/**
 * Evaluated in memory only.
 */
facts: Array<Answer>, 
/**
 * By the library that a form was opened with.
 */
library_version: string | null, };

export type BriefingArgs = { 
/**
 * For which enterprise.
 */
uscc: string, 
/**
 * On which day; today if none.
 */
on: string | null, };

export type BriefingEnterprise = { 
/**
 * Its code.
 */
uscc: string, 
/**
 * Its name.
 */
name: string, 
/**
 * GB/T 4754-2017 code.
 */
industry: string | null, 
/**
 * Where it is.
 */
address: string | null, 
/**
 * 划型、四上 as computed.
 */
tags: Array<string>, 
/**
 * Its last visit.
 */
last_visit: string | null, };

export type Briefing = { 
/**
 * Where one goes.
 */
enterprise: BriefingEnterprise, 
/**
 * Whom one meets.
 */
people: Array<ContactView>, 
/**
 * Who came along last time.
 */
companions: Array<Person>, 
/**
 * What was promised, open ones first.
 */
promises: Array<PromiseView>, 
/**
 * What is open.
 */
demands: Array<DemandView>, 
/**
 * Questions and hints.
 */
hints: HintsView, 
/**
 * How old what others did may be.
 */
last_complete_sync: string | null, };

export type Mode = "onsite" | "phone" | "video" | "meeting";

export type VisitRow = { 
/**
 * Its id.
 */
visit_id: string, 
/**
 * Which enterprise.
 */
uscc: string, 
/**
 * Its name.
 */
name: string, 
/**
 * The day.
 */
on: string, 
/**
 * How.
 */
mode: Mode, 
/**
 * Who went, the author first; only me where only the tally is left.
 */
cadres: Array<Person>, 
/**
 * What was talked about; empty where only the tally is left.
 */
note: string, 
/**
 * 补录.
 */
late_entry: boolean, 
/**
 * Whether it counts for me.
 */
counted: boolean, 
/**
 * Why it does not.
 */
not_counted_because: string | null, 
/**
 * Demands brought back.
 */
demands: number, 
/**
 * Facts brought back.
 */
facts: number, 
/**
 * Still in the outbox.
 */
pending: boolean, };

export type DraftPromise = { 
/**
 * What.
 */
text: string, 
/**
 * By when.
 */
due_on: string | null, };

export type VisitDraft = { 
/**
 * Becomes the visit's id, so that saving twice records once.
 */
draft_id: string, 
/**
 * Which enterprise.
 */
uscc: string, 
/**
 * The day.
 */
on: string, 
/**
 * How.
 */
mode: Mode, 
/**
 * Ids of companions.
 */
with: Array<string>, 
/**
 * Names of people met.
 */
met: Array<string>, 
/**
 * What was talked about.
 */
note: string, 
/**
 * Answers.
 */
facts: Array<Answer>, 
/**
 * Demands, a line each.
 */
demands: Array<string>, 
/**
 * Promises.
 */
promises: Array<DraftPromise>, 
/**
 * Ids of earlier promises that were kept.
 */
kept: Array<string>, 
/**
 * Ids of demands that the visit follows up.
 */
for_demands: Array<string>, 
/**
 * The library that the form was opened with.
 */
library_version: string | null, 
/**
 * When it was last saved.
 */
saved_at: string | null, };

export type DraftArgs = { 
/**
 * Its id.
 */
draft_id: string, };

export type DraftSaved = { 
/**
 * When.
 */
saved_at: string, };

export type DraftSummary = { 
/**
 * Its id.
 */
draft_id: string, 
/**
 * Which enterprise.
 */
uscc: string, 
/**
 * Its name.
 */
name: string, 
/**
 * When it was last saved.
 */
saved_at: string, 
/**
 * How the note begins.
 */
note: string, };

export type FormEnterprise = { 
/**
 * Its code.
 */
uscc: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Where it is.
 */
street: string | null, };

export type VisitForm = { 
/**
 * The form.
 */
draft: VisitDraft, 
/**
 * Whether it was begun before.
 */
restored: boolean, 
/**
 * Where.
 */
enterprise: FormEnterprise, 
/**
 * Colleagues to pick from, those of the last visits first.
 */
companions: Array<Person>, 
/**
 * People there.
 */
people: Array<ContactView>, 
/**
 * What was promised.
 */
promises: Array<PromiseView>, 
/**
 * What is open.
 */
demands: Array<DemandView>, 
/**
 * Questions and hints by the form's library.
 */
hints: HintsView, 
/**
 * How the week stands.
 */
week: WeekQuotaView, };

export type LibraryChanged = { 
/**
 * The version it opened with, which its answers belong to.
 */
opened_with: string, 
/**
 * The version in force.
 */
now: string, };

export type VisitRecorded = { 
/**
 * Its id.
 */
visit_id: string, 
/**
 * Whether it counts for me.
 */
counted: boolean, 
/**
 * Why it does not.
 */
not_counted_because: string | null, 
/**
 * 补录.
 */
late_entry: boolean, 
/**
 * How the visit's week stands now.
 */
week: WeekQuotaView, 
/**
 * Demands that were written down.
 */
demand_ids: Array<string>, 
/**
 * Facts that were learned.
 */
facts: number, 
/**
 * If the library changed while the form was open.
 */
library_changed: LibraryChanged | null, };

export type ReceiptView = { 
/**
 * 回执号.
 */
no: string, 
/**
 * 送达.
 */
received_at: string, 
/**
 * Who received it: the district's name.
 */
by: string, 
/**
 * Visits in the package.
 */
visits: number, 
/**
 * Visits that count.
 */
counted: number, 
/**
 * 校验, in groups of four.
 */
checksum: string, 
/**
 * Whether the laptop's own figures give the same 校验.
 */
agrees: boolean, };

export type PackageDemand = { 
/**
 * What it is.
 */
title: string, 
/**
 * Whose.
 */
name: string, };

export type PackageFact = { 
/**
 * Whose.
 */
name: string, 
/**
 * The field's label.
 */
label: string, 
/**
 * As shown.
 */
value: string, 
/**
 * Its unit.
 */
unit: string | null, };

export type PackagePromise = { 
/**
 * To whom.
 */
name: string, 
/**
 * What.
 */
text: string, 
/**
 * Whether it was kept this week, rather than made.
 */
kept: boolean, };

export type PackageDraft = { 
/**
 * Whose.
 */
name: string, };

export type WeekArgs = { 
/**
 * `2026-W47`.
 */
week: string, };

export type WeekPreviewArgs = { 
/**
 * `2026-W47`; today's if none.
 */
week: string | null, };

export type WeekPackageView = { 
/**
 * `2026-W47`.
 */
week: string, 
/**
 * Its Monday.
 */
from: string, 
/**
 * Its Sunday.
 */
to: string, 
/**
 * Visits asked for.
 */
required: number | null, 
/**
 * Visits that count.
 */
counted: number, 
/**
 * What that comes to.
 */
state: QuotaStateView, 
/**
 * 0 before it is sealed, then 1, then one more for each supplement.
 */
revision: number, 
/**
 * The visits.
 */
visits: Array<VisitRow>, 
/**
 * Demands written down.
 */
demands: Array<PackageDemand>, 
/**
 * Facts learned.
 */
facts: Array<PackageFact>, 
/**
 * Promises made and kept.
 */
promises: Array<PackagePromise>, 
/**
 * What does not go.
 */
drafts: Array<PackageDraft>, 
/**
 * When it was sealed.
 */
submitted_at: string | null, 
/**
 * What the district answered for this revision.
 */
receipt: ReceiptView | null, 
/**
 * Visits of this week that came after it was last receipted.
 */
supplement: number, };

export type WaitingKind = "visit" | "fact" | "promise" | "week" | "other";

export type WaitingItem = { 
/**
 * Its id.
 */
id: string, 
/**
 * What it is.
 */
kind: WaitingKind, 
/**
 * Which enterprise.
 */
uscc: string | null, 
/**
 * Its name.
 */
name: string | null, 
/**
 * More words for it, such as the week.
 */
title: string | null, 
/**
 * How many records it carries.
 */
count: number, 
/**
 * Since when.
 */
since: string, 
/**
 * Whether the server has it, and only the confirming pull is missing.
 */
delivered: boolean, };

export type FilesWaiting = { 
/**
 * How many.
 */
waiting: number, 
/**
 * How large.
 */
size_bytes: number, };

export type SyncStatus = { 
/**
 * The laptop's clock.
 */
now: string, 
/**
 * Whether the last try reached the server.
 */
online: boolean, 
/**
 * Whether one is under way.
 */
syncing: boolean, 
/**
 * Mutations in the outbox.
 */
pending: number, 
/**
 * Since when the oldest waits.
 */
oldest_pending: string | null, 
/**
 * Outcomes that wait for me.
 */
rejected: number, 
/**
 * Files that wait.
 */
files: FilesWaiting, 
/**
 * The last complete pull.
 */
last_complete_sync: string | null, 
/**
 * Whether the last pull came to a complete cut.
 */
complete: boolean, 
/**
 * Outbox empty, last pull complete, no file waiting.
 */
fully_synced: boolean, 
/**
 * Why the last try failed.
 */
last_error: HostError | null, };

export type RejectedItem = { 
/**
 * Its id.
 */
id: string, 
/**
 * What it is.
 */
kind: WaitingKind, 
/**
 * Which enterprise.
 */
uscc: string | null, 
/**
 * Its name, if it is still here.
 */
name: string | null, 
/**
 * More words for it.
 */
title: string | null, 
/**
 * When it was written.
 */
written_at: string, 
/**
 * When the server decided.
 */
rejected_at: string, 
/**
 * Why.
 */
code: string, 
/**
 * The facts that belong to the code.
 */
details: Record<string, unknown>, 
/**
 * What was written, for copying.
 */
text: string, };

export type SyncCentre = { 
/**
 * The lights.
 */
status: SyncStatus, 
/**
 * What waits.
 */
waiting: Array<WaitingItem>, 
/**
 * What came back.
 */
rejected: Array<RejectedItem>, };

export type IdArgs = { 
/**
 * Its id.
 */
id: string, };

export type LimitArgs = { 
/**
 * Rows at most.
 */
limit: number, };

export type HostError = { 
/**
 * What.
 */
code: string, 
/**
 * For people at a terminal.
 */
message?: string, 
/**
 * The facts that belong to the code.
 */
details: Record<string, unknown>, };

export type Topic = "session" | "today" | "enterprises" | "visits" | "drafts" | "policies" | "upload" | "sync";

export type Changed = { 
/**
 * What changed.
 */
topics: Array<Topic>, };

export type QuotaStateView = "none_required" | "behind" | "met" | "calendar_missing";
