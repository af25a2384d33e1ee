/**
 * The host: everything the window may ask of the program around it. Two things implement it:
 * `tauri.ts` (the laptop) and `fake/` (a browser, tests). Screens know this interface only.
 */
import { inject, type InjectionKey } from 'vue'
import type { AttachmentArgs, AttachmentBytes, AttachmentSaved, AttachmentsArgs, DraftArgs, ExportView, FileRoom, FileSettings, HealthArgs, IdArgs, IntakeArgs, IntakeBeginArgs, IntakeBegun, IntakePieceArgs, LaptopStateArgs, LimitArgs, NamedArgs, PassphraseChangeArgs, ProgrammeArgs, ProgrammeView, ReleasedView, ResyncArgs, ResyncView, UnlockArgs, UsccArgs, WeekArgs, WeekPreviewArgs } from './generated'
import type {
  Attachment,
  Briefing,
  BriefingArgs,
  Changed,
  DraftSaved,
  DraftSummary,
  EnrolArgs,
  EnterpriseFile,
  EnterprisePage,
  EnterprisesArgs,
  Hints,
  HintsArgs,
  LaptopRow,
  Laptops,
  SearchArgs,
  SearchResult,
  Session,
  SyncCentre,
  SyncHealth,
  SyncStatus,
  Today,
  VisitDraft,
  VisitForm,
  VisitRecorded,
  VisitRow,
  WeekPackage,
} from './types'

export interface Host {
  session(): Promise<Session>
  enrol(args: EnrolArgs): Promise<Session>
  unlock(args: UnlockArgs): Promise<Session>
  passphrase_change(args: PassphraseChangeArgs): Promise<void>

  today(): Promise<Today>

  enterprises(args: EnterprisesArgs): Promise<EnterprisePage>
  enterprise(args: UsccArgs): Promise<EnterpriseFile>
  search(args: SearchArgs): Promise<SearchResult>

  briefing(args: BriefingArgs): Promise<Briefing>
  /** `facts` are answers not saved yet; they are evaluated in memory, against the named library. */
  hints(args: HintsArgs): Promise<Hints>

  visits(args: LimitArgs): Promise<VisitRow[]>
  visit_drafts(): Promise<DraftSummary[]>
  visit_form(args: UsccArgs): Promise<VisitForm>
  /** An empty form for an enterprise that is named exactly; also while the lease is over. */
  visit_blank(args: NamedArgs): Promise<VisitDraft>
  draft_save(args: VisitDraft): Promise<DraftSaved>
  draft_discard(args: DraftArgs): Promise<void>
  visit_record(args: VisitDraft): Promise<VisitRecorded>

  week_preview(args: WeekPreviewArgs): Promise<WeekPackage>
  week_submit(args: WeekArgs): Promise<WeekPackage>
  weeks(args: LimitArgs): Promise<WeekPackage[]>

  sync_status(): Promise<SyncStatus>
  sync_now(): Promise<SyncStatus>
  /** Seals what was not sent for the district's administrator, into the user's downloads. */
  export_unsent(): Promise<ExportView>
  sync_centre(): Promise<SyncCentre>
  rejected_resubmit(args: IdArgs): Promise<void>
  rejected_note(args: IdArgs): Promise<void>
  rejected_discard(args: IdArgs): Promise<void>

  /** 管理: asked of the district over the network, by administrators. */
  admin_sync_health(args: HealthArgs): Promise<SyncHealth>
  admin_devices(): Promise<Laptops>
  admin_device_state(args: LaptopStateArgs): Promise<LaptopRow>
  admin_resync(args: ResyncArgs): Promise<ResyncView>
  admin_programme(): Promise<ProgrammeView>
  admin_programme_change(args: ProgrammeArgs): Promise<ProgrammeView>
  admin_release(args: IdArgs): Promise<ReleasedView>

  /** Says that something promised was done. */
  promise_keep(args: IdArgs): Promise<void>

  /** The files of a visit or an open form; a form's id becomes its visit's. */
  attachments(args: AttachmentsArgs): Promise<Attachment[]>
  /** A file comes in pieces, and counts when its end was told. */
  intake_begin(args: IntakeBeginArgs): Promise<IntakeBegun>
  intake_piece(args: IntakePieceArgs): Promise<void>
  intake_end(args: IntakeArgs): Promise<Attachment>
  intake_cancel(args: IntakeArgs): Promise<void>
  attachment_remove(args: AttachmentArgs): Promise<void>
  /** Fetches them first where they are not on this laptop. */
  attachment_bytes(args: AttachmentArgs): Promise<AttachmentBytes>
  /** Leaves a copy in the clear in the user's downloads. */
  attachment_save(args: AttachmentArgs): Promise<AttachmentSaved>
  attachment_retry(args: AttachmentArgs): Promise<void>
  file_settings(): Promise<FileSettings>
  /** How much room they take now. */
  file_room(): Promise<FileRoom>
  file_settings_change(args: FileSettings): Promise<void>
  /** Sends what waits at once and at full speed. */
  files_send(): Promise<void>

  /** Calls back whenever something that a screen may show has changed. Returns a function that stops it. */
  onChanged(listener: (changed: Changed) => void): () => void
}

export const hostKey: InjectionKey<Host> = Symbol('host')

export function useHost(): Host {
  const host = inject(hostKey)
  if (!host) throw new Error('no host was provided to this window')
  return host
}
