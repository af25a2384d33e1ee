import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import en from './en'
import zhCN from './zh-CN'

function leaves(node: unknown, path = ''): [string, string][] {
  if (typeof node === 'string') return [[path, node]]
  return Object.entries(node as Record<string, unknown>).flatMap(([key, value]) => leaves(value, path ? `${path}.${key}` : key))
}
const named = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort()

const zh = new Map(leaves(zhCN))
const english = new Map(leaves(en))

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return ['locales', 'fake', 'generated'].includes(entry.name) ? [] : sources(path)
    return /\.(vue|ts)$/.test(entry.name) && !/\.spec\.ts$/.test(entry.name) ? [path] : []
  })
}

describe('locales', () => {
  it('both_languages_have_the_same_keys', () => {
    expect([...english.keys()].sort()).toEqual([...zh.keys()].sort())
  })

  it('both_languages_name_the_same_facts', () => {
    const differing = [...zh].filter(([key, text]) => named(text).join() !== named(english.get(key) ?? '').join()).map(([key]) => key)
    expect(differing).toEqual([])
  })

  it('every_error_has_both_halves', () => {
    for (const [code, words] of Object.entries(zhCN.error)) expect(words, code).toMatchObject({ what: expect.stringMatching(/./), todo: expect.stringMatching(/./) })
  })

  it('chinese_has_no_exclamation_mark_and_no_bare_符合', () => {
    const bad = [...zh].filter(([, text]) => /[！!]/.test(text) || /(?<!可能|暂不)符合/.test(text.replace('不符合', '暂不符合')))
    expect(bad).toEqual([])
  })

  it('every_key_a_screen_names_is_there', () => {
    const missing = sources('src').flatMap((path) => {
      const text = readFileSync(path, 'utf8')
      const keys = [...text.matchAll(/\bt\('([a-z_.0-9]+)'/g)].map((match) => match[1] ?? '')
      return keys.filter((key) => !zh.has(key)).map((key) => `${path}: ${key}`)
    })
    expect(missing).toEqual([])
  })

  it('no_screen_has_chinese_of_its_own', () => {
    const withWords = sources('src').filter((path) => {
      const code = readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*|<!--[\s\S]*?-->/g, '')
      return /\p{Script=Han}/u.test(code)
    })
    expect(withWords).toEqual([])
  })
})
