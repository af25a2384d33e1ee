// Generated from crates/qilian-app/src/contract; `cargo xtask codegen` writes it. Do not edit.
import type { PromiseView, DemandView, ContactView } from './enterprise'
import type { HintsView, Answer } from './policy'
import type { Person } from './session'
import type { WeekQuotaView } from './today'

export type Mode = "onsite" | "phone" | "video" | "meeting";

export type VisitRow = {
  /** Its id. */
  visit_id: string,
  /** Which enterprise. */
  uscc: string,
  /** Its name. */
  name: string,
  /** The day. */
  on: string,
  /** How. */
  mode: Mode,
  /** Who went, the author first; only me where only the tally is left. */
  cadres: Array<Person>,
  /** What was talked about; empty where only the tally is left. */
  note: string,
  /** 补录. */
  late_entry: boolean,
  /** Whether it counts for me. */
  counted: boolean,
  /** Why it does not. */
  not_counted_because: string | null,
  /** Demands brought back. */
  demands: number,
  /** Facts brought back. */
  facts: number,
  /** Files added. */
  files: number,
  /** Still in the outbox. */
  pending: boolean,
};

export type DraftPromise = {
  /** What. */
  text: string,
  /** By when. */
  due_on: string | null,
};

export type VisitDraft = {
  /** Becomes the visit's id, so that saving twice records once. */
  draft_id: string,
  /** Which enterprise. */
  uscc: string,
  /** The day. */
  on: string,
  /** How. */
  mode: Mode,
  /** Ids of companions. */
  with: Array<string>,
  /** Names of people met. */
  met: Array<string>,
  /** What was talked about. */
  note: string,
  /** Answers. */
  facts: Array<Answer>,
  /** Demands, a line each. */
  demands: Array<string>,
  /** Promises. */
  promises: Array<DraftPromise>,
  /** Ids of earlier promises that were kept. */
  kept: Array<string>,
  /** Ids of demands that the visit follows up. */
  for_demands: Array<string>,
  /** The library that the form was opened with. */
  library_version: string | null,
  /** When it was last saved. */
  saved_at: string | null,
};

export type DraftArgs = {
  /** Its id. */
  draft_id: string,
};

export type NamedArgs = {
  /** As typed. */
  text: string,
};

export type DraftSaved = {
  /** When. */
  saved_at: string,
};

export type DraftSummary = {
  /** Its id. */
  draft_id: string,
  /** Which enterprise. */
  uscc: string,
  /** Its name. */
  name: string,
  /** When it was last saved. */
  saved_at: string,
  /** How the note begins. */
  note: string,
};

export type FormEnterprise = {
  /** Its code. */
  uscc: string,
  /** Its name. */
  name: string,
  /** Where it is. */
  street: string | null,
};

export type VisitForm = {
  /** The form. */
  draft: VisitDraft,
  /** Whether it was begun before. */
  restored: boolean,
  /** Where. */
  enterprise: FormEnterprise,
  /** Colleagues to pick from, those of the last visits first. */
  companions: Array<Person>,
  /** People there. */
  people: Array<ContactView>,
  /** What was promised. */
  promises: Array<PromiseView>,
  /** What is open. */
  demands: Array<DemandView>,
  /** Questions and hints by the form's library. */
  hints: HintsView,
  /** How the week stands. */
  week: WeekQuotaView,
};

export type LibraryChanged = {
  /** The version it opened with, which its answers belong to. */
  opened_with: string,
  /** The version in force. */
  now: string,
};

export type VisitRecorded = {
  /** Its id. */
  visit_id: string,
  /** Whether it counts for me. */
  counted: boolean,
  /** Why it does not. */
  not_counted_because: string | null,
  /** 补录. */
  late_entry: boolean,
  /** How the visit's week stands now. */
  week: WeekQuotaView,
  /** Demands that were written down. */
  demand_ids: Array<string>,
  /** Facts that were learned. */
  facts: number,
  /** If the library changed while the form was open. */
  library_changed: LibraryChanged | null,
};
