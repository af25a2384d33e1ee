/** Made-up things that came back, of every sort, for 同步中心. */
import type { RejectedItem, WaitingItem } from '../types'
import { COMPANIONS } from './data'

export const cameBack = (item: Partial<RejectedItem> & Pick<RejectedItem, 'id' | 'code'>): RejectedItem => ({
  kind: 'visit',
  uscc: '91440390MA5F0002XQ',
  name: '澜州市瑞程物流有限公司',
  title: null,
  written_at: '2026-11-17T20:11:00+08:00',
  rejected_at: '2026-11-18T08:12:00+08:00',
  details: {},
  text: '',
  came_back_as: 'rejected',
  by: null,
  since: null,
  conflicts: [],
  handled: null,
  can_resubmit: true,
  can_note: true,
  ...item,
})

const long = '澜州市云栈智能装备与工业互联网技术服务（集团）有限公司示范区第一分公司'
export const fakeRejected: RejectedItem[] = [
  cameBack({ id: 'r1', code: 'scope_lost', name: long, title: '2026-11-17', by: COMPANIONS[0] ?? null, since: '2026-11-09', text: '11月17日 电话：夜间装卸噪声，企业说已调整班次。\n想请城管局的同志再去看一次' }),
  cameBack({ id: 'r2', code: 'enterprise_unknown', kind: 'fact', uscc: null, title: null, text: '职工人数=132', can_note: false }),
  cameBack({ id: 'r3', code: 'quarantined', came_back_as: 'quarantined', title: '2026-11-16', text: '看了二期厂房，设备月底到。' }),
]
export const fakeMerged: RejectedItem[] = [
  cameBack({
    id: 'm1',
    code: 'written_before',
    came_back_as: 'merged',
    kind: 'promise',
    name: '澜州市澄川精密制造有限公司',
    can_resubmit: false,
    can_note: false,
    conflicts: [{ about: '帮约区人社局讲一次用工备案', field: 'kept_on', base: null, mine: '2026-11-17', theirs: '2026-11-16', by: COMPANIONS[0] ?? null, at: '2026-11-17T09:12:00+08:00' }],
  }),
]
export const fakeHandled: RejectedItem[] = [
  cameBack({ id: 'h1', code: 'scope_lost', title: '2026-11-10', text: '去年的环评批复过期了，企业问要不要重做。', handled: { how: 'noted', at: '2026-11-12T10:00:00+08:00' } }),
  cameBack({ id: 'h2', code: 'id_taken', title: '2026-11-06', text: '同一张表在两台电脑上各记了一次。', handled: { how: 'discarded', at: '2026-11-07T10:00:00+08:00' } }),
]
export const fakeDelivered: WaitingItem[] = [
  { id: 'd1', kind: 'visit', uscc: '91440390MA5F0002XQ', name: '澜州市沐光医疗器械有限公司', title: '2026-11-13', count: 3, since: '2026-11-13T16:20:00+08:00', delivered: true },
  { id: 'd2', kind: 'week', uscc: null, name: null, title: '2026-W46', count: 1, since: '2026-11-13T17:31:00+08:00', delivered: true },
]
