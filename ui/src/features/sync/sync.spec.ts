import { describe, expect, it, vi } from 'vitest'
import { ElMessageBox } from 'element-plus'
import type { RejectedItem, SyncStatus } from '@/api/types'
import { openAt, settle, type Mounted } from '../../../test/mount'
import { ageParts } from './age'
import { syncLights } from './useSyncStatus'

const now = '2026-11-18T10:42:00+08:00'
const well: SyncStatus = { now, online: true, syncing: false, pending: 0, oldest_pending: null, rejected: 0, files: { waiting: 0, size_bytes: 0, sent_bytes: 0, trouble: 0 }, last_complete_sync: '2026-11-18T08:12:00+08:00', complete: true, fully_synced: true, last_error: null }
const back: RejectedItem = { id: 'r1', kind: 'visit', uscc: null, name: '澜州市瑞程物流有限公司', title: null, written_at: now, rejected_at: now, code: 'scope_lost', details: {}, text: '夜间装卸噪声' }

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
    ['files', { files: { waiting: 2, size_bytes: 6_400_000, sent_bytes: 0, trouble: 0 } }, 'yellow'],
    ['rejected', { rejected: 1 }, 'red'],
  ] as const)('%s alone changes with %j', (light, change, kind) => {
    expect(syncLights({ ...well, ...change }, now)).toEqual({ ...syncLights(well, now), [light]: kind })
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

  it('a_sync_that_fails_says_so_and_drops_nothing', async () => {
    const screen = await openAt('/sync', { fail: { sync_now: { code: 'not_a_qilian_server', details: {} } } })
    await screen.find('sync-now').trigger('click')
    await settle()
    expect(screen.find('error').attributes('data-code')).toBe('not_a_qilian_server')
    expect(screen.all('waiting-item')).toHaveLength(3)
  })
})
