/** Which field a refusal belongs to. What belongs to none is shown above the save button. */
import type { HostError } from '@/api/types'

export type RecordField = 'on' | 'note' | 'enterprise' | 'facts'

const fieldOf: Record<string, RecordField> = {
  visit_in_future: 'on',
  scope_lost: 'enterprise',
  enterprise_unknown: 'enterprise',
  field_unknown: 'facts',
  value_unreadable: 'facts',
  value_wrong_type: 'facts',
}

export function errorField(error: HostError | null): RecordField | null {
  if (!error) return null
  // These two say themselves which text they mean; only the note is a field of its own here.
  if (error.code === 'text_missing' || error.code === 'text_too_long') return error.details['field'] === 'note' ? 'note' : null
  return fieldOf[error.code] ?? null
}
