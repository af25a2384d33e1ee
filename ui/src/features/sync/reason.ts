/** Why something came back, in words: who has the enterprise now, who wrote first. A code without words names itself. */
import { useI18n } from 'vue-i18n'
import type { Person, RejectedItem } from '@/api/types'
import { useDates } from '@/app/dates'

export function useReason() {
  const { t, te } = useI18n()
  const dates = useDates()

  const who = (person: Person): string => [person.unit, person.name].filter(Boolean).join(' ')

  function reason(item: RejectedItem): string {
    if (item.code === 'scope_lost' && item.by && item.since) return t('sync.reason.scope_lost_now', { who: who(item.by), since: dates.day(item.since) })
    const key = `sync.reason.${item.code}`
    return te(key) ? t(key, { ...item.details }) : t('sync.reason.other', { code: item.code })
  }
  function short(item: RejectedItem): string {
    const key = `sync.short.${item.code}`
    return te(key) ? t(key) : t('sync.short.other')
  }
  return { reason, short, who }
}
