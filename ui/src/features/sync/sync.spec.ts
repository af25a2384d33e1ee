import { describe, expect, it, vi } from 'vitest'
import { ElMessageBox } from 'element-plus'
import { cameBack, fakeDelivered, fakeHandled, fakeMerged, fakeRejected } from '@/api/fake/centre'
import type { SyncStatus } from '@/api/types'
import { openAt, settle, showing, type Mounted } from '../../../test/mount'
import { ageParts } from './age'
import LeaseNote from './LeaseNote.vue'
import SyncLights from './SyncLights.vue'
import { allGreen, syncLights } from './useSyncStatus'
import { wayOf } from './waiting'

const now = '2026-11-18T10:42:00+08:00'
const well: SyncStatus = { now, online: true, syncing: false, pending: 0, oldest_pending: null, rejected: 0, merged: 0, files: { waiting: 0, size_bytes: 0, sent_bytes: 0, trouble: 0 }, delivered: 0, last_complete_sync: '2026-11-18T08:12:00+08:00', complete: true, unreadable: 0, fully_synced: true, last_error: null, lease: { until: '2026-12-02T08:12:00+08:00', days: 14 } }
const back = cameBack({ id: 'r1', code: 'scope_lost', text: '夜间装卸噪声' })

async function withRejected(): Promise<Mounted> {
  const screen = await openAt('/today')
  screen.host.world.rejected = [back]
  await screen.router.push('/sync')
  await settle()
  return screen
}

describe('lights', () => {
  it('all_is_well', () => expect(syncLights(well, now)).toEqual({ records: 'green', updates: 'green', files: 'green', rejected: 'green' }))
  it.each([
    ['records', { pending: 3 }, 'yellow'],
    ['updates', { last_complete_sync: null }, 'yellow'],
    ['updates', { last_complete_sync: '2026-11-17T17:52:00+08:00' }, 'yellow'],
    ['updates', { complete: false }, 'yellow'],
    ['updates', { last_complete_sync: '2026-11-11T10:41:00+08:00' }, 'red'],
    ['updates', { last_error: { code: 'device_revoked', details: {} } }, 'yellow'],
    ['updates', { unreadable: 3 }, 'yellow'],
    ['updates', { delivered: 1 }, 'yellow'],
    ['records', { pending: 1, oldest_pending: '2026-11-11T10:41:00+08:00' }, 'red'],
    ['records', { pending: 1, oldest_pending: '2026-11-11T10:43:00+08:00' }, 'yellow'],
    ['files', { files: { waiting: 2, size_bytes: 6_400_000, sent_bytes: 0, trouble: 0 } }, 'yellow'],
    ['rejected', { rejected: 1 }, 'red'],
  ] as const)('%s alone changes with %j', (light, change, kind) => {
    expect(syncLights({ ...well, ...change }, now)).toEqual({ ...syncLights(well, now), [light]: kind })
  })
  it('being_offline_ages_by_the_clock_and_is_no_failure', () => {
    expect(allGreen(syncLights({ ...well, online: false, last_error: { code: 'server_unreachable', details: {} } }, now))).toBe(true)
  })
  it('an_age_is_never_negative', () => {
    expect(ageParts('2026-11-16T18:05:00+08:00', now)).toEqual({ days: 1, hours: 16, minutes: 37 })
    expect(ageParts('2026-11-19T00:00:00+08:00', now)).toEqual({ days: 0, hours: 0, minutes: 0 })
  })
})

describe('同步中心', () => {
  it('shows_four_lights_and_what_waits', async () => {
    const screen = await openAt('/sync')
    expect(screen.find('centre-records').attributes('data-light')).toBe('yellow')
    expect(screen.find('centre-files').attributes('data-light'), 'one cannot be sent').toBe('red')
    expect(screen.all('waiting-item')).toHaveLength(3)
  })

  it('what_a_revoked_laptop_has_not_sent_is_exported_for_the_administrator', async () => {
    const screen = await openAt('/sync', { fail: { sync_now: { code: 'device_revoked', details: {} } } })
    expect(screen.find('export-offer').text()).toContain('3 条记录')
    for (const item of screen.all('waiting-item')) expect(item.text()).not.toContain('自动送出')
    await screen.find('export-unsent').trigger('click')
    await settle()
    expect(screen.find('exported').text()).toContain('.export')
  })

  it('so_is_what_waits_on_a_laptop_that_a_rebuilt_district_does_not_know', async () => {
    const screen = await openAt('/sync', { fail: { sync_now: { code: 'token_unknown', details: {} } } })
    expect(screen.find('export-offer').text()).toContain('3 条记录')
    expect(wayOf(true, { code: 'token_unknown', details: {} })).toBe('export')
  })

  it('how_long_it_works_offline_stands_beside_the_tabs', async () => {
    const screen = await openAt('/sync')
    expect(screen.find('lease').text()).toBe('离线可用到 12月2日')
    expect(screen.find('lease').attributes('data-near')).toBe('false')
  })

  it('fewer_than_three_days_are_told_with_a_light', async () => {
    for (const [until, near] of [['2026-11-21T10:41:00+08:00', 'true'], ['2026-11-21T10:43:00+08:00', 'false']]) {
      const screen = await showing(LeaseNote, { lease: { until, days: 14 }, now })
      expect(screen.find('lease').attributes('data-near')).toBe(near)
      expect(screen.wrapper.findAll('[data-light="yellow"]')).toHaveLength(near === 'true' ? 1 : 0)
    }
  })

  it('what_this_version_can_not_read_and_what_no_update_confirmed_are_said', async () => {
    const screen = await showing(SyncLights, { status: { ...well, unreadable: 3, delivered: 2 } })
    expect(screen.find('centre-updates').text()).toContain('有 3 条本机版本读不懂，请升级')
    expect(screen.find('centre-records').text()).toContain('2 条已送达，等更新确认')
  })

  it('nothing_is_exported_while_the_laptop_may_send', async () => {
    const screen = await openAt('/sync', { fail: { sync_now: { code: 'device_suspended', details: {} } } })
    expect(screen.all('export-offer')).toHaveLength(0)
  })

  it('what_came_back_is_told_in_words_with_the_text_that_was_written', async () => {
    const screen = await withRejected()
    expect(screen.find('rejected-reason').text()).toContain('不是你挂点')
    expect(screen.find('rejected-detail').text()).toContain('夜间装卸噪声')
  })

  it('submitting_again_moves_it_back_to_what_waits', async () => {
    const screen = await withRejected()
    await screen.find('rejected-resubmit').trigger('click')
    await settle()
    expect(screen.all('rejected-item')).toHaveLength(0)
    expect(screen.all('waiting-item')).toHaveLength(4)
  })

  it('giving_up_asks_first_and_keeps_it_when_unsure', async () => {
    const screen = await withRejected()
    const ask = vi.spyOn(ElMessageBox, 'confirm').mockRejectedValueOnce('cancel')
    await screen.find('rejected-discard').trigger('click')
    await settle()
    expect(screen.all('rejected-item')).toHaveLength(1)
    ask.mockResolvedValueOnce('confirm' as never)
    await screen.find('rejected-discard').trigger('click')
    await settle()
    expect(screen.all('rejected-item')).toHaveLength(0)
    ask.mockRestore()
  })

  it('who_has_the_enterprise_now_is_named_where_it_may_be', async () => {
    const screen = await withRejected()
    screen.host.world.rejected = [fakeRejected[0] ?? back]
    await screen.host.sync_now()
    await settle()
    expect(screen.find('rejected-reason').text()).toContain('11月9日起由云桥第三组 李某挂点')
  })

  it('words_that_came_back_become_a_note_and_are_shown_as_dealt_with', async () => {
    const screen = await withRejected()
    await screen.find('rejected-note').trigger('click')
    await settle()
    expect(screen.all('rejected-item')).toHaveLength(0)
    expect(screen.host.world.notes.map((note) => note.text)).toEqual(['夜间装卸噪声'])
    await screen.find('sync-tab-handled').trigger('click')
    expect(screen.find('handled').text()).toContain('转成了备注')
    expect(screen.find('rejected-detail').text()).toContain('夜间装卸噪声')
    expect(screen.all('rejected-resubmit')).toHaveLength(0)
  })

  it('what_was_merged_shows_mine_beside_theirs_until_it_is_read', async () => {
    const screen = await openAt('/today')
    screen.host.world.merged = [...fakeMerged]
    await screen.router.push('/sync')
    await settle()
    expect(screen.find('conflict-mine').text()).toBe('11月17日')
    expect(screen.find('conflict-theirs').text()).toContain('11月16日')
    expect(screen.find('conflict-theirs').text()).toContain('李某')
    await screen.find('merged-seen').trigger('click')
    await settle()
    expect(screen.all('merged-item')).toHaveLength(0)
    await screen.find('sync-tab-merged').trigger('click')
    expect(screen.all('merged-item')).toHaveLength(1)
  })

  it('each_tab_says_how_many_there_are_and_why_it_is_empty', async () => {
    const screen = await openAt('/today')
    Object.assign(screen.host.world, { rejected: [...fakeRejected], merged: [...fakeMerged], handled: [...fakeHandled], delivered: [...fakeDelivered] })
    await screen.router.push('/sync')
    await settle()
    const count = (tab: string): string | undefined => screen.find(`sync-tab-${tab}`).attributes('data-count')
    expect(['look', 'delivered', 'merged', 'rejected', 'quarantined', 'handled'].map(count)).toEqual(['7', '2', '1', '2', '1', '2'])
    screen.host.world.rejected = []
    await screen.host.sync_now()
    await settle()
    await screen.find('sync-tab-quarantined').trigger('click')
    expect(screen.find('empty').text()).toContain('先放在一边')
  })

  it('the_arrow_keys_walk_the_list', async () => {
    const screen = await openAt('/sync')
    const current = (): number => screen.all('waiting-item').findIndex((item) => item.attributes('aria-current') === 'true')
    await screen.all('waiting-item')[0]?.trigger('keydown', { key: 'ArrowDown' })
    expect(current()).toBe(1)
    await screen.all('waiting-item')[1]?.trigger('keydown', { key: 'ArrowUp' })
    expect(current()).toBe(0)
  })

  it('a_file_that_waits_keeps_a_sync_from_being_called_whole', async () => {
    const screen = await openAt('/sync')
    await screen.find('sync-now').trigger('click')
    await settle()
    expect(screen.find('fully-synced').text()).not.toContain('已全部同步')
  })

  it('nothing_is_called_synced_beside_a_light_that_is_not_green', async () => {
    const screen = await openAt('/today', { untouched: true, fail: { sync_now: { code: 'device_suspended', details: {} } } })
    screen.host.world.waiting = []
    await screen.router.push('/sync')
    await settle()
    expect(screen.find('centre-updates').attributes('data-light')).toBe('yellow')
    expect(screen.find('fully-synced').text()).not.toContain('已全部同步')
  })

  it('only_a_whole_sync_is_called_synced', async () => {
    const screen = await openAt('/today', { untouched: true })
    const [first] = screen.host.world.enterprises
    screen.host.world.enqueue('fact', first ?? null, null)
    await screen.router.push('/sync')
    await settle()
    expect(screen.find('fully-synced').text()).not.toContain('已全部同步')
    await screen.find('sync-now').trigger('click')
    await settle()
    expect(screen.find('fully-synced').text()).toBe('已全部同步')
  })

  it('a_sync_that_fails_says_so_and_drops_nothing', async () => {
    const screen = await openAt('/sync', { fail: { sync_now: { code: 'not_a_qilian_server', details: {} } } })
    await screen.find('sync-now').trigger('click')
    await settle()
    expect(screen.find('error').attributes('data-code')).toBe('not_a_qilian_server')
    expect(screen.all('waiting-item')).toHaveLength(3)
  })
})
