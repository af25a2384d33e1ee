import { describe, expect, it } from 'vitest'
import { openAt, settle } from '../../../test/mount'

describe('今日', () => {
  it('shows_how_week_and_quarter_stand', async () => {
    const screen = await openAt('/today')
    expect(screen.find('today-week').attributes()).toMatchObject({ 'data-state': 'behind', 'data-counted': '1', 'data-required': '2' })
    expect(screen.find('today-week').text()).toContain('还差 1 次')
    expect(screen.find('today-quarter').text()).toContain('18/22')
  })

  it('every_planned_enterprise_shows_its_reasons', async () => {
    const screen = await openAt('/today')
    const items = screen.all('today-plan-item')
    expect(items).toHaveLength(4)
    for (const item of items) expect(item.findAll('[data-reason]').length).toBeGreaterThan(0)
    expect(items[0]?.text()).toContain('37 天未走访')
  })

  it('a_reason_without_its_facts_is_told_in_the_hosts_words', async () => {
    const screen = await openAt('/today')
    const today = await screen.host.today()
    screen.host.today = () => Promise.resolve({ ...today, plan: today.plan.map((item) => ({ ...item, reasons: [{ code: 'days_since_visit', text: '很久没去了' }] })) })
    await screen.host.draft_discard({ draft_id: 'none' })
    await settle()
    expect(screen.all('today-plan-item')[0]?.text()).toContain('很久没去了')
  })

  it('a_year_without_a_calendar_is_said_so_and_judged_nowhere', async () => {
    const screen = await openAt('/today', { calendar: false })
    expect(screen.find('today-week').attributes('data-state')).toBe('calendar_missing')
    expect(screen.find('today-week').text()).toContain('缺放假安排')
    expect(screen.find('today-quarter').text()).not.toContain('还有')
  })

  it('offline_is_calm_and_says_how_old_the_rest_is', async () => {
    const screen = await openAt('/today', { online: false })
    expect(screen.find('today-offline').text()).toContain('昨天 17:52')
    expect(screen.find('today-waiting').text()).toContain('联网后自动送出')
  })

  it('sending_now_empties_what_waits', async () => {
    const screen = await openAt('/today')
    expect(screen.find('today-waiting').attributes('data-count')).toBe('3')
    await screen.find('today-send').trigger('click')
    await settle()
    expect(screen.find('today-waiting').attributes('data-count')).toBe('0')
  })

  it('a_promise_that_was_kept_leaves_the_list', async () => {
    const screen = await openAt('/today')
    const before = screen.all('today-promise').length
    await screen.find('promise-keep').trigger('click')
    await settle()
    expect(screen.all('today-promise')).toHaveLength(before - 1)
  })

  it('nothing_assigned_says_why_and_what_next', async () => {
    const screen = await openAt('/today', { enterprises: 0 })
    expect(screen.find('empty').text()).toContain('还没有给你分挂点企业')
  })

  it('a_store_that_fails_is_said_with_a_way_on', async () => {
    const screen = await openAt('/today', { fail: { today: { code: 'store_busy', details: {} } } })
    expect(screen.find('error').attributes('data-code')).toBe('store_busy')
    screen.host.options.fail = {}
    await screen.find('retry').trigger('click')
    await settle()
    expect(screen.all('today-plan-item')).toHaveLength(4)
  })
})
