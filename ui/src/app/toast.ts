/** One quiet line that says something was done. It goes by itself; nothing depends on it being read. */
import { shallowRef } from 'vue'

export interface Toast {
  text: string
  /** What should be read; the line then stays until it is closed. */
  notes?: string[]
  action?: { label: string; run: () => void }
}

const SHOWN_MS = 5000

export const toast = shallowRef<Toast | null>(null)
let timer: ReturnType<typeof setTimeout> | undefined

export function say(next: Toast): void {
  clearTimeout(timer)
  toast.value = next
  if (!next.notes?.length) timer = setTimeout(() => (toast.value = null), SHOWN_MS)
}
