/** Words. 中文 ships with the first screen; English is fetched only by those who chose it. */
import { createI18n } from 'vue-i18n'
import zhCN from '@/locales/zh-CN'

export const locales = ['zh-CN', 'en'] as const
export type Locale = (typeof locales)[number]

const LOCALE_KEY = 'qilian.locale'

/** Not fetched yet; until then every key falls back to 中文. */
const notYet = {} as typeof zhCN

export const words = createI18n({ legacy: false, locale: 'zh-CN', fallbackLocale: 'zh-CN', messages: { 'zh-CN': zhCN, en: notYet } })

export function keptLocale(): Locale {
  try {
    return localStorage.getItem(LOCALE_KEY) === 'en' ? 'en' : 'zh-CN'
  } catch {
    return 'zh-CN'
  }
}

export async function setLocale(locale: Locale): Promise<void> {
  if (locale === 'en') words.global.setLocaleMessage('en', (await import('@/locales/en')).default)
  words.global.locale.value = locale
  document.documentElement.lang = locale
  try {
    localStorage.setItem(LOCALE_KEY, locale)
  } catch {
    // Forgotten when the window closes; nothing else depends on it.
  }
}
