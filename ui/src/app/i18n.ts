/** Words. 中文 ships with the first screen; English is fetched only by those who chose it. */
import { createI18n } from 'vue-i18n'
import zhCN from '@/locales/zh-CN'

export const locales = ['zh-CN', 'en'] as const
export type Locale = (typeof locales)[number]

const LOCALE_KEY = 'qilian.locale'

export function createWords() {
  return createI18n({ legacy: false, locale: 'zh-CN', fallbackLocale: 'zh-CN', messages: { 'zh-CN': zhCN } })
}
export type Words = ReturnType<typeof createWords>

export function keptLocale(): Locale {
  try {
    return localStorage.getItem(LOCALE_KEY) === 'en' ? 'en' : 'zh-CN'
  } catch {
    return 'zh-CN'
  }
}

export async function useLocale(words: Words, locale: Locale): Promise<void> {
  const global = words.global as unknown as { locale: { value: string }; setLocaleMessage: (l: string, m: unknown) => void }
  if (locale === 'en') global.setLocaleMessage('en', (await import('@/locales/en')).default)
  global.locale.value = locale
  document.documentElement.lang = locale
  try {
    localStorage.setItem(LOCALE_KEY, locale)
  } catch {
    // Forgotten when the window closes; nothing else depends on it.
  }
}
