import { describe, expect, it } from 'vitest'
import { fakeHints } from '@/api/fake/hints'
import { errorField } from './recordErrors'
import { questionsToShow, settledBy } from './useLiveHints'

const opened = fakeHints(new Map())
const fields = (list: { field: string }[]): string[] => list.map((question) => question.field)

describe('questions of an open form', () => {
  it('an_answered_question_stays_in_its_place', () => {
    const live = fakeHints(new Map([['retrofit_filed', 'true']]))
    const { shown } = questionsToShow(opened.questions, live.questions, new Set(['retrofit_filed']))
    expect(fields(shown)).toEqual(fields(opened.questions))
  })
  it('a_question_that_an_answer_made_needless_goes_and_is_counted', () => {
    const live = { ...opened, questions: opened.questions.slice(0, 2) }
    const { shown, spared } = questionsToShow(opened.questions, live.questions, new Set())
    expect(fields(shown)).toEqual(['retrofit_filed', 'loan_kind'])
    expect(spared).toBe(2)
  })
  it('a_question_that_an_answer_brought_up_comes_last', () => {
    const late = { ...opened.questions[0], field: 'loan_amount', ask: '本金多少？' } as (typeof opened.questions)[number]
    const { shown } = questionsToShow(opened.questions, [...opened.questions, late], new Set())
    expect(fields(shown).at(-1)).toBe('loan_amount')
  })
  it('an_answer_shows_what_it_settled', () => {
    const live = fakeHints(new Map([['retrofit_filed', 'true']]))
    const [question] = opened.questions
    expect(question && settledBy(question, live)[0]).toMatchObject({ id: 'd-retrofit', outcome: 'likely' })
  })
})

describe('refusals of a visit', () => {
  it.each([
    [{ code: 'visit_in_future', details: {} }, 'on'],
    [{ code: 'text_missing', details: { field: 'note' } }, 'note'],
    [{ code: 'text_too_long', details: { field: 'demand' } }, null],
    [{ code: 'disk_full', details: {} }, null],
    [{ code: 'value_wrong_type', details: { field: 'x' } }, 'facts'],
    [{ code: 'field_unknown', details: { field: 'x' } }, 'facts'],
  ])('%j belongs to %s', (error, field) => {
    expect(errorField(error)).toBe(field)
  })
})
