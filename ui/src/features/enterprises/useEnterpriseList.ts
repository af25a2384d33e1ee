/**
 * The list of enterprises, a page at a time. Typing asks anew from the top; scrolling asks for what is missing.
 * An answer to an older question is dropped, so letters never appear out of order.
 */
import { onScopeDispose, reactive, ref, shallowRef, watch } from 'vue'
import { toHostError } from '@/api/error'
import { useHost } from '@/api/host'
import type { EnterpriseFilter, EnterprisePage, EnterpriseRow, HostError } from '@/api/types'

const PAGE = 60
/** Keys pressed faster than this are one question. */
const PAUSE_MS = 40

export function useEnterpriseList() {
  const host = useHost()
  const wanted = reactive<{ search: string; filter: EnterpriseFilter }>({ search: '', filter: 'all' })
  const rows = shallowRef<EnterpriseRow[]>([])
  const page = shallowRef<Omit<EnterprisePage, 'items'> | null>(null)
  /** The text that `rows` answer. */
  const searched = ref('')
  const error = shallowRef<HostError | null>(null)
  let asked = 0
  let reading = false
  let timer: ReturnType<typeof setTimeout> | undefined

  async function read(offset: number, limit: number): Promise<void> {
    const mine = ++asked
    const { search, filter } = wanted
    reading = true
    try {
      const answer = await host.enterprises({ search, filter, offset, limit })
      if (mine !== asked) return
      rows.value = offset === 0 ? answer.items : [...rows.value.slice(0, offset), ...answer.items]
      page.value = { total: answer.total, counts: answer.counts }
      searched.value = search
      error.value = null
    } catch (thrown) {
      if (mine === asked) error.value = toHostError(thrown)
    } finally {
      if (mine === asked) reading = false
    }
  }
  /** As many rows as are shown now, from the top. */
  const refresh = (): Promise<void> => read(0, Math.max(rows.value.length, PAGE))
  /** Called when the end of what is here comes into view. */
  async function more(): Promise<void> {
    if (reading || !page.value || rows.value.length >= page.value.total) return
    await read(rows.value.length, PAGE)
  }

  watch(
    () => wanted.search,
    () => {
      clearTimeout(timer)
      timer = setTimeout(() => void read(0, PAGE), PAUSE_MS)
    },
  )
  watch(
    () => wanted.filter,
    () => void read(0, PAGE),
  )
  const stop = host.onChanged(({ topics }) => {
    if (topics.includes('enterprises') || topics.includes('visits')) void refresh()
  })
  onScopeDispose(() => {
    asked++
    clearTimeout(timer)
    stop()
  })
  void read(0, PAGE)
  return { wanted, rows, page, searched, error, refresh, more }
}
