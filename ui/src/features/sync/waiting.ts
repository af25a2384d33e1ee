/** One line for one thing that waits or came back. */
import { useI18n } from 'vue-i18n'
import type { RejectedItem, WaitingItem } from '@/api/types'

export function useWaitingWords(): (item: WaitingItem | RejectedItem) => string {
  const { t } = useI18n()
  return (item) => {
    const count = 'count' in item ? item.count : 1
    const kind = item.kind === 'fact' && count > 1 ? t('today.waiting.facts', { n: count }) : t(`kind.${item.kind}`)
    const what = [item.name, item.title].filter(Boolean).join(' ')
    return what ? t('today.waiting.line', { kind, what }) : kind
  }
}
