/** Amounts of money as they are said: 万元, and 估算 beside every one of them. */
import { useI18n } from 'vue-i18n'
import type { PolicyHint } from '@/api/types'

export function useAmountWords() {
  const { t, n } = useI18n()
  /** 54, 28.4, 1,200: no more digits than the figure has, two at most. */
  function figure(value: number): string {
    return n(value, { maximumFractionDigits: 2 })
  }
  /** 约 54 万元（估算）; null when there is no figure. */
  function amount(policy: PolicyHint): string | null {
    const { amount } = policy
    if (!amount) return null
    const { value, min, max, unit } = amount
    if (value !== null) return t('policy.amount', { amount: figure(value), unit })
    if (min !== null && max !== null) return t('policy.amount_between', { min: figure(min), max: figure(max), unit })
    if (max !== null) return t('policy.amount_up_to', { max: figure(max), unit })
    if (min !== null) return t('policy.amount_from', { min: figure(min), unit })
    return null
  }
  return { figure, amount }
}
