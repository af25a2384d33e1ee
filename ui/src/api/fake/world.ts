/** The state of the made-up laptop, and the counts over it. */
import { addDays, daysBetween, weekday } from '@/app/dates'
import type { Demand, EnterpriseFile, Fact, IsoDate, LaptopRow, Later, Note, PlanGround, PlanItem, PromiseMade, QuarantinedItem, QuarterQuota, QuotaState, RejectedItem, VisitDraft, VisitRow, WaitingItem, WeekQuota } from '../types'
import { fakeEnterprises, fakeVisits, ME, NOW, TODAY, type FakeEnterprise, type FakeVisit } from './data'
import { fakeLaptops, fakeQuarantined } from './admin'
import { wordyEnterprise, wordyText } from './wordy'

const QUARTER_START = '2026-10-01'
const LATE_DAYS = 3

export interface WorldOptions {
  enterprises?: number
  calendar?: boolean
  /** Names, notes, demands and promises as long as people really write them. */
  wordy?: boolean
  /** Nobody was ever visited, and nothing was written. */
  untouched?: boolean
}

export class World {
  readonly enterprises: FakeEnterprise[]
  private all: FakeVisit[] = []
  private readonly last = new Map<string, FakeVisit>()
  waiting: WaitingItem[] = []
  rejected: RejectedItem[] = []
  merged: RejectedItem[] = []
  handled: RejectedItem[] = []
  delivered: WaitingItem[] = []
  notes: (Note & { uscc: string })[] = []
  leaseDays = 14
  laptops: LaptopRow[] = fakeLaptops()
  quarantined: QuarantinedItem[] = [...fakeQuarantined]
  drafts = new Map<string, VisitDraft>()
  demands: (Demand & { uscc: string })[] = []
  promises: (PromiseMade & { uscc: string })[] = []
  private readonly byUscc = new Map<string, FakeEnterprise>()
  private serial = 0
  countFiles: (visit_id: string) => number = () => 0

  constructor(private readonly options: WorldOptions = {}) {
    this.enterprises = fakeEnterprises(options.enterprises ?? 22)
    if (options.wordy) this.enterprises = this.enterprises.map(wordyEnterprise)
    for (const enterprise of this.enterprises) this.byUscc.set(enterprise.uscc, enterprise)
    if (options.untouched) return
    this.visits = fakeVisits(this.enterprises)
    this.fill()
    if (options.wordy) this.lengthen()
  }

  private lengthen(): void {
    this.visits = this.visits.map((visit) => ({ ...visit, note: wordyText(visit.note) }))
    for (const promise of this.promises) promise.text = wordyText(promise.text)
    for (const demand of this.demands) demand.title = wordyText(demand.title)
    for (const item of this.waiting) item.name = this.enterprises.find((e) => e.uscc === item.uscc)?.name ?? item.name
  }

  private fill(): void {
    const [first, , , , jingtuo] = this.enterprises
    const heyun = this.enterprises[8]
    if (!first || !jingtuo || !heyun) return
    const wait = (kind: WaitingItem['kind'], e: FakeEnterprise, title: string | null, count: number, since: string): WaitingItem => ({ id: this.id('w'), kind, uscc: e.uscc, name: e.name, title, count, since, delivered: false })
    this.waiting = [wait('visit', jingtuo, null, 1, '2026-11-16T18:05:00+08:00'), wait('fact', jingtuo, null, 2, '2026-11-16T18:05:01+08:00'), wait('visit', heyun, null, 2, '2026-11-17T09:30:00+08:00')]
    this.promises = [
      { id: 'k1', uscc: first.uscc, text: '一周内送技改补贴指南', made_on: '2026-10-12', due_on: '2026-10-19', kept_on: '2026-10-15' },
      { id: 'k2', uscc: first.uscc, text: '帮约区人社局讲一次用工备案', made_on: '2026-10-12', due_on: '2026-11-30', kept_on: null },
      { id: 'k3', uscc: jingtuo.uscc, text: '送人才住房申请指南', made_on: '2026-11-16', due_on: '2026-11-19', kept_on: null },
      { id: 'k4', uscc: heyun.uscc, text: '问清环评要不要重做', made_on: '2026-11-05', due_on: '2026-11-17', kept_on: null },
    ]
    this.demands = [
      { demand_id: 'd1', uscc: first.uscc, no: '1183', title: '厂区西门雨天积水，货车进不了', state: 'collected', light: null, due_on: null, owner_unit: null, pending: false, created_on: '2026-11-13' },
      { demand_id: 'd2', uscc: heyun.uscc, no: null, title: '环评咨询', state: 'collected', light: null, due_on: null, owner_unit: null, pending: true, created_on: '2026-11-17' },
    ]
  }

  /** The latest first. */
  get visits(): FakeVisit[] {
    return this.all
  }
  set visits(visits: FakeVisit[]) {
    this.all = visits
    this.last.clear()
    for (const visit of visits) if (!this.last.has(visit.uscc)) this.last.set(visit.uscc, visit)
  }

  id(prefix: string): string {
    return `${prefix}${(this.serial += 1)}`
  }

  find(uscc: string): FakeEnterprise | undefined {
    return this.byUscc.get(uscc)
  }

  lastVisit(uscc: string): FakeVisit | undefined {
    return this.last.get(uscc)
  }

  coveredThisQuarter(uscc: string): boolean {
    const last = this.lastVisit(uscc)
    return last !== undefined && last.on >= QUARTER_START
  }

  week(on: IsoDate = TODAY): WeekQuota {
    const from = addDays(on, -weekday(on))
    const to = addDays(from, 6)
    const seen = new Set(this.visits.filter((v) => v.on >= from && v.on <= to).map((v) => `${v.uscc}${v.on}`))
    const calendar = this.options.calendar ?? true
    const required = calendar ? 2 : null
    const state: QuotaState = required === null ? 'calendar_missing' : seen.size >= required ? 'met' : 'behind'
    const week = 47 + Math.floor(daysBetween('2026-11-16', from) / 7)
    return { week: `2026-W${week}`, from, to, workdays: calendar ? 5 : null, required, counted: seen.size, state }
  }

  quarter(): QuarterQuota {
    const remaining = this.enterprises.filter((e) => !this.coveredThisQuarter(e.uscc)).length
    const calendar = this.options.calendar ?? true
    return { quarter: '2026-Q4', assigned: this.enterprises.length, covered: this.enterprises.length - remaining, weeks_left: calendar ? 7 : null, pace_needed: calendar ? Math.ceil(remaining / 7) : null }
  }

  later(): Later {
    const planned = new Set(this.plan().map((item) => item.uscc))
    const left = this.enterprises.filter((e) => !planned.has(e.uscc) && !this.coveredThisQuarter(e.uscc)).map((e) => ({ uscc: e.uscc, name: e.name, last_visit: this.lastVisit(e.uscc)?.on ?? null }))
    return { first: left.slice(0, 3), more: Math.max(0, left.length - 3) }
  }

  plan(): PlanItem[] {
    const week = this.week()
    const thisWeek = new Set(this.visits.filter((v) => v.on >= week.from).map((v) => v.uscc))
    return this.enterprises
      .slice(0, 4)
      .filter((e) => !thisWeek.has(e.uscc))
      .map((e, n) => {
        const last = this.lastVisit(e.uscc)
        const days = last ? daysBetween(last.on, TODAY) : null
        const reasons: PlanGround[] = []
        if (!this.coveredThisQuarter(e.uscc)) reasons.push({ code: 'not_visited_this_quarter', text: '本季度未走访' })
        reasons.push(days === null ? { code: 'never_visited', text: '还没走访过' } : { code: 'days_since_visit', text: `${days} 天未走访`, days })
        if (n === 0) reasons.push({ code: 'policy_window_closing', text: '政策窗口 11月25日截止', closes_on: '2026-11-25', title: '区级技改设备补贴（示例）' }, { code: 'question_worth_asking', text: '问一句可判 1 项政策', settles: 1 })
        if (n === 2) reasons.push({ code: 'policy_newly_matching', text: '新增 1 项可能符合', title: '研发费用税前加计扣除 100%' })
        if (n === 3) reasons.push({ code: 'visited_by_others', text: '近 30 天其他单位走访 2 次', visits: 2, within_days: 30 })
        return { uscc: e.uscc, name: e.name, score: 100 - n, needed: n === 0, street: e.street, last_visit: last?.on ?? null, last_mode: last?.mode ?? null, reasons }
      })
  }

  row(visit: FakeVisit): VisitRow {
    return { visit_id: visit.visit_id, uscc: visit.uscc, name: this.find(visit.uscc)?.name ?? '', on: visit.on, mode: visit.mode, cadres: [ME, ...visit.with], note: visit.note, late_entry: daysBetween(visit.on, visit.recorded_on) > LATE_DAYS, counted: true, not_counted_because: null, demands: visit.demands, facts: visit.facts, files: this.countFiles(visit.visit_id), pending: visit.pending }
  }

  file(e: FakeEnterprise): EnterpriseFile {
    return {
      uscc: e.uscc,
      name: e.name,
      assigned: true,
      assigned_to: null,
      tags: e.tags,
      registration: { industry: e.industry, established_on: '2017-06-09', capital: '1,200 万元', address: e.address, street: e.street, kind: '有限责任公司', business: e.business },
      facts: e.facts,
      questions: [],
      people: e.people,
      visits: this.visits.filter((v) => v.uscc === e.uscc).map((v) => this.row(v)),
      demands: this.demands.filter((d) => d.uscc === e.uscc),
      promises: this.promises.filter((p) => p.uscc === e.uscc),
      notes: this.notes.filter((n) => n.uscc === e.uscc),
    }
  }

  knownFacts(uscc: string): Map<string, string> {
    return new Map((this.find(uscc)?.facts ?? []).filter((fact) => fact.current).map((fact) => [fact.field, fact.value]))
  }

  addFact(e: FakeEnterprise, fact: Fact): void {
    e.facts = [...e.facts.map((known) => (known.field === fact.field ? { ...known, current: false } : known)), fact]
  }

  enqueue(kind: WaitingItem['kind'], e: FakeEnterprise | null, title: string | null, count = 1): void {
    this.waiting.push({ id: this.id('w'), kind, uscc: e?.uscc ?? null, name: e?.name ?? null, title, count, since: NOW, delivered: false })
  }
}
