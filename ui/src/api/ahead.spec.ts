import { describe, expect, it } from 'vitest'
import { asksAhead } from './ahead'
import type { Host } from './host'
import type { Today } from './types'

/** Answers one after the other, `null` being a refusal. */
function hostOf(answers: (number | null)[]): { host: Host; asked: () => number } {
  let asked = 0
  const host = {
    session: () => Promise.resolve({ state: 'not_enrolled' }),
    today: () => {
      const answer = answers[asked++]
      return answer === null ? Promise.reject(new Error('locked')) : Promise.resolve({ on: String(answer) } as Today)
    },
  } as Host
  return { host, asked: () => asked }
}

describe('asked ahead', () => {
  it('the_first_who_asks_gets_the_answer_that_is_on_its_way_and_the_next_a_new_one', async () => {
    const { host, asked } = hostOf([1, 2])
    const ahead = asksAhead(host)
    expect(asked()).toBe(1)
    expect((await ahead.today()).on).toBe('1')
    expect((await ahead.today()).on).toBe('2')
  })

  it('a_refusal_is_not_kept_for_the_screen_that_comes_after_unlocking', async () => {
    const { host } = hostOf([null, 2])
    const ahead = asksAhead(host)
    await Promise.resolve()
    await Promise.resolve()
    expect((await ahead.today()).on).toBe('2')
  })

  it('nor_for_a_screen_that_was_there_before_the_refusal', async () => {
    const { host } = hostOf([null, 2])
    expect((await asksAhead(host).today()).on).toBe('2')
  })

  it('a_refusal_of_the_second_question_is_told', async () => {
    const { host } = hostOf([null, null])
    await expect(asksAhead(host).today()).rejects.toThrow('locked')
  })
})
