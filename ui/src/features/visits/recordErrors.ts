/** Which field a refusal belongs to. What belongs to none is shown above the save button. */
import type { HostError } from '@/api/types'

export type RecordField = 'on' | 'note' | 'enterprise' | 'facts'

const fieldOf: Record<string, RecordField> = {
  visit_in_future: 'on',
  date_invalid: 'on',
  note_empty: 'note',
  note_too_long: 'note',
  enterprise_unknown: 'enterprise',
  field_unknown: 'facts',
  value_invalid: 'facts',
}

export function errorField(error: HostError | null): RecordField | null {
  return error ? (fieldOf[error.code] ?? null) : null
}
