import { describe, expect, it } from 'vitest'
import { createFakeHost } from './fake'
import { useHostData } from './useHostData'
import { settle, withHost } from '../../test/mount'

describe('useHostData', () => {
  it('reads_anew_when_its_topic_changed_and_only_then', async () => {
    const host = createFakeHost()
    let asked = 0
    await withHost(host, () => useHostData(() => Promise.resolve(++asked), { topics: ['today'] }))
    await host.draft_discard({ draft_id: 'none' }) // tells drafts and today
    await settle()
    expect(asked).toBe(2)
    await host.promise_keep({ id: 'k2' }) // tells today and enterprises
    await settle()
    expect(asked).toBe(3)
  })

  it('an_older_answer_never_replaces_a_newer_one', async () => {
    const answers: ((value: string) => void)[] = []
    const { result } = await withHost(createFakeHost(), () => useHostData(() => new Promise<string>((done) => answers.push(done)), { topics: [] }))
    void result.refresh()
    answers[1]?.('new')
    await settle()
    answers[0]?.('old')
    await settle()
    expect(result.data.value).toBe('new')
  })

  it('a_failure_keeps_what_was_read_and_says_why', async () => {
    let fail = false
    const { result } = await withHost(createFakeHost(), () =>
      useHostData(() => (fail ? Promise.reject({ code: 'store_busy', details: {} }) : Promise.resolve('words')), { topics: [] }),
    )
    fail = true
    await result.refresh()
    expect(result.data.value).toBe('words')
    expect(result.error.value?.code).toBe('store_busy')
  })

  it('a_screen_that_is_gone_is_not_answered', async () => {
    const host = createFakeHost()
    let asked = 0
    const { wrapper } = await withHost(host, () => useHostData(() => Promise.resolve(++asked), { topics: ['today'] }))
    wrapper.unmount()
    await host.draft_discard({ draft_id: 'none' })
    await settle()
    expect(asked).toBe(1)
  })
})
