/** A host in memory: deterministic, made-up, and honest about failure when told to fail. */
import type { Host } from '../host'
import type * as T from '../types'
import { fakeColleagues, ME, NOW, TODAY } from './data'
import { fakeNeedy } from './admin'
import { FakeFiles } from './files'
import { crowd, fakeHints, LIBRARY, noHints } from './hints'
import { findHit } from './search'
import { World, type WorldOptions } from './world'

export interface FakeOptions extends WorldOptions {
  session?: T.Session
  online?: boolean
  /** Refuses these commands with these codes. */
  fail?: Partial<Record<keyof Host, T.HostError>>
  /** The library the server publishes while a form is open. */
  library?: string
  /** The laptop has not received a library yet. */
  noLibrary?: boolean
  /** More policies, questions and long words than one page holds. */
  crowded?: boolean
  /** How many colleagues may have come along; two when not said. */
  colleagues?: number
  delayMs?: number
}

export const readySession: T.Session = { state: 'ready', user: ME, administrator: false, district: '澜州示范区', device: { id: 'dev-7f3a', name: '张某的笔记本' }, server: 'https://qilian.lanzhou-demo.example', key: 'key_store', today: TODAY, version: '0.1.0' }

const refuse = (code: string, details: Record<string, unknown> = {}): never => {
  throw { code, details } satisfies T.HostError
}

export function createFakeHost(options: FakeOptions = {}): Host & { world: World; options: FakeOptions } {
  const world = new World(options)
  const files = new FakeFiles(refuse, (id) => {
    const visit = world.visits.find((v) => v.visit_id === id)
    return visit ? { name: world.find(visit.uscc)?.name ?? '' } : null
  })
  const withFiles = world.visits.find((v) => v.pending && v.demands > 0)
  if (withFiles && !options.untouched) files.fill(withFiles.visit_id)
  world.countFiles = (id) => files.count(id)
  const listeners = new Set<(changed: T.Changed) => void>()
  let session = options.session ?? readySession
  let lastSync: string | null = options.online === false ? '2026-11-17T17:52:00+08:00' : '2026-11-18T08:12:00+08:00'
  let submitted: { at: string; receipt: T.Receipt | null; visits: number } | null = null
  const tell = (...topics: T.Topic[]): void => listeners.forEach((listener) => listener({ topics }))
  const need = (uscc: string) => world.find(uscc) ?? refuse('enterprise_unknown', { uscc })
  const online = (): boolean => options.online ?? true
  const colleagues = fakeColleagues(options.colleagues ?? 2)
  const hintsOf = (facts: Map<string, string>, on: string = TODAY, version: string = LIBRARY): T.Hints => {
    if (options.noLibrary) return noHints(on)
    return options.crowded ? crowd(fakeHints(facts, on, version)) : fakeHints(facts, on, version)
  }

  /** In a crowd six times what is there, so that not all of it fits the page. */
  const six = <Item>(some: Item[], numbered: (item: Item, n: number) => Item): Item[] => (options.crowded ? some.flatMap((item) => [0, 1, 2, 3, 4, 5].map((n) => numbered(item, n))) : some)

  const status = (): T.SyncStatus => ({
    now: NOW,
    online: online(),
    syncing: false,
    pending: world.waiting.length,
    oldest_pending: world.waiting[0]?.since ?? null,
    delivered: 0,
    rejected: world.rejected.length,
    merged: world.merged.length,
    files: { waiting: files.waiting().length, size_bytes: files.waiting().reduce((sum, file) => sum + file.size_bytes, 0), sent_bytes: files.waiting().reduce((sum, file) => sum + file.sent_bytes, 0), trouble: files.waiting().filter((file) => file.trouble).length },
    last_complete_sync: lastSync,
    complete: true,
    unreadable: 0,
    fully_synced: world.waiting.length === 0 && files.waiting().length === 0,
    last_error: options.fail?.sync_now ?? null,
    lease: { until: lastSync && new Date(Date.parse(lastSync) + 14 * 86_400_000).toISOString(), days: 14 },
  })

  const weekPackage = (week: string | null): T.WeekPackage => {
    const quota = week && week !== '2026-W47' ? world.week('2026-11-11') : world.week()
    const visits = world.visits.filter((v) => v.on >= quota.from && v.on <= quota.to).map((v) => world.row(v))
    const past = quota.week !== '2026-W47'
    const receipt: T.Receipt = { no: `HZ-2026W46-${ME.id}-0093`, received_at: '2026-11-13T18:04:00+08:00', by: '示范区企业服务中心', visits: visits.length, counted: visits.length, checksum: '7F3A 91C2 0E5D B844', agrees: true }
    return {
      week: quota.week, from: quota.from, to: quota.to, required: quota.required, counted: quota.counted, state: quota.state,
      revision: past || submitted ? 1 : 0,
      visits,
      demands: world.demands.filter((d) => d.created_on >= quota.from && d.created_on <= quota.to).map((d) => ({ title: d.title, name: world.find(d.uscc)?.name ?? '' })),
      facts: world.enterprises.flatMap((e) => e.facts.filter((f) => f.by === ME.name && f.as_of !== null && f.as_of >= quota.from && f.as_of <= quota.to).map((f) => ({ name: e.name, label: f.label, value: f.value, unit: f.unit }))),
      promises: world.promises.filter((p) => (p.made_on ?? '') >= quota.from && (p.made_on ?? '') <= quota.to).map((p) => ({ name: world.find(p.uscc)?.name ?? '', text: p.text, kept: p.kept_on !== null })),
      drafts: [...world.drafts.values()].map((d) => ({ name: world.find(d.uscc)?.name ?? '' })),
      submitted_at: past ? '2026-11-13T17:31:00+08:00' : (submitted?.at ?? null),
      receipt: past ? receipt : (submitted?.receipt ?? null),
      supplement: submitted && !past ? Math.max(visits.length - submitted.visits, 0) : 0,
    }
  }

  const deliver = (): void => {
    world.waiting = []
    world.visits = world.visits.map((v) => ({ ...v, pending: false }))
    lastSync = NOW
    if (submitted && !submitted.receipt) {
      const counted = weekPackage(null).visits.length
      submitted = { ...submitted, receipt: { no: `HZ-2026W47-${ME.id}-0094`, received_at: NOW, by: '示范区企业服务中心', visits: counted, counted, checksum: '1D09 5A7E C3F2 66B0', agrees: true } }
    }
  }

  const needNetwork = (): void => {
    if (!online()) refuse('server_unreachable')
  }

  const handle = (id: string, how: NonNullable<T.RejectedItem['handled']>['how']): T.RejectedItem => {
    const item = [...world.rejected, ...world.merged].find((one) => one.id === id) ?? refuse('outcome_unknown', { id })
    world.rejected = world.rejected.filter((one) => one.id !== id)
    world.merged = world.merged.filter((one) => one.id !== id)
    world.handled.unshift({ ...item, handled: { how, at: NOW } })
    return item
  }

  const form = (uscc: string): T.VisitForm => {
    const e = need(uscc)
    const kept = [...world.drafts.values()].find((d) => d.uscc === uscc)
    const file = world.file(e)
    const draft: T.VisitDraft = kept ?? { draft_id: world.id('draft'), uscc, on: TODAY, mode: 'onsite', with: colleagues.slice(0, 1).map((p) => p.id), met: file.people.filter((p) => p.usual).map((p) => p.name), note: '', facts: [], demands: [], promises: [], kept: [], for_demands: [], library_version: LIBRARY, saved_at: null }
    return { draft, restored: kept !== undefined, enterprise: { uscc, name: e.name, street: e.street }, companions: colleagues, people: file.people, promises: file.promises, demands: file.demands, hints: hintsOf(world.knownFacts(uscc)), week: world.week() }
  }

  const blank = (text: string): T.VisitDraft => {
    const e = world.enterprises.find((one) => one.uscc === text.trim() || one.name === text.trim()) ?? refuse('enterprise_unknown', { uscc: text })
    return { draft_id: world.id('draft'), uscc: e.uscc, on: TODAY, mode: 'onsite', with: [], met: [], note: '', facts: [], demands: [], promises: [], kept: [], for_demands: [], library_version: null, saved_at: null }
  }

  const record = (draft: T.VisitDraft): T.VisitRecorded => {
    const e = need(draft.uscc)
    if (draft.on > TODAY) refuse('visit_in_future', { on: draft.on })
    if (draft.note.trim() === '') refuse('text_missing', { field: 'note' })
    const demand_ids = draft.demands.map((title) => {
      const demand_id = world.id('d')
      world.demands.unshift({ demand_id, uscc: e.uscc, no: null, title, state: 'collected', light: null, due_on: null, owner_unit: null, pending: true, created_on: TODAY })
      return demand_id
    })
    for (const p of world.promises) if (draft.kept.includes(p.id)) p.kept_on = draft.on
    for (const p of draft.promises) world.promises.push({ id: world.id('k'), uscc: e.uscc, text: p.text, due_on: p.due_on, made_on: draft.on, kept_on: null })
    for (const { field, value } of draft.facts) {
      const question = fakeHints(new Map()).questions.find((q) => q.field === field)
      world.addFact(e, { field, label: question?.label ?? field, value, unit: question?.unit ?? null, period: null, source: 'said', source_note: null, stale: false, as_of: draft.on, by: ME.name, current: true })
    }
    const visit = { visit_id: draft.draft_id, uscc: e.uscc, on: draft.on, mode: draft.mode, with: colleagues.filter((p) => draft.with.includes(p.id)), note: draft.note, recorded_on: TODAY, demands: demand_ids.length, facts: draft.facts.length, pending: true }
    world.visits = [visit, ...world.visits].sort((a, b) => b.on.localeCompare(a.on))
    world.drafts.delete(draft.draft_id)
    world.enqueue('visit', e, null)
    if (draft.facts.length) world.enqueue('fact', e, null, draft.facts.length)
    tell('today', 'visits', 'enterprises', 'drafts', 'sync', 'upload')
    const row = world.row(visit)
    const now = options.library ?? LIBRARY
    return { visit_id: visit.visit_id, counted: row.counted, not_counted_because: null, late_entry: row.late_entry, week: world.week(), demand_ids, facts: draft.facts.length, library_changed: draft.library_version === null || now === draft.library_version ? null : { opened_with: draft.library_version, now } }
  }

  const enterprises = ({ search, filter, offset, limit }: T.EnterprisesArgs): T.EnterprisePage => {
    const rows = world.enterprises.map((e): T.EnterpriseRow & { e: (typeof world.enterprises)[number] } => ({ e, uscc: e.uscc, name: e.name, street: e.street, last_visit: world.lastVisit(e.uscc)?.on ?? null, visited_this_quarter: world.coveredThisQuarter(e.uscc), open_demands: world.demands.filter((d) => d.uscc === e.uscc).length, hit: null }))
    const found = search.trim() ? rows.flatMap((row) => { const hit = findHit(row.e, search); return hit ? [{ ...row, hit }] : [] }) : rows
    const keep = { all: () => true, not_visited: (r: T.EnterpriseRow) => !r.visited_this_quarter, open_demands: (r: T.EnterpriseRow) => r.open_demands > 0 }
    const counts = { all: found.length, not_visited: found.filter(keep.not_visited).length, open_demands: found.filter(keep.open_demands).length }
    const kept = found.filter(keep[filter])
    return { total: kept.length, counts, items: kept.slice(offset, offset + limit).map(({ uscc, name, street, last_visit, visited_this_quarter, open_demands, hit }) => ({ uscc, name, street, last_visit, visited_this_quarter, open_demands, hit })) }
  }

  const drafts = (): T.DraftSummary[] => [...world.drafts.values()].map((d) => ({ draft_id: d.draft_id, uscc: d.uscc, name: world.find(d.uscc)?.name ?? '', saved_at: d.saved_at ?? NOW, note: d.note }))

  const commands = {
    session: () => session,
    enrol: ({ code, passphrase }: T.EnrolArgs) => {
      const codes: Record<string, string> = { USED: 'code_used', EXPIRED: 'code_expired', OTHER: 'not_a_qilian_server', CERT: 'certificate_invalid', NET: 'server_unreachable' }
      const bad = codes[code.trim().toUpperCase()]
      if (bad) refuse(bad)
      if (code.trim().length < 6) refuse('code_unknown')
      if (session.state === 'not_enrolled' && session.needs_passphrase && !passphrase) refuse('key_store_missing')
      return (session = readySession)
    },
    unlock: ({ passphrase }: { passphrase: string }) => (passphrase === '澜州的秋天' ? (session = readySession) : refuse('passphrase_wrong')),
    passphrase_change: () => undefined,
    today: (): T.Today => {
      const week = world.week()
      return { on: TODAY, week, quarter: world.quarter(), plan: world.plan(), later: world.later(), done: world.visits.filter((v) => v.on >= week.from).map((v) => world.row(v)), waiting: [...world.waiting], promises: world.promises.filter((p) => p.kept_on === null).map((p) => ({ id: p.id, uscc: p.uscc, name: world.find(p.uscc)?.name ?? '', text: p.text, due_on: p.due_on })), drafts: drafts() }
    },
    enterprises,
    enterprise: ({ uscc }: { uscc: string }) => ({ ...world.file(need(uscc)), questions: hintsOf(world.knownFacts(uscc)).questions }),
    search: ({ text, limit }: { text: string; limit: number }) => ({ enterprises: text.trim() ? enterprises({ search: text, filter: 'all', offset: 0, limit }).items : [] }),
    briefing: ({ uscc, on }: { uscc: string; on: string | null }): T.Briefing => {
      const e = need(uscc)
      const file = world.file(e)
      return { enterprise: { uscc, name: e.name, industry: e.industry, address: e.address, tags: e.tags, last_visit: world.lastVisit(uscc)?.on ?? null }, people: six(file.people, (person, n) => ({ ...person, name: `${person.name}${n}` })), companions: colleagues.slice(0, 1), promises: six(file.promises, (promise, n) => ({ ...promise, id: `${promise.id}-${n}` })), demands: six(file.demands, (demand, n) => ({ ...demand, demand_id: `${demand.demand_id}-${n}` })), hints: hintsOf(world.knownFacts(uscc), on ?? TODAY), last_complete_sync: lastSync }
    },
    hints: ({ uscc, on, facts, library_version }: Parameters<Host['hints']>[0]) => {
      need(uscc)
      const known = world.knownFacts(uscc)
      for (const { field, value } of facts) known.set(field, value)
      return hintsOf(known, on ?? TODAY, library_version ?? LIBRARY)
    },
    visits: ({ limit }: { limit: number }) => world.visits.slice(0, limit).map((v) => world.row(v)),
    visit_drafts: () => drafts(),
    visit_blank: ({ text }: { text: string }) => blank(text),
    visit_form: ({ uscc }: { uscc: string }) => form(uscc),
    draft_save: (draft: T.VisitDraft) => {
      world.drafts.set(draft.draft_id, { ...structuredClone(draft), saved_at: NOW })
      return { saved_at: NOW }
    },
    draft_discard: ({ draft_id }: { draft_id: string }) => {
      world.drafts.delete(draft_id)
      files.drop(draft_id)
      tell('drafts', 'today', 'files')
    },
    visit_record: record,
    week_preview: ({ week }: { week: string | null }) => weekPackage(week),
    week_submit: () => {
      submitted = { at: NOW, receipt: null, visits: weekPackage(null).visits.length }
      world.enqueue('week', null, null)
      if (online()) deliver()
      tell('upload', 'sync', 'today')
      return weekPackage(null)
    },
    weeks: () => [weekPackage('2026-W46')],
    sync_status: status,
    sync_now: () => {
      if (!online()) refuse('server_unreachable')
      deliver()
      if (session.state === 'lease_over') session = readySession
      tell('session', 'sync', 'today', 'upload')
      return status()
    },
    export_unsent: (): T.ExportView => ({ path: `/home/zhang/下载/qilian-${ME.id}-20261118.export`, unsent: world.waiting.length, files: files.waiting().length }),
    sync_centre: () => ({ status: status(), waiting: [...world.waiting], rejected: [...world.rejected], merged: [...world.merged], delivered: [...world.delivered], handled: [...world.handled], files: files.waiting() }),
    rejected_resubmit: ({ id }: { id: string }) => {
      const item = handle(id, 'resubmitted')
      if (item) world.waiting.push({ id: world.id('w'), kind: item.kind, uscc: item.uscc, name: item.name, title: item.title, count: 1, since: NOW, delivered: false })
      tell('sync', 'today')
    },
    rejected_note: ({ id }: { id: string }) => {
      const item = handle(id, 'noted')
      if (item.uscc) world.notes.unshift({ id: world.id('n'), uscc: item.uscc, text: item.text, on: TODAY, by: ME.name, pending: true })
      world.waiting.push({ id: world.id('w'), kind: 'note', uscc: item.uscc, name: item.name, title: null, count: 1, since: NOW, delivered: false })
      tell('sync', 'today', 'enterprises')
    },
    rejected_discard: ({ id }: { id: string }) => {
      handle(id, world.merged.some((m) => m.id === id) ? 'seen' : 'discarded')
      tell('sync', 'today')
    },
    admin_sync_health: ({ days }: { days: number }): T.SyncHealth => {
      needNetwork()
      return { days, laptops: world.laptops.length, needy: fakeNeedy(world.laptops, days), quarantined: world.quarantined, now: NOW }
    },
    admin_devices: (): T.Laptops => {
      needNetwork()
      return { laptops: world.laptops, now: NOW }
    },
    admin_device_state: ({ id, state }: { id: string; state: T.LaptopState }): T.LaptopRow => {
      needNetwork()
      const laptop = world.laptops.find((one) => one.device_id === id) ?? refuse('not_found')
      laptop.state = state
      tell('admin')
      return laptop
    },
    admin_resync: ({ all, units, devices }: { all: boolean; units: string[]; devices: string[] }) => {
      needNetwork()
      const meant = world.laptops.filter((one) => all || units.includes(one.user.unit ?? '') || devices.includes(one.device_id))
      for (const one of meant) one.resync_due = true
      tell('admin')
      return { laptops: meant.length }
    },
    admin_programme: () => {
      needNetwork()
      return { lease_days: world.leaseDays, least_days: 1, most_days: 30 }
    },
    admin_programme_change: ({ lease_days }: { lease_days: number }) => {
      needNetwork()
      world.leaseDays = lease_days
      tell('admin')
      return { lease_days, least_days: 1, most_days: 30 }
    },
    admin_release: ({ id }: { id: string }) => {
      needNetwork()
      world.quarantined = world.quarantined.filter((one) => one.id !== id)
      tell('admin')
      return { refused: null, details: {} }
    },
    promise_keep: ({ id }: { id: string }) => {
      const promise = world.promises.find((p) => p.id === id) ?? refuse('promise_unknown', { id })
      promise.kept_on = TODAY
      tell('today', 'enterprises')
    },
    attachments: ({ visit_id }: { visit_id: string }) => files.list(visit_id),
    intake_begin: (args: { visit_id: string; name: string; size_bytes: number }) => files.begin(args),
    intake_piece: ({ intake_id, data }: { intake_id: string; data: string }) => files.piece(intake_id, data),
    intake_cancel: ({ intake_id }: { intake_id: string }) => files.cancel(intake_id),
    intake_end: ({ intake_id }: { intake_id: string }) => {
      const view = files.end(intake_id)
      tell('files', 'visits', 'sync')
      return view
    },
    attachment_remove: ({ attachment_id }: { attachment_id: string }) => {
      files.remove(attachment_id)
      tell('files', 'visits', 'sync')
    },
    attachment_bytes: ({ attachment_id }: { attachment_id: string }) => files.bytes(attachment_id),
    attachment_save: ({ attachment_id }: { attachment_id: string }) => {
      files.bytes(attachment_id)
      return { path: '/home/zhang/下载/附件.pdf' }
    },
    attachment_retry: ({ attachment_id }: { attachment_id: string }) => {
      files.retry(attachment_id)
      tell('files', 'sync')
    },
    file_settings: (): T.FileSettings => files.settings,
    file_room: (): T.FileRoom => files.room(),
    file_settings_change: (settings: T.FileSettings) => {
      files.settings = settings
    },
    files_send: () => {
      if (!online()) refuse('server_unreachable')
      files.deliver()
      tell('files', 'sync')
    },
  } satisfies Record<Exclude<keyof Host, 'onChanged'>, (args: never) => unknown>

  const onChanged = (listener: (changed: T.Changed) => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  // Each command answers later, as the real one does, and with a copy, so that nobody edits the world by hand.
  const answered = Object.fromEntries(
    Object.entries(commands).map(([name, run]) => [
      name,
      async (args: never) => {
        await new Promise((done) => (options.delayMs ? setTimeout(done, options.delayMs) : queueMicrotask(() => done(undefined))))
        const failure = options.fail?.[name as keyof Host]
        if (failure) throw failure
        return structuredClone((run as (args: never) => unknown)(args))
      },
    ]),
  )
  return { ...(answered as unknown as Omit<Host, 'onChanged'>), onChanged, world, options }
}
