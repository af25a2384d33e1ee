/** 现在同步: one at a time; what goes wrong is kept to be shown, for sync runs again by itself anyway. */
import { ref } from 'vue'
import { toHostError } from '@/api/error'
import { useHost } from '@/api/host'
import type { HostError } from '@/api/types'

export function useSyncNow() {
  const host = useHost()
  const running = ref(false)
  const error = ref<HostError | null>(null)

  async function syncNow(): Promise<void> {
    if (running.value) return
    running.value = true
    error.value = null
    try {
      await host.sync_now()
    } catch (thrown) {
      error.value = toHostError(thrown)
    } finally {
      running.value = false
    }
  }
  return { syncNow, running, error }
}
