import { describe, expect, it, vi } from 'vitest'
import { ElMessageBox } from 'element-plus'
import { readySession } from '@/api/fake'
import type { FakeOptions } from '@/api/fake/host'
import type { Session } from '@/api/types'
import NavBar from '@/app/shell/NavBar.vue'
import { openAt, settle, showing, type Mounted } from '../../../test/mount'

const administrator: FakeOptions = { session: { ...readySession, administrator: true } as Session }
const open = (options: FakeOptions = {}): Promise<Mounted> => openAt('/admin', { ...administrator, ...options })
const ids = (screen: Mounted): string[] => screen.all('laptop').map((row) => row.attributes('data-id')?.slice(-1) ?? '')

describe('管理', () => {
  it('is_listed_for_administrators_only_and_shows_others_nothing', async () => {
    expect((await showing(NavBar)).all('nav-admin')).toHaveLength(0)
    expect((await showing(NavBar, {}, administrator)).all('nav-admin')).toHaveLength(1)
    const screen = await openAt('/admin')
    expect(screen.find('empty').text()).toContain('系统管理员')
    expect(screen.all('laptop')).toHaveLength(0)
  })

  it('says_plainly_that_it_needs_the_network', async () => {
    const screen = await open({ online: false })
    expect(screen.find('admin-offline').text()).toContain('要连着网')
    expect(screen.all('error')).toHaveLength(0)
  })

  it('lists_who_needs_a_look_the_longest_without_a_sync_first', async () => {
    const screen = await open()
    expect(ids(screen)).toEqual(['2', '4', '3', '7', '5', '6'])
    const first = screen.all('laptop')[0]?.text()
    expect(first).toContain('李某')
    expect(first).toContain('有记录等了很久')
    expect(screen.find('laptop-error').text()).toContain('磁盘满了')
    await screen.find('health-days').setValue('30')
    await settle()
    expect(ids(screen)).toEqual(['3', '7', '5', '6'])
  })

  it('an_act_that_takes_something_away_names_the_person_and_what_follows', async () => {
    const screen = await open()
    const ask = vi.spyOn(ElMessageBox, 'confirm').mockRejectedValueOnce('cancel')
    await screen.find('laptop-wipe').trigger('click')
    await settle()
    expect(ask.mock.calls[0]?.[0]).toContain('李某（BA0002）')
    expect(ask.mock.calls[0]?.[0]).toContain('不能挽回')
    expect(screen.host.world.laptops[1]?.state).toBe('active')
    ask.mockResolvedValueOnce('confirm' as never)
    await screen.find('laptop-suspend').trigger('click')
    await settle()
    expect(screen.host.world.laptops[1]?.state).toBe('suspended')
    ask.mockRestore()
  })

  it('nobody_stops_the_laptop_they_sit_at', async () => {
    const screen = await open()
    await screen.find('admin-tab-laptops').trigger('click')
    await settle()
    const own = screen.all('laptop').find((row) => row.text().includes('这台'))
    expect(own?.findAll('[data-testid="laptop-revoke"]')).toHaveLength(0)
    expect(own?.findAll('[data-testid="laptop-resync"]')).toHaveLength(1)
  })

  it('the_laptops_of_a_unit_fetch_everything_anew', async () => {
    const screen = await open()
    await screen.find('admin-tab-laptops').trigger('click')
    await settle()
    const ask = vi.spyOn(ElMessageBox, 'confirm').mockResolvedValueOnce('confirm' as never)
    await screen.find('resync-who').setValue('云桥街道办事处')
    await screen.find('resync-many').trigger('click')
    await settle()
    expect(ask.mock.calls[0]?.[0]).toContain('云桥街道办事处')
    expect(screen.host.world.laptops.filter((one) => one.resync_due).map((one) => one.user.name)).toEqual(['李某', '周某'])
    ask.mockRestore()
  })

  it('a_wiped_laptop_shows_when_it_was_and_what_is_gone_and_offers_nothing', async () => {
    const screen = await open()
    const wiped = screen.all('laptop').find((row) => row.attributes('data-id')?.endsWith('7'))
    expect(wiped?.text()).toContain('已清除')
    expect(wiped?.text()).toContain('11月14日')
    expect(wiped?.text()).toContain('没送出的 3 条一起没了')
    expect(wiped?.findAll('button')).toHaveLength(0)
  })

  it('the_lease_is_set_in_whole_days_within_bounds', async () => {
    const screen = await open()
    await screen.find('admin-tab-rules').trigger('click')
    await settle()
    expect(screen.find('lease-now').attributes('data-days')).toBe('14')
    const save = () => screen.find('lease-save')
    expect(save().attributes('disabled'), 'nothing to save').toBeDefined()
    for (const wrong of ['', '0', '31', '2.5', '七']) {
      await screen.find('lease-days').setValue(wrong)
      expect(screen.find('field-error').text()).toContain('1 到 30')
      expect(save().attributes('disabled')).toBeDefined()
    }
    await screen.find('lease-days').setValue('30')
    await save().trigger('submit')
    await settle()
    expect(screen.host.world.leaseDays).toBe(30)
    expect(screen.find('lease-now').attributes('data-days')).toBe('30')
  })

  it('a_lease_that_was_not_taken_stays_typed_and_says_why', async () => {
    const screen = await open({ fail: { admin_programme_change: { code: 'server_unreachable', details: {} } } })
    await screen.find('admin-tab-rules').trigger('click')
    await settle()
    await screen.find('lease-days').setValue('30')
    await screen.find('lease-save').trigger('submit')
    await settle()
    expect(screen.find('error').attributes('data-code')).toBe('server_unreachable')
    expect((screen.find('lease-days').element as HTMLInputElement).value).toBe('30')
  })

  it('what_the_server_put_aside_is_released_where_it_can_be_read', async () => {
    const screen = await open()
    expect(screen.all('quarantined')).toHaveLength(2)
    expect(screen.all('quarantined-release')).toHaveLength(1)
    await screen.find('quarantined-release').trigger('click')
    await settle()
    expect(screen.all('quarantined').map((item) => item.attributes('data-code'))).toEqual(['mutation_unreadable'])
  })

  it('a_refusal_of_the_district_is_told', async () => {
    const screen = await open({ fail: { admin_sync_health: { code: 'role_missing', details: {} } } })
    expect(screen.find('error').attributes('data-code')).toBe('role_missing')
  })
})
