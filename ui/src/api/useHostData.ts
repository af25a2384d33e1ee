/**
 * Reads something from the host and keeps it fresh: again when one of `topics` changed, again when asked.
 * What was read stays on screen while it is read anew, and stays there when that fails.
 */
import { onScopeDispose, ref, shallowRef, watch, type Ref, type WatchSource } from 'vue'
import { toHostError } from './error'
import { useHost, type Host } from './host'
import type { HostError, Topic } from './types'

export interface HostData<T> {
  data: Ref<T | null>
  error: Ref<HostError | null>
  loading: Ref<boolean>
  refresh: () => Promise<void>
}

export function useHostData<T>(
  ask: (host: Host) => Promise<T>,
  options: { topics: Topic[]; when?: WatchSource<unknown>; reset?: boolean },
): HostData<T> {
  const host = useHost()
  const data = shallowRef<T | null>(null)
  const error = ref<HostError | null>(null)
  const loading = ref(false)
  let asked = 0
  /** The question whose answer is shown: an earlier one's comes too late, a later one's is still to come. */
  let shown = 0

  async function refresh(): Promise<void> {
    const mine = ++asked
    loading.value = true
    try {
      const answer = await ask(host)
      if (mine < shown) return
      shown = mine
      data.value = answer
      error.value = null
    } catch (thrown) {
      if (mine < shown) return
      shown = mine
      error.value = toHostError(thrown)
    } finally {
      if (mine === asked) loading.value = false
    }
  }

  const stop = host.onChanged((changed) => {
    if (changed.topics.some((topic) => options.topics.includes(topic))) void refresh()
  })
  onScopeDispose(() => {
    shown = ++asked
    stop()
  })
  if (options.when) {
    watch(options.when, () => {
      // What was asked before is about something else.
      if (options.reset) {
        data.value = null
        shown = asked + 1
      }
      void refresh()
    })
  }
  void refresh()
  return { data, error, loading, refresh }
}
