// Generated from crates/qilian-app/src/contract; `cargo xtask codegen` writes it. Do not edit.
import type { PromiseView, DemandView, ContactView } from './enterprise'
import type { Person } from './session'

export type OutcomeView = "likely" | "needs_info" | "needs_review" | "unlikely" | "not_applicable";

export type NearMissView = {
  /** The leaf's text. */
  leaf: string,
  /** How much. */
  distance: number,
  /** In which unit. */
  unit: string | null,
};

export type MissingField = {
  /** The field. */
  field: string,
  /** Its label. */
  label: string,
};

export type AmountView = {
  /** The figure, if it is one. */
  value: number | null,
  /** At least. */
  min: number | null,
  /** At most. */
  max: number | null,
  /** 万元, unless the policy says otherwise. */
  unit: string,
};

export type WindowState = "open" | "upcoming" | "closed" | "always";

export type WindowView = {
  /** Whether it is open. */
  state: WindowState,
  /** Its name. */
  label: string | null,
  /** First day. */
  from: string | null,
  /** Last day. */
  to: string | null,
};

export type VerifiedView = "yes" | "partly" | "no";

export type PolicyHint = {
  /** Its id. */
  id: string,
  /** Its title. */
  title: string,
  /** How it comes out. */
  outcome: OutcomeView,
  /** What it gives, in one clause. */
  benefit: string | null,
  /** What is lacking. */
  near_miss: NearMissView | null,
  /** Texts of the leaves that are false. */
  false: Array<string>,
  /** Texts of the leaves that are an official's judgement. */
  manual: Array<string>,
  /** What is not known. */
  missing: Array<MissingField>,
  /** The document and clause. */
  cite: string | null,
  /** An estimate. */
  amount: AmountView | null,
  /** 免申即享. */
  no_apply: boolean,
  /** When applications are taken. */
  window: WindowView,
  /** How well the source was checked. */
  verified: VerifiedView,
  /** What to know about the source. */
  note: string | null,
};

export type FieldKind = "text" | "code" | "date" | "bool" | "int" | "number" | "money" | "ratio" | "enum" | "set";

export type SettledPolicy = {
  /** Its id. */
  id: string,
  /** Its title. */
  title: string,
};

export type QuestionView = {
  /** The field that it fills. */
  field: string,
  /** The field's label. */
  label: string,
  /** As it is asked. */
  ask: string,
  /** What kind of answer. */
  type: FieldKind,
  /** In which unit. */
  unit: string | null,
  /** What can be picked. */
  values: Array<string>,
  /** 0 public, 1 ask, 2 accounts, 3 audit. */
  cost: number,
  /** What it can settle. */
  settles: Array<SettledPolicy>,
  /** What that may be worth, 万元, 估算. */
  amount: number | null,
  /** The nearest last day to apply. */
  closes_on: string | null,
  /** Why it is asked, in plain Chinese. */
  reason: string,
};

export type LibraryView = {
  /** Its version in this district. */
  version: string,
  /** The day it was imported. */
  as_of: string | null,
  /** How many policies it has. */
  policies: number,
};

export type HintsView = {
  /** The day they are for. */
  on: string,
  /** By which library. */
  library: LibraryView,
  /** The policies, the most certain first. */
  policies: Array<PolicyHint>,
  /** What to ask, the most useful first. */
  questions: Array<QuestionView>,
};

export type Answer = {
  /** The field. */
  field: string,
  /** The value. */
  value: string,
};

export type HintsArgs = {
  /** For which enterprise. */
  uscc: string,
  /** On which day; today if none. */
  on: string | null,
  /** Evaluated in memory only. */
  facts: Array<Answer>,
  /** By the library that a form was opened with. */
  library_version: string | null,
};

export type BriefingArgs = {
  /** For which enterprise. */
  uscc: string,
  /** On which day; today if none. */
  on: string | null,
};

export type BriefingEnterprise = {
  /** Its code. */
  uscc: string,
  /** Its name. */
  name: string,
  /** GB/T 4754-2017 code. */
  industry: string | null,
  /** Where it is. */
  address: string | null,
  /** 划型、四上 as computed. */
  tags: Array<string>,
  /** Its last visit. */
  last_visit: string | null,
};

export type Briefing = {
  /** Where one goes. */
  enterprise: BriefingEnterprise,
  /** Whom one meets. */
  people: Array<ContactView>,
  /** Who came along last time. */
  companions: Array<Person>,
  /** What was promised, open ones first. */
  promises: Array<PromiseView>,
  /** What is open. */
  demands: Array<DemandView>,
  /** Questions and hints. */
  hints: HintsView,
  /** How old what others did may be. */
  last_complete_sync: string | null,
};
