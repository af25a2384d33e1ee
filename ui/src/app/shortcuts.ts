/** Keys that work everywhere in the window. A letter alone never fires while somebody is typing. */
import { onBeforeUnmount, onMounted } from 'vue'

export interface Shortcut {
  /** `KeyboardEvent.key`, lower case. */
  key: string
  ctrl?: boolean
  run: () => void
}

const TEXT_INPUTS = new Set(['INPUT', 'TEXTAREA', 'SELECT'])

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (TEXT_INPUTS.has(target.tagName) || target.isContentEditable)
}

export function useShortcuts(shortcuts: Shortcut[]): void {
  function onKey(event: KeyboardEvent): void {
    // Input methods use Enter and letters to compose 汉字; those keys are not ours.
    if (event.isComposing || event.altKey) return
    const ctrl = event.ctrlKey || event.metaKey
    const hit = shortcuts.find((s) => s.key === event.key.toLowerCase() && (s.ctrl ?? false) === ctrl)
    if (!hit || (!ctrl && (isTyping(event.target) || event.shiftKey))) return
    event.preventDefault()
    hit.run()
  }
  onMounted(() => addEventListener('keydown', onKey))
  onBeforeUnmount(() => removeEventListener('keydown', onKey))
}
