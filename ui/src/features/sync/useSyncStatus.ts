/** The state of synchronising, as lights. Three questions, three lights; they are never merged into one. */
import { computed, type ComputedRef } from 'vue'
import { useHostData, type HostData } from '@/api/useHostData'
import type { SyncStatus } from '@/api/types'
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

/** `now` is an instant; without one (nothing read yet) no pull is called stale. */
export function syncLights(status: SyncStatus, now: string | null): SyncLights {
  const hours = (since: string | null): number => (since && now ? (Date.parse(now) - Date.parse(since)) / 3_600_000 : 0)
  const age = hours(status.last_complete_sync)
  const fresh = status.last_complete_sync !== null && status.complete && age < STALE_HOURS
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
