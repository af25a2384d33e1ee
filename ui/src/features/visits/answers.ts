/** Answers as they are typed and as the host takes them: half-width, without thousands marks, ratios as fractions. */
import type { Question } from '@/api/types'

type Kind = Question['type']

const NUMERIC = new Set<Kind>(['int', 'number', 'money', 'ratio'])
const NUMBER = /^-?\d+(\.\d*)?$/

export function isNumeric(kind: Kind): boolean {
  return NUMERIC.has(kind)
}

/** Moves the decimal point, exactly: no arithmetic, so nothing is rounded. */
export function shiftPoint(text: string, places: number): string {
  if (!NUMBER.test(text)) return text
  const sign = text.startsWith('-') ? '-' : ''
  const [whole = '', part = ''] = text.slice(sign.length).split('.')
  const digits = places < 0 ? whole.padStart(1 - places, '0') + part : whole + part.padEnd(places, '0')
  const at = (places < 0 ? Math.max(whole.length, 1 - places) : whole.length) + places
  const left = digits.slice(0, at).replace(/^0+(?=\d)/, '') || '0'
  const right = digits.slice(at).replace(/0+$/, '')
  return sign + (right ? `${left}.${right}` : left)
}

/** What goes to the host; null when nothing was typed. */
export function toAnswer(kind: Kind, typed: string): string | null {
  if (!isNumeric(kind)) return typed.trim() === '' ? null : typed
  const text = typed.normalize('NFKC').replace(/[,\s%]/g, '')
  if (text === '') return null
  return kind === 'ratio' ? shiftPoint(text, -2) : text
}

/** What stands in the field for an answer kept earlier. */
export function toTyped(kind: Kind, answer: string | null): string {
  if (answer === null) return ''
  return kind === 'ratio' ? shiftPoint(answer, 2) : answer
}
