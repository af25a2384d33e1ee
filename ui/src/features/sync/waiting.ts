/** One line for one thing that waits or came back, and how what waits gets to the district. */
import { useI18n } from 'vue-i18n'
import type { HostError, RejectedItem, WaitingItem } from '@/api/types'
import { useDates, weekNumber } from '@/app/dates'

const DAY = /^\d{4}-\d{2}-\d{2}$/
const WEEK = /^\d{4}-W\d{2}$/

/** How what waits gets there: by itself, by itself once there is a network, or in the export of a laptop that may send no more. */
export type Way = 'itself' | 'offline' | 'export'

/** A laptop that was revoked may send no more; one that the district does not know, after its server was rebuilt, can't. */
export function sendsNoMore(failure: HostError | null): boolean {
  return failure?.code === 'device_revoked' || failure?.code === 'token_unknown'
}

export function wayOf(online: boolean, failure: HostError | null): Way {
  if (sendsNoMore(failure)) return 'export'
  return online ? 'itself' : 'offline'
}

export function useWaitingWords(): (item: WaitingItem | RejectedItem) => string {
  const { t } = useI18n()
  const dates = useDates()
  return (item) => {
    const count = 'count' in item ? item.count : 1
    const many = item.kind === 'fact' && count > 1
    const title = item.title ?? ''
    const when = DAY.test(title) ? dates.day(title) : WEEK.test(title) ? t('sync.week', { n: weekNumber(title) }) : ''
    const kind = [many ? t('today.waiting.facts', { n: count }) : t(`kind.${item.kind}`), when].filter(Boolean).join(' ')
    // The name stands last: cut in the middle, it keeps the end that tells two apart.
    const what = when ? item.name : [item.name, title].filter(Boolean).join(' ')
    return what ? t('today.waiting.line', { kind, what }) : kind
  }
}
