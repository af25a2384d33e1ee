/** A few made-up policies with a rule each, enough that an answer changes a hint at once. The real evaluation is in Rust. */
import type { Hints, PolicyHint, Question } from '../types'
import { TODAY } from './data'

export const LIBRARY = '2026-11-15'

type Facts = Map<string, string>

const always: PolicyHint['window'] = { state: 'always', label: null, from: null, to: null }
const base = { near_miss: null, false: [], manual: [], missing: [], no_apply: false, window: always, verified: 'yes', note: null } satisfies Partial<PolicyHint>
const money = (value: number): PolicyHint['amount'] => ({ value, min: null, max: null, unit: '万元' })

function retrofit(facts: Facts): PolicyHint {
  const filed = facts.get('retrofit_filed')
  return {
    ...base,
    id: 'd-retrofit',
    title: '区级技改设备补贴（示例）',
    benefit: '设备投入 200 万元以上，补 15%',
    outcome: filed === undefined ? 'needs_info' : filed === 'true' ? 'likely' : 'unlikely',
    missing: filed === undefined ? [{ field: 'retrofit_filed', label: '技改是否备案' }] : [],
    false: filed === 'false' ? ['技改项目已在工信部门备案'] : [],
    cite: '示例办法第五条',
    amount: money(54),
    window: { state: 'open', label: '2026 年第二批', from: '2026-11-02', to: '2026-11-25' },
  }
}

function loan(facts: Facts): PolicyHint {
  const kind = facts.get('loan_kind')
  const outcome = kind === undefined || kind === '固定资产' ? 'needs_info' : 'unlikely'
  return {
    ...base,
    id: 'cn-loan',
    title: '中小微企业（固定资产）贷款贴息',
    benefit: '年化 1.5 个百分点',
    outcome,
    missing: outcome === 'needs_info' ? [{ field: 'loan_kind', label: '贷款种类' }, { field: 'loan_amount', label: '贷款本金' }] : [],
    false: outcome === 'unlikely' ? ['贷款是固定资产贷款'] : [],
    cite: '2026-01-20 公布',
    amount: { value: null, min: null, max: 150, unit: '万元' },
    window: { state: 'open', label: null, from: null, to: '2026-12-31' },
    verified: 'partly',
  }
}

function equipment(facts: Facts): PolicyHint {
  const price = facts.get('unit_price')
  const outcome = price === undefined ? 'needs_info' : Number(price) <= 500 ? 'likely' : 'unlikely'
  return { ...base, id: 'cn-equip', title: '设备器具一次性税前扣除', benefit: '单位价值 500 万元以下', outcome, missing: price === undefined ? [{ field: 'unit_price', label: '新设备单台价格' }] : [], cite: '2023年第37号', amount: null }
}

function disabled(facts: Facts): PolicyHint {
  const n = facts.get('disabled_staff')
  return { ...base, id: 'cn-disabled', title: '残疾人就业保障金减免', benefit: '按安排比例减 50% 或 90%', outcome: n === undefined ? 'needs_info' : Number(n) > 0 ? 'likely' : 'unlikely', missing: n === undefined ? [{ field: 'disabled_staff', label: '安排残疾人人数' }] : [], cite: '2023年第8号', amount: null }
}

const settled: PolicyHint[] = [
  { ...base, id: 'cn-small', title: '小型微利企业所得税优惠', benefit: '按 25% 计入、20% 税率', outcome: 'likely', cite: '2023年第12号', amount: money(28.4), no_apply: true },
  { ...base, id: 'cn-rd', title: '研发费用税前加计扣除 100%', benefit: '据实扣除基础上再扣 100%', outcome: 'likely', cite: '2023年第7号', amount: money(43) },
  { ...base, id: 'cn-hitech', title: '高新技术企业认定', benefit: '所得税减按 15%，三年有效', outcome: 'needs_review', manual: ['核心技术领域由专家判断', '创新能力评价由专家打分'], cite: '第十一条', amount: money(14.2) },
  { ...base, id: 'cn-sse', title: '专精特新中小企业（2026 新办法）', benefit: null, outcome: 'unlikely', false: ['前年研发费用不少于 100 万元'], near_miss: { leaf: '前年研发费用不少于 100 万元', distance: 12, unit: '万元' }, cite: 'N6b', amount: null },
]

const questions: Question[] = [
  { field: 'retrofit_filed', label: '技改是否备案', ask: '技改项目在工信部门备案了吗？', type: 'bool', unit: null, values: [], cost: 1, settles: [{ id: 'd-retrofit', title: '区级技改设备补贴（示例）' }], amount: 54, closes_on: '2026-11-25', reason: '' },
  { field: 'loan_kind', label: '贷款种类', ask: '今年的贷款是哪一种？', type: 'enum', unit: null, values: ['固定资产', '流动资金', '没贷款'], cost: 1, settles: [{ id: 'cn-loan', title: '中小微企业（固定资产）贷款贴息' }], amount: 150, closes_on: '2026-12-31', reason: '' },
  { field: 'unit_price', label: '新设备单台价格', ask: '新机床单台多少钱？', type: 'money', unit: '万元', values: [], cost: 1, settles: [{ id: 'cn-equip', title: '设备器具一次性税前扣除' }], amount: null, closes_on: null, reason: '' },
  { field: 'disabled_staff', label: '安排残疾人人数', ask: '安排了几名残疾人就业？', type: 'int', unit: '人', values: [], cost: 1, settles: [{ id: 'cn-disabled', title: '残疾人就业保障金减免' }], amount: null, closes_on: null, reason: '' },
]

export function fakeHints(facts: Facts, on: string = TODAY, version: string = LIBRARY): Hints {
  const order = ['likely', 'needs_info', 'needs_review', 'unlikely', 'not_applicable']
  const policies = [...settled, retrofit(facts), loan(facts), equipment(facts), disabled(facts)].sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome))
  return { on, library: { version, as_of: version, policies: 26 }, policies, questions: questions.filter((q) => !facts.has(q.field)) }
}

/** Before the first library arrives there is nothing to say and nothing to ask. */
export function noHints(on: string = TODAY): Hints {
  return { on, library: { version: '', as_of: '', policies: 0 }, policies: [], questions: [] }
}

/** The same hints six times over with longer words: what a page must bear. */
export function crowd(hints: Hints): Hints {
  const long = '，同时符合上级关于支持中小企业高质量发展若干措施中有关条款所列各项数字条件的'
  const times = [0, 1, 2, 3, 4, 5]
  return {
    ...hints,
    policies: times.flatMap((n) => hints.policies.map((policy) => ({ ...policy, id: `${policy.id}-${n}`, title: n ? `${policy.title}${long}` : policy.title, cite: `${policy.cite ?? ''}${long}` }))),
    questions: times.flatMap((n) => hints.questions.map((question) => ({ ...question, field: `${question.field}-${n}`, ask: `${question.ask}${n ? long : ''}` }))),
  }
}
