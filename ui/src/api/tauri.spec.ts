import { afterEach, describe, expect, it, vi } from 'vitest'
import { tauriHost } from './tauri'

const invoke = vi.hoisted(() => vi.fn())
const events = vi.hoisted(() => ({ listener: undefined as ((event: { payload: unknown }) => void) | undefined, unlisten: vi.fn() }))
vi.mock('@tauri-apps/api/core', () => ({ invoke }))
vi.mock('@tauri-apps/api/event', () => ({
  listen: (name: string, listener: (event: { payload: unknown }) => void) => {
    expect(name).toBe('qilian://changed')
    events.listener = listener
    return Promise.resolve(events.unlisten)
  },
}))
afterEach(() => {
  invoke.mockReset()
  events.unlisten.mockReset()
})

describe('the laptop as host', () => {
  it('a_method_is_the_command_of_the_same_name', async () => {
    invoke.mockResolvedValue({ uscc: 'x' })
    await expect(tauriHost.enterprise({ uscc: 'x' })).resolves.toEqual({ uscc: 'x' })
    expect(invoke).toHaveBeenCalledWith('enterprise', { args: { uscc: 'x' } })
  })
  it('a_command_without_arguments_gets_none', async () => {
    invoke.mockResolvedValue(null)
    await tauriHost.sync_now()
    expect(invoke).toHaveBeenCalledWith('sync_now', {})
  })
  it('a_refusal_keeps_its_code_and_facts', async () => {
    invoke.mockRejectedValue({ code: 'visit_in_future', details: { on: '2026-11-20' } })
    await expect(tauriHost.today()).rejects.toEqual({ code: 'visit_in_future', details: { on: '2026-11-20' } })
  })
  it('what_is_no_refusal_is_told_as_unknown_with_its_words', async () => {
    invoke.mockRejectedValue('command today not found')
    await expect(tauriHost.today()).rejects.toEqual({ code: 'unknown', details: { text: 'command today not found' } })
  })
  it('changes_are_passed_on_until_nobody_listens', async () => {
    const heard = vi.fn()
    const stop = tauriHost.onChanged(heard)
    events.listener?.({ payload: { topics: ['today'] } })
    stop()
    events.listener?.({ payload: { topics: ['sync'] } })
    await Promise.resolve()
    expect(heard.mock.calls).toEqual([[{ topics: ['today'] }]])
    expect(events.unlisten).toHaveBeenCalledOnce()
  })
  it('is_no_promise_so_that_it_can_be_awaited', () => {
    expect((tauriHost as unknown as { then?: unknown }).then).toBeUndefined()
  })
})
