import { describe, expect, it } from 'vitest'
import { createFakeHost } from '@/api/fake'
import { withHost } from '../../test/mount'
import { addDays, daysBetween, inChina, isoWeek, useDates, weekday, weekNumber } from './dates'

describe('days', () => {
  it('counts_days_across_months_and_years', () => {
    expect(daysBetween('2026-10-12', '2026-11-18')).toBe(37)
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29')
  })
  it('weeks_begin_on_monday_and_belong_to_the_year_of_their_thursday', () => {
    expect(weekday('2026-11-16')).toBe(0)
    expect(weekday('2026-11-22')).toBe(6)
    expect(isoWeek('2026-11-18')).toBe('2026-W47')
    expect(isoWeek('2027-01-03')).toBe('2026-W53')
    expect(isoWeek('2027-01-04')).toBe('2027-W01')
    expect(isoWeek('2025-12-29')).toBe('2026-W01')
    expect(weekNumber('2026-W07')).toBe(7)
  })
  it('an_instant_is_read_in_china_whatever_its_offset', () => {
    expect(inChina('2026-11-17T17:30:00Z')).toEqual({ date: '2026-11-18', time: '01:30', seconds: '01:30:00' })
    expect(inChina('2026-11-18T08:12:00+08:00').time).toBe('08:12')
  })
  it('says_days_as_people_do', async () => {
    const { result: dates } = await withHost(createFakeHost(), () => useDates())
    expect(dates.near('2026-11-17')).toBe('昨天')
    expect(dates.day('2026-11-18')).toBe('11月18日')
    expect(dates.day('2025-04-18')).toBe('2025年4月18日')
    expect(dates.range('2026-11-16', '2026-11-22')).toBe('11月16日至22日')
    expect(dates.range('2026-09-28', '2026-10-04')).toBe('9月28日至10月4日')
    expect(dates.due('2026-11-19')).toBe('明天到期')
    expect(dates.due('2026-11-17')).toBe('应于 11月17日')
    expect(dates.at('2026-11-17T17:52:00+08:00')).toBe('昨天 17:52')
    expect(dates.ago('2026-10-12')).toBe('37 天前')
  })
})
