/** Words as long as real ones get: what every screen must bear without cutting what tells two things apart. */
import type { FakeEnterprise } from './data'

const NAMES = ['（集团）智能装备与工业互联网技术综合服务股份有限公司示范区科苑二路第一分公司', '与高端医疗影像诊断设备研发生产一体化产业园运营管理合伙企业（有限合伙）澜州海湾第二营业部']
const TEXT = '；厂房租约到明年六月，房东不肯续，周边合适的标准厂房租金涨了两成，想请区里帮忙问一问国有园区有没有三千平方米以上、层高六米、能装行车的单层厂房，最好今年年底前能定下来，不然旺季订单没法接'

export function wordyText(text: string): string {
  return `${text}${TEXT}`
}

/** A name of 40 to 60 characters, with an address and people to match. */
export function wordyEnterprise(enterprise: FakeEnterprise, n: number): FakeEnterprise {
  const stem = enterprise.name.replace(/(有限公司|（集团）.*)$/u, '')
  return {
    ...enterprise,
    name: `${stem}${NAMES[n % NAMES.length] ?? ''}`,
    address: `${enterprise.address}澜州示范区人工智能与高端装备制造产业园三期 B 区 7 栋 1201 至 1218 室（原锦茂工业区旧址）`,
    business: `${enterprise.business}；货物进出口；技术服务、技术开发、技术咨询、技术交流、技术转让、技术推广；以自有资金从事投资活动；非居住房地产租赁；物业管理（依法须经批准的项目，经相关部门批准后方可开展经营活动）`,
    people: enterprise.people.map((person) => ({ ...person, post: `${person.post ?? ''}兼安全生产与环境保护委员会办公室主任` })),
  }
}
