/** Made-up laptops of the district, for the administrator's screens. */
import type { LaptopRow, NeedyRow, QuarantinedItem } from '../types'
import { NOW } from './data'

const person = (id: string, name: string, unit: string | null): LaptopRow['user'] => ({ id, name, unit })
const laptop = (n: number, user: LaptopRow['user'], name: string, more: Partial<LaptopRow> = {}): LaptopRow => ({
  device_id: `0190a000-0000-7000-8000-${String(n).padStart(12, '0')}`,
  user,
  name,
  copy_of: null,
  state: 'active',
  enrolled: '2026-09-01T09:00:00+08:00',
  last_sync: '2026-11-18T08:12:00+08:00',
  last_seen: '2026-11-18T08:12:00+08:00',
  pending: 0,
  oldest_pending: null,
  version: '0.1.0',
  last_error: null,
  resync_due: false,
  wiped: null,
  is_this: false,
  ...more,
})

export function fakeLaptops(): LaptopRow[] {
  return [
    laptop(1, person('BA0001', '张某', '澜州市民政局'), '张某的笔记本', { is_this: true }),
    laptop(2, person('BA0002', '李某', '云桥街道办事处'), '办公室笔记本', { last_sync: '2026-11-03T17:20:00+08:00', pending: 4, oldest_pending: '2026-11-03T18:05:00+08:00' }),
    laptop(3, person('BA0007', '赵某', '示范区投资促进和企业服务中心（区优化营商环境工作专班）'), '下乡用', { state: 'suspended', last_sync: '2026-11-10T09:00:00+08:00', pending: 2, oldest_pending: '2026-11-09T16:00:00+08:00' }),
    laptop(4, person('BA0011', '欧阳某某', '区工业和信息化局'), '新领的笔记本电脑（2026 年第二批）', { last_sync: null, last_seen: null, enrolled: '2026-11-09T10:00:00+08:00', version: '0.0.9' }),
    laptop(5, person('BA0013', '周某', '区工业和信息化局'), '周某的笔记本', { last_error: 'disk_full', last_sync: '2026-11-17T12:00:00+08:00' }),
    laptop(7, person('BA0019', '吴某某', '海湾街道办事处'), '吴某某的笔记本', { state: 'wipe', wiped: { at: '2026-11-14T08:31:00+08:00', unsent: 3 }, last_sync: '2026-11-12T18:40:00+08:00', pending: 3, oldest_pending: '2026-11-12T19:10:00+08:00' }),
    laptop(6, person('BA0013', '周某', '区工业和信息化局'), '周某的笔记本', { copy_of: '0190a000-0000-7000-8000-000000000005', resync_due: true }),
  ]
}

export function fakeNeedy(laptops: LaptopRow[], days: number): NeedyRow[] {
  const since = (row: LaptopRow): string => row.last_sync ?? row.enrolled
  const long = (at: string | null): boolean => at !== null && Date.parse(NOW) - Date.parse(at) > days * 86_400_000
  return laptops
    .map((row): NeedyRow => ({
      laptop: row,
      needs: [
        ...(row.state === 'active' ? [] : (['stopped'] as const)),
        ...(row.state === 'active' && long(since(row)) ? (['not_synced'] as const) : []),
        ...(row.pending > 0 && long(row.oldest_pending) ? (['waiting_long'] as const) : []),
        ...(row.last_error ? (['failed'] as const) : []),
        ...(row.resync_due ? (['resync_due'] as const) : []),
      ],
    }))
    .filter((row) => row.needs.length > 0)
    .sort((a, b) => since(a.laptop).localeCompare(since(b.laptop)))
}

export const fakeQuarantined: QuarantinedItem[] = [
  { id: 'q1', user: person('BA0002', '李某', '云桥街道办事处'), device_id: '0190a000-0000-7000-8000-000000000002', kind: 'visit', uscc: '91440390MA5F0001XQ', name: null, code: 'quarantined', text: '看了新厂房，企业问技改补贴的窗口什么时候开。\n帮问清楚窗口日期', at: '2026-11-17T09:40:00+08:00', can_release: true },
  { id: 'q2', user: person('BA0007', '赵某', null), device_id: '0190a000-0000-7000-8000-000000000003', kind: 'other', uscc: null, name: null, code: 'mutation_unreadable', text: '{"mut_id":"0190…","name":"visit.rec', at: '2026-11-16T09:40:00+08:00', can_release: false },
]
