/** Made-up enterprises, people and facts of 澜州, which does not exist. The clock stands at 2026-11-18 10:42. */
import type { EnterpriseFile, Fact, Person, VisitMode } from '../types'

export const TODAY = '2026-11-18'
export const NOW = '2026-11-18T10:42:07+08:00'
export const ME: Person = { id: 'BA0001', name: '张某', unit: '澜州市民政局' }
export const COMPANIONS: Person[] = [
  { id: 'BA0002', name: '李某', unit: '云桥第三组' },
  { id: 'BA0007', name: '赵某', unit: '云桥第三组' },
]

/** The two of the service group, and after them as many of the district as are asked for. */
export function fakeColleagues(count: number): Person[] {
  const surnames = '王陈林黄周吴徐孙马朱胡郭何罗高梁'
  const more = Array.from({ length: Math.max(count - COMPANIONS.length, 0) }, (_, n): Person => ({ id: `BA${String(n + 100).padStart(4, '0')}`, name: `${surnames[n % surnames.length] ?? ''}${['某', '某某'][n % 2] ?? ''}`, unit: ['区工业和信息化局', '云桥街道办事处', '区市场监督管理局'][n % 3] ?? null }))
  return [...COMPANIONS, ...more]
}

export interface FakeVisit {
  visit_id: string
  uscc: string
  on: string
  mode: VisitMode
  with: Person[]
  note: string
  recorded_on: string
  demands: number
  facts: number
  pending: boolean
}

export interface FakeEnterprise {
  uscc: string
  name: string
  pinyin: string
  street: string
  address: string
  business: string
  tags: string[]
  industry: string
  facts: Fact[]
  people: EnterpriseFile['people']
}

const CODE = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]

/** A code whose check digit is right (GB 32100), for the n-th enterprise. */
export function madeUpUscc(n: number): string {
  const head = `9144039${String(9000000 + n * 137).padStart(7, '0')}MA${CODE[n % 31] ?? '0'}`.slice(0, 17)
  const sum = [...head].reduce((total, c, i) => total + CODE.indexOf(c) * (WEIGHTS[i] ?? 0), 0)
  return head + (CODE[(31 - (sum % 31)) % 31] ?? '0')
}

const named: [name: string, pinyin: string, street: string, address: string, business: string][] = [
  ['澜州市澄川精密制造有限公司', 'lzsccjmzzyxgs', '云桥街道', '云桥街道锦茂路 6 号 2 栋', '机械零部件加工；数控机床加工；金属制品制造'],
  ['澜州青禾食品有限公司', 'lzqhspyxgs', '新圩街道', '新圩街道粮仓路 22 号', '速冻食品制造；冷库仓储；预制菜研发'],
  ['澜州市云栈智能装备与工业互联网技术服务（集团）有限公司示范区第一分公司', 'lzsyzznzbygyhlwjsfwjtyxgssfqdyfgs', '云桥街道', '云桥街道科苑二路 9 号 A 座 12 层', '工业互联网平台；精密传动装置研发；智能装备租赁'],
  ['澜州市沐光医疗器械有限公司', 'lzsmgylqxyxgs', '海湾街道', '海湾街道望澜道 118 号', '二类医疗器械生产；光学检测仪器'],
  ['澜州晶拓光电科技有限公司', 'lzjtgdkjyxgs', '云桥街道', '云桥街道创业一路 3 号', '精密光学元件；光电模组；镀膜加工'],
  ['澜州鼎岳精密模具有限公司', 'lzdyjmmjyxgs', '新圩街道', '新圩街道工业北路 41 号', '注塑模具；压铸模具'],
  ['澜州市恒泽新能源材料科技有限公司', 'lzshzxnyclkjyxgs', '新圩街道', '新圩街道锦茂路 18 号', '锂电池隔膜；新能源材料研发'],
  ['澜州市瑞程物流有限公司', 'lzsrcwlyxgs', '海湾街道', '海湾街道港前路 7 号', '道路货物运输；仓储服务'],
  ['澜州合润印务有限公司', 'lzhrywyxgs', '新圩街道', '新圩街道印刷园 5 栋', '包装装潢印刷；标签印制'],
  ['澜州南屿酒店管理有限公司', 'lznyjdglyxgs', '海湾街道', '海湾街道南屿路 1 号', '酒店管理；餐饮服务；会议服务'],
  ['澜州市巨善塑料有限公司', 'lzsjsslyxgs', '新圩街道', '新圩街道工业南路 66 号', '塑料制品制造；改性塑料'],
  ['澜州𠮷田餐饮管理有限公司', 'lzjtcyglyxgs', '海湾街道', '海湾街道㙍埔巷 12 号', '餐饮管理；食品配送'],
]
const roots = ['远帆', '禾信', '启明', '蓝湾', '锐新', '嘉木', '长风', '博约', '清源', '铭泰', '东篱', '思齐', '和畅', '望海', '天工', '岚山']
const trades: [string, string][] = [['电子', '电子元件制造'], ['软件', '软件开发'], ['建材', '新型建材'], ['服饰', '服装设计制造'], ['环保科技', '水处理设备']]
const streets = ['云桥街道', '新圩街道', '海湾街道']

const BIG = 'abcdefghijklmnopqrstuvwxyz'

function generated(n: number): FakeEnterprise {
  const root = roots[n % roots.length] ?? ''
  const [trade, business] = trades[n % trades.length] ?? ['', '']
  const street = streets[n % streets.length] ?? ''
  const serial = n >= 80 ? `${Math.floor(n / 80)}号` : ''
  return {
    uscc: madeUpUscc(n + 40),
    name: `澜州${root}${trade}${serial}有限公司`,
    pinyin: `lz${BIG[n % 26] ?? ''}${BIG[(n * 7) % 26] ?? ''}yxgs`,
    street,
    address: `${street}开源路 ${n + 3} 号`,
    business,
    tags: n % 2 ? ['规上工业'] : ['重点服务业'],
    industry: n % 2 ? 'C3985 电子专用材料制造' : 'I6513 应用软件开发',
    facts: [],
    people: [],
  }
}

const f = (field: string, label: string, value: string, unit: string | null, period: string | null, source: string, as_of: string, by: string, current = true): Fact => ({ field, label, value, unit, period, source, source_note: null, as_of, by, current, stale: (as_of ?? '') < '2026-01-01' })

const chengchuanFacts: Fact[] = [
  f('sales_y1', '营业收入', '4260', '万元', '2025 年', 'accounts', '2026-04-12', '张某'),
  f('employees', '职工总数', '86', '人', '2026年11月', 'said', '2026-11-13', '张某'),
  f('employees', '职工总数', '92', '人', '2026年11月', 'platform', '2026-11-17', '区工信局', false),
  f('rd_y1', '研发费用', '188', '万元', '2025 年', 'accounts', '2026-04-12', '张某'),
  f('taxable_income', '应纳税所得额', '142', '万元', '2025 年', 'said', '2026-03-30', '张某'),
  f('debt_ratio', '资产负债率', '41', '%', '2024 年', 'accounts', '2025-04-18', '张某'),
  f('equipment_new', '技改新设备购置', '360', '万元', '2026 年', 'said', '2026-10-12', '张某'),
]

const chengchuanPeople: EnterpriseFile['people'] = [
  { id: 'p1', name: '王某', post: '总经理', phone: '138****0421', usual: false, last_met: '2026-10-12' },
  { id: 'p2', name: '陈某', post: '行政主管', phone: '136****7715', usual: true, last_met: '2026-11-13' },
  { id: 'p3', name: '何某', post: '财务', phone: '159****3302', usual: false, last_met: '2026-04-12' },
]

export function fakeEnterprises(count: number): FakeEnterprise[] {
  const first = named.slice(0, count).map(([name, pinyin, street, address, business], n): FakeEnterprise => ({
    uscc: madeUpUscc(n),
    name,
    pinyin,
    street,
    address,
    business,
    tags: n === 0 ? ['规上工业', '小型', '科技型中小企业'] : n % 3 === 2 ? ['重点服务业'] : ['规上工业'],
    industry: n === 0 ? 'C3484 机械零部件加工' : 'C3985 电子专用材料制造',
    facts: n === 0 ? chengchuanFacts : n === 4 ? [f('employees', '职工总数', '132', '人', '2026年11月', 'said', '2026-11-16', '张某')] : [],
    people: n === 0 ? chengchuanPeople : [{ id: `p${n}0`, name: '刘某', post: '办公室主任', phone: '137****1180', usual: true, last_met: null }],
  }))
  const more = Array.from({ length: Math.max(count - named.length, 0) }, (_, n) => generated(n))
  return [...first, ...more]
}

/** Who was visited when: all but four of 22 this quarter, as on the first page. */
export function fakeVisits(enterprises: FakeEnterprise[]): FakeVisit[] {
  const at = (n: number, on: string, mode: VisitMode, note: string, extra: Partial<FakeVisit> = {}): FakeVisit | null => {
    const enterprise = enterprises[n]
    return enterprise
      ? { visit_id: `v${n}-${on}`, uscc: enterprise.uscc, on, mode, with: [], note, recorded_on: on, demands: 0, facts: 0, pending: false, ...extra }
      : null
  }
  const unvisited = new Set([1, 2, 3, 9])
  const rows = [
    at(0, '2026-10-12', 'onsite', '总经理、行政主管接待。订单排到明年 2 月；新购 3 台五轴机床。'),
    at(0, '2026-08-05', 'meeting', '与园区联席会议一并开。'),
    at(1, '2026-09-15', 'phone', '冷库扩容在等报装。'),
    at(2, '2026-09-08', 'meeting', '租赁合同日期要补。'),
    at(3, '2026-09-21', 'video', '注册证变更进行中。'),
    at(9, '2026-09-28', 'onsite', '淡季，员工轮休。'),
    at(4, '2026-11-16', 'onsite', '新线投产，职工 132 人，用电 86 万度。', { with: COMPANIONS.slice(0, 1), demands: 1, facts: 2, pending: true }),
    ...enterprises.slice(5).map((_, i) => (unvisited.has(i + 5) ? null : at(i + 5, `2026-10-${String(8 + ((i * 3) % 22)).padStart(2, '0')}`, i % 3 ? 'onsite' : 'phone', '生产正常，没有新情况。'))),
  ]
  return rows.filter((row) => row !== null).sort((a, b) => b.on.localeCompare(a.on))
}
