/** The state of synchronising, as lights. A question a light; they are never merged into one. */
import { computed, type ComputedRef } from 'vue'
import { useHostData, type HostData } from '@/api/useHostData'
import type { HostError, SyncStatus } from '@/api/types'
import type { LightKind } from '@/components/LightMark.vue'

/** A pull older than this is worth a look; people sync at least once a working day. */
const STALE_HOURS = 12
/** A week goes up every week: after seven days without a complete pull, or with something unsent, one was missed. */
const RED_HOURS = 7 * 24
export interface SyncLights {
  records: LightKind
  updates: LightKind
  files: LightKind
  rejected: LightKind
}

/** Why the last try failed, unless for being offline: that is said elsewhere, and what was fetched ages by the clock. */
export function failureOf(status: SyncStatus): HostError | null {
  return status.last_error?.code === 'server_unreachable' ? null : status.last_error
}

/** 已全部同步 is said beside four green lights only. */
export function allGreen(lights: SyncLights): boolean {
  return Object.values(lights).every((light) => light === 'green')
}

/** `now` is an instant; without one (nothing read yet) no pull is called stale. */
export function syncLights(status: SyncStatus, now: string | null): SyncLights {
  const hours = (since: string | null): number => (since && now ? (Date.parse(now) - Date.parse(since)) / 3_600_000 : 0)
  const age = hours(status.last_complete_sync)
  const whole = status.last_complete_sync !== null && status.complete && status.unreadable === 0 && status.delivered === 0
  const fresh = whole && age < STALE_HOURS && failureOf(status) === null
  return {
    records: status.pending === 0 ? 'green' : hours(status.oldest_pending) < RED_HOURS ? 'yellow' : 'red',
    updates: fresh ? 'green' : age < RED_HOURS ? 'yellow' : 'red',
    files: status.files.trouble > 0 ? 'red' : status.files.waiting === 0 ? 'green' : 'yellow',
    rejected: status.rejected === 0 ? 'green' : 'red',
  }
}

export function useSyncStatus(): HostData<SyncStatus> & { lights: ComputedRef<SyncLights | null> } {
  const read = useHostData((host) => host.sync_status(), { topics: ['sync'] })
  const lights = computed(() => (read.data.value ? syncLights(read.data.value, read.data.value.now) : null))
  return { ...read, lights }
}
