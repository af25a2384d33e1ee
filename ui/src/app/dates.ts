/**
 * Days and instants as people here read them. Days are China Standard Time whatever the laptop's own zone is;
 * what day it is comes from the host, never from this window's clock.
 */
import { computed, inject, ref, type InjectionKey, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Instant, IsoDate } from '@/api/types'

const DAY_MS = 86_400_000
const CST_MS = 8 * 3_600_000

export const todayKey: InjectionKey<Ref<IsoDate>> = Symbol('today')

/** Days since 1970-01-01. */
function dayNumber(date: IsoDate): number {
  return Math.round(Date.parse(`${date}T00:00:00Z`) / DAY_MS)
}

/** Whole days from `a` to `b`; negative when `b` is earlier. */
export function daysBetween(a: IsoDate, b: IsoDate): number {
  return dayNumber(b) - dayNumber(a)
}

export function addDays(date: IsoDate, days: number): IsoDate {
  return new Date((dayNumber(date) + days) * DAY_MS).toISOString().slice(0, 10)
}

/** 0 = Monday. */
export function weekday(date: IsoDate): number {
  return (((dayNumber(date) + 3) % 7) + 7) % 7
}

/** An instant's day and time of day, in China Standard Time. */
export function inChina(instant: Instant): { date: IsoDate; time: string; seconds: string } {
  const iso = new Date(Date.parse(instant) + CST_MS).toISOString()
  return { date: iso.slice(0, 10), time: iso.slice(11, 16), seconds: iso.slice(11, 19) }
}

/** `2026-W47` → 47. */
export function weekNumber(week: string): number {
  return Number(week.slice(week.indexOf('W') + 1))
}

/** The ISO week of a day: `2026-W47`. It belongs to the year of its Thursday. */
export function isoWeek(date: IsoDate): string {
  const thursday = addDays(date, 3 - weekday(date))
  const year = thursday.slice(0, 4)
  const number = Math.floor(daysBetween(`${year}-01-01`, thursday) / 7) + 1
  return `${year}-W${String(number).padStart(2, '0')}`
}

export function useDates() {
  const { t } = useI18n()
  const today = inject(todayKey, ref('1970-01-01'))

  function parts(date: IsoDate): { y: number; m: number; d: number } {
    const [y = 0, m = 0, d = 0] = date.split('-').map(Number)
    return { y, m, d }
  }
  /** 11月18日; with the year when it is another one. */
  function day(date: IsoDate): string {
    const key = date.slice(0, 4) === today.value.slice(0, 4) ? 'date.md' : 'date.ymd'
    return t(key, parts(date))
  }
  /** 今天, 昨天, 明天, else the day. */
  function near(date: IsoDate): string {
    const away = daysBetween(today.value, date)
    if (away === 0) return t('date.today')
    if (away === -1) return t('date.yesterday')
    if (away === 1) return t('date.tomorrow')
    return day(date)
  }
  /** 11月16日至22日, 9月28日至10月4日. */
  function range(from: IsoDate, to: IsoDate): string {
    const sameMonth = from.slice(0, 7) === to.slice(0, 7)
    return t('date.range', { from: day(from), to: sameMonth ? t('date.d', parts(to)) : day(to) })
  }
  function dayWithWeekday(date: IsoDate): string {
    return t('date.with_weekday', { day: day(date), weekday: t(`date.weekday.${weekday(date)}`) })
  }
  /** 08:12 today, 昨天 17:52, 11月16日 18:05. */
  function at(instant: Instant): string {
    const { date, time } = inChina(instant)
    return date === today.value ? time : t('date.at', { day: near(date), time })
  }
  function ago(date: IsoDate): string {
    const days = daysBetween(date, today.value)
    return days === 0 ? t('date.today') : days > 0 ? t('date.days_ago', { n: days }) : day(date)
  }
  /** 明天到期, 11月25日前. */
  function due(date: IsoDate): string {
    const away = daysBetween(today.value, date)
    if (away < 0) return t('date.was_due', { day: day(date) })
    if (away <= 1) return t('date.due_near', { day: near(date) })
    return t('date.due', { day: day(date) })
  }
  return { today: computed(() => today.value), day, near, range, dayWithWeekday, at, ago, due }
}
