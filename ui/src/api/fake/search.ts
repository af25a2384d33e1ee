/** Finds made-up enterprises by substring: name, code, initials, address, business, and says where it hit. */
import type { Hit, HitField } from '../types'
import type { FakeEnterprise } from './data'

const HAN = /\p{Script=Han}/u

/** UTF-16 positions of the characters that have a pinyin. */
function hanPositions(text: string): [number, number][] {
  const out: [number, number][] = []
  let at = 0
  for (const char of text) {
    if (HAN.test(char)) out.push([at, at + char.length])
    at += char.length
  }
  return out
}

export function findHit(enterprise: FakeEnterprise, search: string): Hit | null {
  const text = search.trim()
  const fields: [HitField, string][] = [
    ['name', enterprise.name],
    ['uscc', enterprise.uscc],
    ['address', enterprise.address],
    ['business', enterprise.business],
  ]
  const wanted = text.toLowerCase()
  for (const [field, value] of fields) {
    const at = value.toLowerCase().indexOf(wanted)
    if (at >= 0) return { field, text: value, ranges: [[at, at + wanted.length]] }
  }
  const at = enterprise.pinyin.indexOf(wanted)
  if (at < 0) return null
  const han = hanPositions(enterprise.name)
  const first = han[at]
  const last = han[at + wanted.length - 1]
  return { field: 'pinyin', text: enterprise.name, ranges: first && last ? [[first[0], last[1]]] : [] }
}
