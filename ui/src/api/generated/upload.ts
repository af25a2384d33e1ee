// Generated from crates/qilian-app/src/contract; `cargo xtask codegen` writes it. Do not edit.
import type { QuotaStateView } from './today'
import type { VisitRow } from './visit'

export type ReceiptView = {
  /** 回执号. */
  no: string,
  /** 送达. */
  received_at: string,
  /** Who received it: the district's name. */
  by: string,
  /** Visits in the package. */
  visits: number,
  /** Visits that count. */
  counted: number,
  /** 校验, in groups of four. */
  checksum: string,
  /** Whether the laptop's own figures give the same 校验. */
  agrees: boolean,
};

export type PackageDemand = {
  /** What it is. */
  title: string,
  /** Whose. */
  name: string,
};

export type PackageFact = {
  /** Whose. */
  name: string,
  /** The field's label. */
  label: string,
  /** As shown. */
  value: string,
  /** Its unit. */
  unit: string | null,
};

export type PackagePromise = {
  /** To whom. */
  name: string,
  /** What. */
  text: string,
  /** Whether it was kept this week, rather than made. */
  kept: boolean,
};

export type PackageDraft = {
  /** Whose. */
  name: string,
};

export type WeekArgs = {
  /** `2026-W47`. */
  week: string,
};

export type WeekPreviewArgs = {
  /** `2026-W47`; today's if none. */
  week: string | null,
};

export type WeekPackageView = {
  /** `2026-W47`. */
  week: string,
  /** Its Monday. */
  from: string,
  /** Its Sunday. */
  to: string,
  /** Visits asked for. */
  required: number | null,
  /** Visits that count. */
  counted: number,
  /** What that comes to. */
  state: QuotaStateView,
  /** 0 before it is sealed, then 1, then one more for each supplement. */
  revision: number,
  /** The visits. */
  visits: Array<VisitRow>,
  /** Demands written down. */
  demands: Array<PackageDemand>,
  /** Facts learned. */
  facts: Array<PackageFact>,
  /** Promises made and kept. */
  promises: Array<PackagePromise>,
  /** What does not go. */
  drafts: Array<PackageDraft>,
  /** When it was sealed. */
  submitted_at: string | null,
  /** What the district answered for this revision. */
  receipt: ReceiptView | null,
  /** Visits of this week that came after it was last receipted. */
  supplement: number,
};
