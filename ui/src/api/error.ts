/** Refusals of the host, and the words for them. Words themselves are in `locales/`, under `error.<code>`. */
import type { HostError } from './types'

type Translate = (key: string, named: Record<string, unknown>) => string
type HasKey = (key: string) => boolean

/** Whatever was thrown, as a refusal with a code. */
export function toHostError(thrown: unknown): HostError {
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && typeof thrown.code === 'string') {
    const refused = thrown as HostError
    return { ...refused, details: refused.details ?? {} }
  }
  return { code: 'unknown', details: { text: thrown instanceof Error ? thrown.message : String(thrown) } }
}

/** What happened, and what to do about it. A code without words of its own still names itself. */
export function errorWords(error: HostError, t: Translate, te: HasKey): { what: string; todo: string } {
  const key = te(`error.${error.code}.what`) ? error.code : 'unknown'
  const facts = { code: error.code, text: error.message ?? '', ...error.details }
  return { what: t(`error.${key}.what`, facts), todo: t(`error.${key}.todo`, facts) }
}
