import { describe, expect, it } from 'vitest'
import { shiftPoint, toAnswer, toTyped } from './answers'

describe('answers', () => {
  it.each([
    ['41', -2, '0.41'],
    ['7', -2, '0.07'],
    ['0.5', -2, '0.005'],
    ['-3.25', -2, '-0.0325'],
    ['100', -2, '1'],
    ['0.41', 2, '41'],
    ['0.005', 2, '0.5'],
    ['1', 2, '100'],
    ['12.', -2, '0.12'],
    ['0', -2, '0'],
  ])('%s moved by %i is %s', (text, places, moved) => expect(shiftPoint(text, places)).toBe(moved))

  it('a_number_is_taken_however_it_is_typed', () => {
    expect(toAnswer('money', '１，２００')).toBe('1200')
    expect(toAnswer('int', ' 86 ')).toBe('86')
    expect(toAnswer('money', '500..1000')).toBe('500..1000')
    expect(toAnswer('ratio', '41%')).toBe('0.41')
  })
  it('nothing_typed_is_no_answer', () => {
    expect(toAnswer('int', '  ')).toBeNull()
    expect(toAnswer('text', '  ')).toBeNull()
  })
  it('a_ratio_is_shown_as_it_was_typed', () => expect(toTyped('ratio', toAnswer('ratio', '12.5'))).toBe('12.5'))
  it('what_is_no_number_is_left_for_the_host_to_refuse', () => expect(toAnswer('ratio', '大概四成')).toBe('大概四成'))
})
