/** Why a question is worth asking: what it settles, for about how much, until when. */
import { useI18n } from 'vue-i18n'
import type { Question } from '@/api/types'
import { useDates } from '@/app/dates'
import { useAmountWords } from './amount'

/** Of a question that settles many, the first few are named. */
const NAMED = 2

export function useQuestionWords(): (question: Question) => string {
  const { t } = useI18n()
  const dates = useDates()
  const amountWords = useAmountWords()
  return ({ settles, amount, closes_on }) => {
    const names = settles.slice(0, NAMED).map((policy) => policy.title).join(t('list_separator'))
    const parts = [settles.length > NAMED ? t('policy.settles_more', { n: settles.length, names }) : t('policy.settles', { n: settles.length, names })]
    if (amount !== null) parts.push(t('policy.worth', { amount: amountWords.figure(amount) }))
    if (closes_on !== null) parts.push(t('policy.closes', { day: dates.day(closes_on) }))
    return parts.join(t('comma'))
  }
}
