/** Finds enterprises while one types. Only the answer to the newest text is shown; typing never waits for one. */
import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { toHostError } from '@/api/error'
import { useHost } from '@/api/host'
import type { EnterpriseRow, HostError } from '@/api/types'

/** Keys pressed faster than this are one question. */
const PAUSE_MS = 40

export function useEnterpriseSearch(limit: number) {
  const host = useHost()
  const text = ref('')
  const rows = shallowRef<EnterpriseRow[]>([])
  const searched = ref('')
  const error = shallowRef<HostError | null>(null)
  let asked = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function ask(): Promise<void> {
    const mine = ++asked
    const wanted = text.value
    try {
      const answer = await host.search({ text: wanted, limit })
      if (mine !== asked) return
      rows.value = answer.enterprises
      searched.value = wanted
      error.value = null
    } catch (thrown) {
      if (mine === asked) error.value = toHostError(thrown)
    }
  }
  watch(text, () => {
    clearTimeout(timer)
    timer = setTimeout(() => void ask(), PAUSE_MS)
  })
  onScopeDispose(() => {
    asked++
    clearTimeout(timer)
  })
  return { text, rows, searched, error }
}
