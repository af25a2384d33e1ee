// Generated from crates/qilian-app/src/contract; `cargo xtask codegen` writes it. Do not edit.
import type { WaitingItem } from './sync'
import type { Mode, VisitRow, DraftSummary } from './visit'

export type QuotaStateView = "none_required" | "behind" | "met" | "calendar_missing";

export type WeekQuotaView = {
  /** `2026-W47`. */
  week: string,
  /** Its Monday. */
  from: string,
  /** Its Sunday. */
  to: string,
  /** Its workdays. */
  workdays: number | null,
  /** Visits asked for. */
  required: number | null,
  /** Visits that count. */
  counted: number,
  /** What that comes to. */
  state: QuotaStateView,
};

export type QuarterQuota = {
  /** `2026-Q4`. */
  quarter: string,
  /** Enterprises that are mine. */
  assigned: number,
  /** Of those, visited this quarter. */
  covered: number,
  /** ISO weeks left with a workday. */
  weeks_left: number | null,
  /** Enterprises a week that cover what remains. */
  pace_needed: number | null,
};

export type LaterView = {
  /** Its code. */
  uscc: string,
  /** Its name. */
  name: string,
  /** Its last visit by anybody. */
  last_visit: string | null,
};

export type Later = {
  /** The longest unvisited. */
  first: Array<LaterView>,
  /** How many there are beside those. */
  more: number,
};

export type PlanReason = {
  /** Picks icon and words. */
  code: string,
  /** In plain Chinese, as on the terminal. */
  text: string,
};

export type PlanItem = {
  /** Its code. */
  uscc: string,
  /** Its name. */
  name: string,
  /** Higher comes first; comparable within one plan. */
  score: number,
  /** Whether the week needs it. */
  needed: boolean,
  /** Where it is. */
  street: string | null,
  /** Its last visit. */
  last_visit: string | null,
  /** How that one was made. */
  last_mode: Mode | null,
  /** Why. */
  reasons: Array<PlanReason>,
};

export type OpenPromiseView = {
  /** Its id. */
  id: string,
  /** To whom. */
  uscc: string,
  /** Their name. */
  name: string,
  /** What. */
  text: string,
  /** By when. */
  due_on: string | null,
};

export type Today = {
  /** The day. */
  on: string,
  /** Its week. */
  week: WeekQuotaView,
  /** Its quarter. */
  quarter: QuarterQuota,
  /** Whom to visit, best first. */
  plan: Array<PlanItem>,
  /** Whom to visit after those. */
  later: Later,
  /** This week's visits. */
  done: Array<VisitRow>,
  /** What waits to be sent. */
  waiting: Array<WaitingItem>,
  /** What I promised. */
  promises: Array<OpenPromiseView>,
  /** What I began to write. */
  drafts: Array<DraftSummary>,
};
