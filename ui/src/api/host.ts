/**
 * The host: everything the window may ask of the program around it. Two things implement it:
 * `tauri.ts` (the laptop) and `fake/` (a browser, tests). Screens know this interface only.
 */
import { inject, type InjectionKey } from 'vue'
import type {
  Briefing,
  Changed,
  EnrolArgs,
  EnterpriseFile,
  EnterprisePage,
  EnterprisesArgs,
  Hints,
  IsoDate,
  SearchResult,
  Session,
  SyncCentre,
  SyncStatus,
  Today,
  Uscc,
  VisitDraft,
  VisitForm,
  VisitRecorded,
  VisitRow,
  WeekPackage,
} from './types'

export interface Host {
  session(): Promise<Session>
  enrol(args: EnrolArgs): Promise<Session>
  unlock(args: { passphrase: string }): Promise<Session>
  passphrase_change(args: { current: string; next: string }): Promise<void>

  today(): Promise<Today>

  enterprises(args: EnterprisesArgs): Promise<EnterprisePage>
  enterprise(args: { uscc: Uscc }): Promise<EnterpriseFile>
  search(args: { text: string; limit: number }): Promise<SearchResult>

  briefing(args: { uscc: Uscc; on: IsoDate | null }): Promise<Briefing>
  /** `facts` are answers not saved yet; they are evaluated in memory, against the named library. */
  hints(args: { uscc: Uscc; on: IsoDate | null; facts: { field: string; value: string }[]; library_version: string | null }): Promise<Hints>

  visits(args: { limit: number }): Promise<VisitRow[]>
  visit_drafts(): Promise<{ draft_id: string; uscc: Uscc; name: string; saved_at: string; note: string }[]>
  visit_form(args: { uscc: Uscc }): Promise<VisitForm>
  draft_save(args: VisitDraft): Promise<{ saved_at: string }>
  draft_discard(args: { draft_id: string }): Promise<void>
  visit_record(args: VisitDraft): Promise<VisitRecorded>

  week_preview(args: { week: string | null }): Promise<WeekPackage>
  week_submit(args: { week: string }): Promise<WeekPackage>
  weeks(args: { limit: number }): Promise<WeekPackage[]>

  sync_status(): Promise<SyncStatus>
  sync_now(): Promise<SyncStatus>
  sync_centre(): Promise<SyncCentre>
  rejected_resubmit(args: { id: string }): Promise<void>
  rejected_discard(args: { id: string }): Promise<void>

  /** Calls back whenever something that a screen may show has changed. Returns a function that stops it. */
  onChanged(listener: (changed: Changed) => void): () => void
}

export const hostKey: InjectionKey<Host> = Symbol('host')

export function useHost(): Host {
  const host = inject(hostKey)
  if (!host) throw new Error('no host was provided to this window')
  return host
}
