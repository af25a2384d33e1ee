/** The state of one open form: the draft, the live hints, the checks before saving, and saving. */
import { computed, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { toHostError } from '@/api/error'
import { useHost } from '@/api/host'
import type { HostError, VisitForm, VisitRecorded } from '@/api/types'
import { daysBetween, useDates } from '@/app/dates'
import { errorField, type RecordField } from './recordErrors'
import { questionsToShow, useLiveHints } from './useLiveHints'
import { useVisitDraft } from './useVisitDraft'

export function useRecordForm(form: VisitForm) {
  const { t } = useI18n()
  const host = useHost()
  const dates = useDates()
  const kept = useVisitDraft(form.draft)
  const { draft } = kept
  const live = useLiveHints(form.hints, draft)
  const error = ref<HostError | null>(null)
  /** A check of this window that failed; the host is asked only when there is none. */
  const wrong = ref<{ field: RecordField; text: string } | null>(null)

  const answered = computed(() => new Set(draft.facts.map((fact) => fact.field)))
  const questions = computed(() => questionsToShow(form.hints.questions, live.hints.value.questions, answered.value))

  function answer(field: string): string | null {
    return draft.facts.find((fact) => fact.field === field)?.value ?? null
  }
  function setAnswer(field: string, value: string | null): void {
    const others = draft.facts.filter((fact) => fact.field !== field)
    draft.facts = value === null ? others : [...others, { field, value }]
  }

  function checkDay(): { field: RecordField; text: string } | null {
    return daysBetween(dates.today.value, draft.on) > 0 ? { field: 'on', text: t('record.future', { near: dates.near(draft.on) }) } : null
  }
  function check(): { field: RecordField; text: string } | null {
    const day = checkDay()
    if (day) return day
    if (draft.note.trim() === '') return { field: 'note', text: t('record.note_missing') }
    return null
  }
  watch(
    () => draft.on,
    () => (wrong.value = checkDay()),
  )
  watch(
    () => draft.note,
    () => {
      if (wrong.value) wrong.value = check()
    },
  )

  /** What the host refused, worded for the field it is about. */
  const refused = computed(() => {
    const field = errorField(error.value)
    if (!field || !error.value) return null
    const limit = error.value.details['limit']
    const text: Record<RecordField, string> = {
      on: t('record.future', { near: dates.near(draft.on) }),
      note: limit === undefined ? t('record.note_missing') : t('record.too_long', { limit: String(limit) }),
      enterprise: t('record.gone'),
      facts: t('record.value_wrong'),
    }
    return { field, text: text[field] }
  })
  function errorAt(field: RecordField): string | null {
    const at = wrong.value ?? refused.value
    return at?.field === field ? at.text : null
  }

  /** The question whose answer cannot be read: told while typing, and again if it was saved like that. */
  const wrongAnswer = computed(() => {
    const refusal = [error.value, live.error.value].find((one) => errorField(one) === 'facts')
    const field = refusal?.details['field']
    return typeof field === 'string' && answered.value.has(field) ? field : null
  })

  async function save(): Promise<VisitRecorded | null> {
    if (kept.recording.value) return null
    error.value = null
    wrong.value = check()
    if (wrong.value) return null
    try {
      return await kept.record()
    } catch (thrown) {
      error.value = toHostError(thrown)
      return null
    }
  }

  /** Whether the draft is gone; if not, why stands at the foot of the form. */
  async function discard(): Promise<boolean> {
    error.value = null
    try {
      await kept.discard()
      return true
    } catch (thrown) {
      error.value = toHostError(thrown)
      return false
    }
  }

  /** A newer library came while the form is open; the form stays with its own. */
  const libraryChanged = ref(false)
  const stop = host.onChanged((changed) => {
    if (changed.topics.includes('policies')) libraryChanged.value = true
  })

  return { ...kept, live, questions, answer, setAnswer, error, refused, errorAt, wrongAnswer, save, discard, libraryChanged, stop }
}
