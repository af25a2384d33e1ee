/** Sizes of files in words that people know. */
import { useI18n } from 'vue-i18n'

const KB = 1000
const MB = 1000 * KB
const GB = 1000 * MB

export function useSize(): (bytes: number) => string {
  const { t, n } = useI18n()
  const tenths = (amount: number): string => n(amount, { maximumFractionDigits: 1 })
  return (bytes) => {
    if (bytes >= GB) return t('files.gb', { n: tenths(bytes / GB) })
    if (bytes >= MB) return t('files.mb', { n: tenths(bytes / MB) })
    return t('files.kb', { n: n(Math.max(1, Math.round(bytes / KB))) })
  }
}
