/**
 * A visit being written. Every change goes to the host at once; while one save is under way the next waits and
 * carries the newest words, so that what is kept is never older than what was typed before the last pause.
 */
import { computed, onScopeDispose, reactive, ref, watch } from 'vue'
import { toHostError } from '@/api/error'
import { useHost } from '@/api/host'
import type { HostError, Instant, VisitDraft, VisitRecorded } from '@/api/types'

/** Lines left empty are no lines. */
export function tidied(draft: VisitDraft): VisitDraft {
  return {
    ...draft,
    demands: draft.demands.map((line) => line.trim()).filter((line) => line !== ''),
    promises: draft.promises.filter((promise) => promise.text.trim() !== ''),
  }
}

export function useVisitDraft(opened: VisitDraft) {
  const host = useHost()
  const draft = reactive<VisitDraft>(structuredClone(opened))
  const savedAt = ref<Instant | null>(opened.saved_at)
  const saveError = ref<HostError | null>(null)
  const recording = ref(false)
  let dirty = false
  let closed = false
  let saving: Promise<void> | null = null

  function plain(): VisitDraft {
    return JSON.parse(JSON.stringify(draft)) as VisitDraft
  }

  async function saveUntilClean(): Promise<void> {
    while (dirty && !closed) {
      dirty = false
      try {
        savedAt.value = (await host.draft_save(plain())).saved_at
        saveError.value = null
      } catch (thrown) {
        saveError.value = toHostError(thrown)
        return
      }
    }
  }

  function save(): Promise<void> {
    saving ??= saveUntilClean().finally(() => (saving = null))
    return saving
  }

  watch(
    draft,
    () => {
      dirty = true
      void save()
    },
    // Sync: a window that dies between a keystroke and the next tick must not lose the keystroke.
    { deep: true, flush: 'sync' },
  )

  async function retrySave(): Promise<void> {
    dirty = true
    await save()
  }

  /** Puts the visit on record. The draft is no longer saved from here on, unless recording fails. */
  async function record(): Promise<VisitRecorded> {
    recording.value = true
    closed = true
    try {
      // A save under way would bring the draft back after it was turned into a visit.
      await saving
      return await host.visit_record(tidied(plain()))
    } catch (thrown) {
      closed = false
      void retrySave()
      throw toHostError(thrown)
    } finally {
      recording.value = false
    }
  }

  async function discard(): Promise<void> {
    closed = true
    try {
      await saving
      await host.draft_discard({ draft_id: draft.draft_id })
    } catch (thrown) {
      closed = false
      throw toHostError(thrown)
    }
  }

  onScopeDispose(() => {
    if (dirty && !closed) void save()
  })

  return { draft, savedAt: computed(() => savedAt.value), saveError, recording, retrySave, record, discard }
}
