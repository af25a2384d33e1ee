/** Facts as a file shows them: one row for a field, its statements side by side, the one in use first. */
import { useI18n } from 'vue-i18n'
import type { Fact } from '@/api/types'

export interface FactGroup {
  field: string
  label: string
  statements: Fact[]
  stale: boolean
}

export function groupFacts(facts: Fact[]): FactGroup[] {
  const groups = new Map<string, FactGroup>()
  for (const fact of facts) {
    const group = groups.get(fact.field)
    if (group) group.statements.push(fact)
    else groups.set(fact.field, { field: fact.field, label: fact.label, statements: [fact], stale: false })
  }
  for (const group of groups.values()) {
    group.statements.sort((a, b) => Number(b.current) - Number(a.current) || (b.as_of ?? '').localeCompare(a.as_of ?? ''))
    group.stale = group.statements.every((fact) => fact.stale)
  }
  return [...groups.values()]
}

const NUMBER = /^-?\d+(\.\d+)?$/
const RANGE = /^(-?\d+(?:\.\d+)?)?\.\.(-?\d+(?:\.\d+)?)?$/

/** A value as it is read: 4,260 · 是 · 500 至 1,000. */
export function useFactWords(): (value: string) => string {
  const { t, n } = useI18n()
  const number = (text: string): string => (NUMBER.test(text) ? n(Number(text), { maximumFractionDigits: 6 }) : text)
  return (value) => {
    if (value === 'true' || value === 'false') return t(`file.${value}`)
    const range = RANGE.exec(value)
    if (!range) return number(value)
    const [, min, max] = range
    if (min !== undefined && max !== undefined) return t('file.between', { min: number(min), max: number(max) })
    if (min !== undefined) return t('file.from', { min: number(min) })
    return max === undefined ? value : t('file.up_to', { max: number(max) })
  }
}
