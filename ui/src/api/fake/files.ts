/** Files of the made-up laptop: they come in pieces, wait while there is no network, and are refused as the real host refuses. */
import type * as T from '../types'
import { ME } from './data'

const MB = 1024 * 1024
const kinds: Record<string, [T.AttachmentKind, string, number]> = {
  jpg: ['photo', 'image/jpeg', 20], jpeg: ['photo', 'image/jpeg', 20], png: ['photo', 'image/png', 20], webp: ['photo', 'image/webp', 20],
  mp3: ['audio', 'audio/mpeg', 50], m4a: ['audio', 'audio/mp4', 50], mp4: ['video', 'video/mp4', 200],
  pdf: ['document', 'application/pdf', 20], docx: ['document', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 20],
}
/** A drawing in place of a photo. */
const drawing = (sky: string, ground: string): string => `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 48"><rect width="64" height="48" fill="${sky}"/><path d="M0 48V30l14-10 12 8 16-16 22 18v18z" fill="${ground}"/></svg>`)}`

interface FakeFile { view: T.Attachment; data: string }
interface Intake { visit_id: string; name: string; size_bytes: number; pieces: string[] }

export class FakeFiles {
  private readonly of = new Map<string, FakeFile[]>()
  private readonly intakes = new Map<string, Intake>()
  settings: T.FileSettings = { pace: 'gentle', room_mb: 2000 }
  private serial = 0

  constructor(
    private readonly refuse: (code: string, details?: Record<string, unknown>) => never,
    private readonly recorded: (id: string) => { name: string } | null,
  ) {}

  /** What the made-up past left: some there, one on its way, one in trouble, one of a colleague's. */
  fill(visit_id: string): void {
    const one = (name: string, size_bytes: number, state: T.AttachmentState, thumbnail: string | null, mine = true): FakeFile => {
      const [kind, mime] = kinds[name.split('.').pop() ?? ''] ?? ['document', 'application/pdf', 20]
      return { view: { attachment_id: `a${++this.serial}`, name, kind, mime, size_bytes, thumbnail, by: mine ? ME : { id: 'BA0007', name: '李某', unit: null }, mine, here: mine, state }, data: '' }
    }
    this.of.set(visit_id, [
      one('新线投产.jpg', 2_860_000, { state: 'stored' }, drawing('lightsteelblue', 'slategray')),
      one('仪表盘.jpg', 3_410_000, { state: 'waiting', sent_bytes: 1_420_000 }, drawing('tan', 'saddlebrown')),
      one('用电合同.pdf', 1_180_000, { state: 'waiting', sent_bytes: 0 }, null),
      one('座谈录音.m4a', 18_400_000, { state: 'trouble', code: 'file_damaged' }, null),
      one('西门积水.jpg', 2_190_000, { state: 'elsewhere' }, drawing('darkseagreen', 'darkolivegreen'), false),
    ])
  }

  list(visit_id: string): T.Attachment[] {
    return (this.of.get(visit_id) ?? []).map((file) => this.seen(file, visit_id))
  }
  /** What was with a form belongs to its visit once that is on record. */
  private seen(file: FakeFile, visit_id: string): T.Attachment {
    if (file.view.state.state !== 'held' || !this.recorded(visit_id)) return file.view
    return { ...file.view, by: ME, state: { state: 'waiting', sent_bytes: 0 } }
  }
  count(visit_id: string): number {
    return this.of.get(visit_id)?.length ?? 0
  }
  drop(visit_id: string): void {
    this.of.delete(visit_id)
  }
  room(): T.FileRoom {
    const sum = (files: T.Attachment[]): number => files.reduce((bytes, file) => bytes + file.size_bytes, 0)
    const here = [...this.of.keys()].flatMap((visit_id) => this.list(visit_id)).filter((file) => file.here)
    return { used_bytes: sum(here), needed_bytes: sum(here.filter((file) => file.state.state !== 'stored')) }
  }
  waiting(): T.FileWaiting[] {
    return [...this.of.keys()].flatMap((visit_id) => {
      const visit = this.recorded(visit_id)
      return visit ? this.list(visit_id).flatMap(({ attachment_id, name, size_bytes, state }): T.FileWaiting[] => (state.state === 'waiting' || state.state === 'trouble' ? [{ attachment_id, name, enterprise: visit.name, size_bytes, sent_bytes: state.state === 'waiting' ? state.sent_bytes : 0, trouble: state.state === 'trouble' ? state.code : null }] : [])) : []
    }).sort((a, b) => a.size_bytes - b.size_bytes)
  }
  deliver(): void {
    for (const [visit_id, files] of this.of) {
      if (this.recorded(visit_id)) for (const file of files) if (this.seen(file, visit_id).state.state === 'waiting') file.view = { ...file.view, by: ME, state: { state: 'stored' } }
    }
  }

  begin({ visit_id, name, size_bytes }: Omit<Intake, 'pieces'>): { intake_id: string } {
    const extension = name.split('.').pop()?.toLowerCase() ?? ''
    if (extension === 'heic') this.refuse('photo_heic_unsupported')
    const [, , most] = kinds[extension] ?? this.refuse('file_type_unsupported', { mime: extension })
    if (size_bytes === 0) this.refuse('file_empty')
    if (size_bytes > most * MB) this.refuse('file_too_large', { size_bytes, limit: most * MB })
    const intake_id = `i${++this.serial}`
    this.intakes.set(intake_id, { visit_id, name, size_bytes, pieces: [] })
    return { intake_id }
  }
  piece(intake_id: string, data: string): void {
    (this.intakes.get(intake_id) ?? this.refuse('argument_invalid', { field: 'intake_id' })).pieces.push(data)
  }
  cancel(intake_id: string): void {
    this.intakes.delete(intake_id)
  }
  end(intake_id: string): T.Attachment {
    const { visit_id, name, size_bytes, pieces } = this.intakes.get(intake_id) ?? this.refuse('argument_invalid', { field: 'intake_id' })
    this.intakes.delete(intake_id)
    const [kind, mime] = kinds[name.split('.').pop()?.toLowerCase() ?? ''] ?? this.refuse('file_type_unsupported')
    const data = pieces.join('')
    const view: T.Attachment = { attachment_id: `a${++this.serial}`, name, kind, mime, size_bytes, thumbnail: kind === 'photo' ? `data:${mime};base64,${data}` : null, by: null, mine: true, here: true, state: { state: 'held' } }
    this.of.set(visit_id, [...(this.of.get(visit_id) ?? []), { view, data }])
    return this.list(visit_id).at(-1) ?? view
  }

  private found(attachment_id: string): [string, FakeFile] {
    for (const [visit_id, files] of this.of) for (const file of files) if (file.view.attachment_id === attachment_id) return [visit_id, file]
    return this.refuse('attachment_unknown', { id: attachment_id })
  }
  remove(attachment_id: string): void {
    const [visit_id] = this.found(attachment_id)
    this.of.set(visit_id, (this.of.get(visit_id) ?? []).filter((file) => file.view.attachment_id !== attachment_id))
  }
  retry(attachment_id: string): void {
    const [, file] = this.found(attachment_id)
    file.view = { ...file.view, state: { state: 'waiting', sent_bytes: 0 } }
  }
  bytes(attachment_id: string): { mime: string; data: string } {
    const [, { view, data }] = this.found(attachment_id)
    if (view.state.state === 'elsewhere') this.refuse('file_not_there')
    if (data || !view.thumbnail) return { mime: view.mime, data }
    return { mime: 'image/svg+xml', data: btoa(decodeURIComponent(view.thumbnail.replace(/^[^,]*,/, ''))) }
  }
}
