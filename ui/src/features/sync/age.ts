/** How long ago an instant was, in the two largest units that say something. */
import { useI18n } from 'vue-i18n'
import type { Instant } from '@/api/types'

const MINUTE_MS = 60_000

export function ageParts(since: Instant, now: Instant): { days: number; hours: number; minutes: number } {
  const minutes = Math.max(0, Math.floor((Date.parse(now) - Date.parse(since)) / MINUTE_MS))
  return { days: Math.floor(minutes / 1440), hours: Math.floor((minutes % 1440) / 60), minutes: minutes % 60 }
}

export function useAge(): (since: Instant, now: Instant) => string {
  const { t } = useI18n()
  return (since, now) => {
    const { days, hours, minutes } = ageParts(since, now)
    if (days > 0) return t('sync.age.days', { d: days, h: hours })
    if (hours > 0) return t('sync.age.hours', { h: hours, m: minutes })
    return minutes > 0 ? t('sync.age.minutes', { m: minutes }) : t('sync.age.now')
  }
}
