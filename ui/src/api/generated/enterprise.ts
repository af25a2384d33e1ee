// Generated from crates/qilian-app/src/contract; `cargo xtask codegen` writes it. Do not edit.
import type { QuestionView } from './policy'
import type { VisitRow } from './visit'

export type HitField = "name" | "uscc" | "pinyin" | "address" | "business" | "people";

export type Hit = {
  /** Which field. */
  field: HitField,
  /** The excerpt. */
  text: string,
  /** Begin and end of each hit part, in UTF-16 code units of `text`. */
  ranges: Array<[number, number]>,
};

export type EnterpriseFilter = "all" | "not_visited" | "open_demands";

export type EnterprisesArgs = {
  /** Empty for all. */
  search: string,
  /** Which. */
  filter: EnterpriseFilter,
  /** Rows to skip. */
  offset: number,
  /** Rows at most. */
  limit: number,
};

export type UsccArgs = {
  /** Its code. */
  uscc: string,
};

export type SearchArgs = {
  /** As typed. */
  text: string,
  /** Hits at most. */
  limit: number,
};

export type SearchResult = {
  /** Enterprises, best first. */
  enterprises: Array<EnterpriseRow>,
};

export type EnterpriseRow = {
  /** Its code. */
  uscc: string,
  /** Its name. */
  name: string,
  /** Where it is. */
  street: string | null,
  /** Its last visit. */
  last_visit: string | null,
  /** Whether it was visited this quarter. */
  visited_this_quarter: boolean,
  /** Demands not closed. */
  open_demands: number,
  /** Where the search hit. */
  hit: Hit | null,
};

export type EnterpriseCounts = {
  /** All. */
  all: number,
  /** Not visited this quarter. */
  not_visited: number,
  /** With open demands. */
  open_demands: number,
};

export type EnterprisePage = {
  /** How many there are in all for this search and filter. */
  total: number,
  /** How many there are of each filter. */
  counts: EnterpriseCounts,
  /** This page. */
  items: Array<EnterpriseRow>,
};

export type FactView = {
  /** A field of the policy library. */
  field: string,
  /** Its label. */
  label: string,
  /** As shown: `4260`, `true`, `500..1000`. */
  value: string,
  /** Its unit. */
  unit: string | null,
  /** The period it is about. */
  period: string | null,
  /** `registry`, `roster`, `said`, `accounts`, `platform`. */
  source: string | null,
  /** A remark on the source. */
  source_note: string | null,
  /** The day on which it held. */
  as_of: string | null,
  /** Who recorded it. */
  by: string | null,
  /** Whether evaluation uses it. */
  current: boolean,
  /** Whether its period is over. */
  stale: boolean,
};

export type PromiseView = {
  /** Its id. */
  id: string,
  /** What. */
  text: string,
  /** By when. */
  due_on: string | null,
  /** The day of the visit on which it was made. */
  made_on: string | null,
  /** The day on which it was kept. */
  kept_on: string | null,
};

export type DemandView = {
  /** Its id. */
  demand_id: string,
  /** Its number, once it has one. */
  no: string | null,
  /** What it is. */
  title: string,
  /** Where it stands. */
  state: string,
  /** Its light. */
  light: string | null,
  /** By when. */
  due_on: string | null,
  /** Whose turn it is. */
  owner_unit: string | null,
  /** Still in the outbox. */
  pending: boolean,
  /** The day on which it was raised. */
  created_on: string,
};

export type ContactView = {
  /** Their name, by which they are picked. */
  id: string,
  /** Name. */
  name: string,
  /** Post. */
  post: string | null,
  /** Telephone. */
  phone: string | null,
  /** Met on the last visit, or the only one known. */
  usual: boolean,
  /** When they were last met. */
  last_met: string | null,
};

export type RegistrationView = {
  /** GB/T 4754-2017 code. */
  industry: string | null,
  /** 成立日期. */
  established_on: string | null,
  /** 注册资金 as written. */
  capital: string | null,
  /** 地址. */
  address: string | null,
  /** 街道. */
  street: string | null,
  /** 企业类型. */
  kind: string | null,
  /** 经营范围. */
  business: string | null,
};

export type NoteView = {
  /** Its id. */
  id: string,
  /** What. */
  text: string,
  /** The day that it is about. */
  on: string,
  /** Who wrote it. */
  by: string | null,
  /** Still in the outbox. */
  pending: boolean,
};

export type EnterpriseFile = {
  /** Its code. */
  uscc: string,
  /** Its name. */
  name: string,
  /** Whether it is mine today. */
  assigned: boolean,
  /** Whose it is today, if it is not mine. */
  assigned_to: string | null,
  /** 划型、四上 as computed. */
  tags: Array<string>,
  /** As registered. */
  registration: RegistrationView,
  /** What is known, statements of one field side by side. */
  facts: Array<FactView>,
  /** What one would like to know next. */
  questions: Array<QuestionView>,
  /** Who is there. */
  people: Array<ContactView>,
  /** Its visits, the latest first. */
  visits: Array<VisitRow>,
  /** Its demands, the latest first. */
  demands: Array<DemandView>,
  /** What was promised. */
  promises: Array<PromiseView>,
  /** Notes, the latest first. */
  notes: Array<NoteView>,
};
