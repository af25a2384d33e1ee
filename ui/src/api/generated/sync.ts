// Generated from crates/qilian-app/src/contract; `cargo xtask codegen` writes it. Do not edit.
import type { FileWaiting } from './attachment'
import type { Person } from './session'

export type WaitingKind = "visit" | "fact" | "promise" | "week" | "note" | "file" | "other";

export type WaitingItem = {
  /** Its id. */
  id: string,
  /** What it is. */
  kind: WaitingKind,
  /** Which enterprise. */
  uscc: string | null,
  /** Its name. */
  name: string | null,
  /** More words for it, such as the week. */
  title: string | null,
  /** How many records it carries. */
  count: number,
  /** Since when. */
  since: string,
  /** Whether the server has it, and only the confirming pull is missing. */
  delivered: boolean,
};

export type FilesWaiting = {
  /** How many. */
  waiting: number,
  /** How large. */
  size_bytes: number,
  /** How much of that the district has. */
  sent_bytes: number,
  /** How many of them do not go on by themselves. */
  trouble: number,
};

export type LeaseView = {
  /** Until then; `None` before the first complete sync. */
  until: string | null,
  /** Natural days after a complete sync, as the district has set them. */
  days: number,
};

export type ExportView = {
  /** The file. */
  path: string,
  /** Records in it that were not sent. */
  unsent: number,
  /** Files in it that were not sent. */
  files: number,
};

export type SyncStatus = {
  /** The laptop's clock. */
  now: string,
  /** Whether the last try reached the server. */
  online: boolean,
  /** Whether one is under way. */
  syncing: boolean,
  /** Mutations that the server has not answered. */
  pending: number,
  /** Since when the oldest of them waits. */
  oldest_pending: string | null,
  /** Mutations that the server has; the pull that confirms them is missing. */
  delivered: number,
  /** Outcomes that wait for me: rejected or put aside. */
  rejected: number,
  /** Outcomes that wait for me: merged. */
  merged: number,
  /** Files that wait. */
  files: FilesWaiting,
  /** The last complete pull. */
  last_complete_sync: string | null,
  /** Whether the last pull came to a complete cut. */
  complete: boolean,
  /** Rows that this version holds and can't read; a later one can. */
  unreadable: number,
  /** Outbox empty, last pull complete and all of it readable, no file waiting. */
  fully_synced: boolean,
  /** Why the last try failed. */
  last_error: HostError | null,
  /** How long the laptop may show what it holds. */
  lease: LeaseView,
};

export type CameBackAs = "merged" | "rejected" | "quarantined";

export type HandledAs = "resubmitted" | "discarded" | "noted" | "seen" | "released";

export type HandledView = {
  /** How. */
  how: HandledAs,
  /** When. */
  at: string,
};

export type ConflictView = {
  /** What it is about, in words that its author knows. */
  about: string,
  /** Which value, such as `kept_on`. */
  field: string,
  /** What it was before; `None` if it was empty. */
  base: string | null,
  /** What I wrote. */
  mine: string,
  /** What stands now; `None` where I may not see it any more. */
  theirs: string | null,
  /** Who wrote that. */
  by: Person | null,
  /** When. */
  at: string | null,
};

export type RejectedItem = {
  /** Its id. */
  id: string,
  /** What it is. */
  kind: WaitingKind,
  /** Which enterprise. */
  uscc: string | null,
  /** Its name, if it is still here. */
  name: string | null,
  /** More words for it. */
  title: string | null,
  /** When it was written. */
  written_at: string,
  /** When the server decided. */
  rejected_at: string,
  /** Why. */
  code: string,
  /** The facts that belong to the code. */
  details: Record<string, unknown>,
  /** What was written, for copying. */
  text: string,
  /** How it ended. */
  came_back_as: CameBackAs,
  /** Who changed what it depended on: who has the enterprise now. */
  by: Person | null,
  /** Since which day that is so. */
  since: string | null,
  /** What somebody else wrote first. */
  conflicts: Array<ConflictView>,
  /** What was done about it; `None` while it waits for me. */
  handled: HandledView | null,
  /** Whether it can be sent again. */
  can_resubmit: boolean,
  /** Whether its words can become a note on the enterprise. */
  can_note: boolean,
};

export type SyncCentre = {
  /** The lights. */
  status: SyncStatus,
  /** What waits. */
  waiting: Array<WaitingItem>,
  /** What came back, rejected or put aside, and waits for me. */
  rejected: Array<RejectedItem>,
  /** What took effect beside somebody else's change, and I have not seen. */
  merged: Array<RejectedItem>,
  /** What the district has, the latest first; the last of them. */
  delivered: Array<WaitingItem>,
  /** What came back and was seen to, the latest first; the last of them. */
  handled: Array<RejectedItem>,
  /** Files that wait, the smallest first. */
  files: Array<FileWaiting>,
};

export type IdArgs = {
  /** Its id. */
  id: string,
};

export type LimitArgs = {
  /** Rows at most. */
  limit: number,
};

export type HostError = {
  /** What. */
  code: string,
  /** For people at a terminal. */
  message?: string,
  /** The facts that belong to the code. */
  details: Record<string, unknown>,
};

export type Topic = "session" | "today" | "enterprises" | "visits" | "drafts" | "policies" | "upload" | "sync" | "admin" | "files";

export type Changed = {
  /** What changed. */
  topics: Array<Topic>,
};
