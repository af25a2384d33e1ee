/** 答应的事, by how soon each is due. */
import type { IsoDate, OpenPromise } from '@/api/types'
import { daysBetween } from '@/app/dates'
import type { LightKind } from '@/components/LightMark.vue'

/** 明天到期 and today count as soon. */
const SOON_DAYS = 2

export type PromiseState = 'overdue' | 'soon' | 'fine' | 'undated'

export function promiseState(due_on: IsoDate | null, today: IsoDate): PromiseState {
  if (due_on === null) return 'undated'
  const away = daysBetween(today, due_on)
  return away < 0 ? 'overdue' : away <= SOON_DAYS ? 'soon' : 'fine'
}

export const promiseLight: Record<PromiseState, LightKind> = {
  overdue: 'red',
  soon: 'yellow',
  fine: 'green',
  undated: 'neutral',
}

export function promiseCounts(promises: OpenPromise[], today: IsoDate): { overdue: number; soon: number; fine: number } {
  const counts = { overdue: 0, soon: 0, fine: 0 }
  for (const { due_on } of promises) {
    const state = promiseState(due_on, today)
    counts[state === 'undated' ? 'fine' : state] += 1
  }
  return counts
}
