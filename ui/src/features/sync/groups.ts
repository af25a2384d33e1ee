/** What stands under which tab of 同步中心, and in which group. */
import type { RejectedItem, SyncCentre, WaitingItem } from '@/api/types'

export const tabs = ['look', 'delivered', 'merged', 'rejected', 'quarantined', 'handled'] as const
export type Tab = (typeof tabs)[number]
export type Item = RejectedItem | WaitingItem
export interface Group {
  name: 'choose' | 'rejected' | 'quarantined' | 'waiting' | 'delivered' | 'merged' | 'handled'
  items: Item[]
}

export function groupsOf(centre: SyncCentre): Record<Tab, Group[]> {
  const of = (came: RejectedItem['came_back_as']): RejectedItem[] => centre.rejected.filter((item) => item.came_back_as === came)
  const groups = (...all: Group[]): Group[] => all.filter((group) => group.items.length > 0)
  const rejected: Group = { name: 'rejected', items: of('rejected') }
  const quarantined: Group = { name: 'quarantined', items: of('quarantined') }
  const seen = centre.handled.filter((item) => item.came_back_as === 'merged')
  return {
    look: groups({ name: 'choose', items: centre.merged }, rejected, quarantined, { name: 'waiting', items: centre.waiting }),
    delivered: groups({ name: 'delivered', items: centre.delivered }),
    merged: groups({ name: 'merged', items: [...centre.merged, ...seen] }),
    rejected: groups(rejected),
    quarantined: groups(quarantined),
    handled: groups({ name: 'handled', items: centre.handled }),
  }
}
