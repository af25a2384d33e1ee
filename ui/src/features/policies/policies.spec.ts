import { describe, expect, it } from 'vitest'
import { createFakeHost } from '@/api/fake'
import { madeUpUscc } from '@/api/fake/data'
import { crowd, fakeHints } from '@/api/fake/hints'
import type { Briefing, Hints, PolicyHint } from '@/api/types'
import { openAt, withHost } from '../../../test/mount'
import { useAmountWords } from './amount'
import { onOnePage } from './onePage'

const hints = fakeHints(new Map())
const briefingOf = async (said: Hints): Promise<Briefing> => ({ ...(await createFakeHost().briefing({ uscc: madeUpUscc(0), on: null })), hints: said })
const withAmount = (amount: PolicyHint['amount']): PolicyHint => ({ ...(hints.policies[0] as PolicyHint), amount })

describe('amounts', () => {
  it('no_amount_stands_without_估算', async () => {
    const { result: words } = await withHost(createFakeHost(), () => useAmountWords())
    const said = [
      words.amount(withAmount({ value: 28.4, min: null, max: null, unit: '万元' })),
      words.amount(withAmount({ value: null, min: 5, max: 1200, unit: '万元' })),
      words.amount(withAmount({ value: null, min: null, max: 150, unit: '万元' })),
      words.amount(withAmount({ value: null, min: 3, max: null, unit: '万元' })),
    ]
    expect(said).toEqual(['约 28.4 万元（估算）', '约 5 至 1,200 万元（估算）', '最高 150 万元（估算）', '至少 3 万元（估算）'])
    expect(words.amount(withAmount(null))).toBeNull()
  })
})

describe('one page', () => {
  it('leaves_nothing_out_without_counting_it', async () => {
    const briefing = await briefingOf(crowd(hints))
    const { policies } = briefing.hints
    const page = onOnePage(briefing, false)
    const shown = page.groups.flatMap((group) => group.policies)
    expect(shown.length + page.left).toBe(policies.length)
    expect(shown.length).toBeLessThanOrEqual(12)
  })
  it('what_does_not_fit_above_the_questions_is_counted', async () => {
    const screen = await openAt(`/briefing/${madeUpUscc(0)}`, { crowded: true })
    const { people, promises } = await screen.host.briefing({ uscc: madeUpUscc(0), on: null })
    expect(screen.find('briefing').text()).toContain(`另有 ${people.length - 4} 人`)
    expect(screen.find('briefing-promises').text()).toContain(`另有 ${promises.length - 4} 件`)
    expect(Math.min(people.length, promises.length)).toBeGreaterThan(4)
  })
  it('a_long_name_or_many_matters_above_leave_room_for_fewer_uncertain_hints', async () => {
    const briefing = await briefingOf(crowd(hints))
    const long = { ...briefing, enterprise: { ...briefing.enterprise, name: '澜'.repeat(40) } }
    expect(onOnePage(long, false).groups.map((group) => [group.outcome, group.policies.length])).toEqual([['likely', 4], ['needs_info', 4], ['needs_review', 1]])
  })
  it('of_what_does_not_hold_only_the_nearly_there_is_shown', async () => {
    const shown = onOnePage(await briefingOf(fakeHints(new Map([['loan_kind', '流动资金']]))), false).groups.find((group) => group.outcome === 'unlikely')
    expect(shown?.policies.map((policy) => policy.id)).toEqual(['cn-sse'])
  })
  it('questions_stand_above_hints', async () => {
    const screen = await openAt(`/briefing/${madeUpUscc(0)}`)
    const text = screen.find('briefing').text()
    expect(text.indexOf('技改项目在工信部门备案了吗')).toBeLessThan(text.indexOf('小型微利企业所得税优惠'))
    expect(screen.all('briefing-question').length).toBeLessThanOrEqual(5)
  })
  it('says_how_far_a_near_miss_is', async () => {
    const screen = await openAt(`/briefing/${madeUpUscc(0)}`)
    expect(screen.wrapper.find('[data-policy="cn-sse"]').text()).toContain('差 12 万元')
  })
})
