import { describe, expect, it, vi } from 'vitest'
import App from '@/app/App.vue'
import type { FakeOptions } from '@/api/fake/host'
import { settle, showing, type Mounted } from '../../../test/mount'

const over: FakeOptions = { session: { state: 'lease_over', until: '2026-11-16T08:12:00+08:00', days: 14, today: '2026-11-18' } }

async function started(options: FakeOptions): Promise<Mounted> {
  const screen = await showing(App, {}, options)
  await vi.waitFor(() => expect(screen.find('lease-over').exists()).toBe(true))
  return screen
}

async function begin(screen: Mounted, named: string): Promise<void> {
  await screen.find('lease-named').setValue(named)
  await screen.wrapper.find('form').trigger('submit')
  await settle()
}

describe('a lease that is over', () => {
  it('says_why_and_shows_no_enterprise', async () => {
    const screen = await started(over)
    expect(screen.find('lease-over').text()).toContain('14 天')
    for (const enterprise of screen.host.world.enterprises) expect(screen.wrapper.text()).not.toContain(enterprise.name)
  })

  it('a_visit_is_written_down_to_an_enterprise_that_is_named_exactly', async () => {
    const screen = await started(over)
    const [first] = screen.host.world.enterprises
    if (!first) throw new Error('no enterprise')
    await begin(screen, first.name.slice(0, 4))
    expect(screen.find('error').attributes('data-code')).toBe('enterprise_unknown')
    await begin(screen, first.name)
    await screen.find('lease-note').setValue('断网时去的')
    await screen.wrapper.find('form').trigger('submit')
    await settle()
    expect(screen.find('lease-recorded').text()).toContain('1')
    expect(screen.host.world.visits.some((visit) => visit.note === '断网时去的')).toBe(true)
  })

  it('a_sync_that_fails_says_so_and_everything_stays', async () => {
    const screen = await started({ ...over, online: false })
    await screen.find('lease-sync').trigger('click')
    await settle()
    expect(screen.find('error').attributes('data-code')).toBe('server_unreachable')
    expect(screen.find('lease-over').exists()).toBe(true)
  })

  it('a_sync_that_works_opens_the_window', async () => {
    const screen = await started(over)
    await screen.find('lease-sync').trigger('click')
    await settle()
    expect(screen.find('who').exists()).toBe(true)
  })
})

describe('a laptop that was wiped', () => {
  it('says_so_where_it_is_enrolled_again', async () => {
    const screen = await showing(App, {}, { session: { state: 'not_enrolled', needs_passphrase: false, wiped: true } })
    await vi.waitFor(() => expect(screen.find('enrol').exists()).toBe(true))
    expect(screen.wrapper.text()).toContain('已经清除')
  })
})
