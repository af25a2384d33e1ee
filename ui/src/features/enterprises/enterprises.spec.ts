import { describe, expect, it, vi } from 'vitest'
import { createFakeHost } from '@/api/fake'
import { madeUpUscc } from '@/api/fake/data'
import type { EnterprisePage, Fact } from '@/api/types'
import { openAt, settle, withHost } from '../../../test/mount'
import { groupFacts, useFactWords } from './facts'
import { history } from './history'
import { useEnterpriseList } from './useEnterpriseList'

const fact = (field: string, value: string, current: boolean, as_of: string): Fact => ({ field, label: field, value, unit: null, period: null, source: null, source_note: null, as_of, by: null, current, stale: false })

describe('facts', () => {
  it('statements_of_one_field_stand_together_the_one_in_use_first', () => {
    const groups = groupFacts([fact('employees', '92', false, '2026-11-17'), fact('sales', '4260', true, '2026-04-12'), fact('employees', '86', true, '2026-11-13')])
    expect(groups.map((group) => [group.field, ...group.statements.map((one) => one.value)])).toEqual([['employees', '86', '92'], ['sales', '4260']])
  })
  it('values_are_read_as_people_say_them', async () => {
    const { result: words } = await withHost(createFakeHost(), () => useFactWords())
    expect(['4260', 'true', '500..1000', '500..', '..1000', 'C3484'].map(words)).toEqual(['4,260', '是', '500 至 1,000', '500 以上', '1,000 以下', 'C3484'])
  })
  it('history_is_one_line_of_time', async () => {
    const file = await createFakeHost().enterprise({ uscc: madeUpUscc(0) })
    const days = history(file).map((one) => one.on)
    expect(days).toEqual([...days].sort().reverse())
    expect(new Set(history(file).map((one) => one.kind))).toEqual(new Set(['visit', 'demand', 'promise']))
  })
})

describe('the list', () => {
  it('letters_typed_fast_are_one_question_and_the_last_answer_wins', async () => {
    const host = createFakeHost()
    const ask = vi.spyOn(host, 'enterprises')
    const { result } = await withHost(host, () => useEnterpriseList())
    for (const text of ['精', '精密', '精密模']) result.wanted.search = text
    await vi.waitFor(() => expect(result.searched.value).toBe('精密模'))
    expect(ask).toHaveBeenCalledTimes(2)
    expect(result.rows.value.map((row) => row.name)).toEqual(['澜州鼎岳精密模具有限公司'])
  })

  it('a_slow_answer_to_an_older_text_is_dropped', async () => {
    const host = createFakeHost()
    const answers: ((page: EnterprisePage) => void)[] = []
    const { result } = await withHost(host, () => useEnterpriseList())
    const real = host.enterprises
    host.enterprises = (args) => new Promise((done) => answers.push((page) => done(page ?? real(args))))
    result.wanted.search = '青'
    await vi.waitFor(() => expect(answers).toHaveLength(1))
    result.wanted.search = '青禾'
    await vi.waitFor(() => expect(answers).toHaveLength(2))
    answers[1]?.(await real({ search: '青禾', filter: 'all', offset: 0, limit: 9 }))
    await settle()
    answers[0]?.(await real({ search: '青', filter: 'all', offset: 0, limit: 9 }))
    await settle()
    expect(result.searched.value).toBe('青禾')
  })

  it('thousands_are_read_a_page_at_a_time', async () => {
    const { result } = await withHost(createFakeHost({ enterprises: 2000 }), () => useEnterpriseList())
    expect(result.page.value?.total).toBe(2000)
    expect(result.rows.value).toHaveLength(60)
    await result.more()
    expect(result.rows.value).toHaveLength(120)
    expect(new Set(result.rows.value.map((row) => row.uscc)).size).toBe(120)
  })

  it('the_file_shows_two_statements_side_by_side', async () => {
    const screen = await openAt(`/enterprises/${madeUpUscc(0)}`)
    const row = screen.wrapper.find('[data-testid="fact"][data-field="employees"]')
    expect(row.text()).toMatch(/86.*采用.*92/s)
    expect(row.text()).toContain('2 个说法')
    expect(row.text()).toContain('区工信局')
  })

  it('an_enterprise_that_is_gone_says_so', async () => {
    const screen = await openAt('/enterprises/91440300000000000X')
    expect(screen.find('error').attributes('data-code')).toBe('enterprise_unknown')
  })
})
