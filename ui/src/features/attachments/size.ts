/** Sizes of files in words that people know. */
import { useI18n } from 'vue-i18n'

const KB = 1000
const MB = 1000 * KB

export function useSize(): (bytes: number) => string {
  const { t, n } = useI18n()
  return (bytes) => (bytes >= MB ? t('files.mb', { n: n(bytes / MB, { maximumFractionDigits: 1 }) }) : t('files.kb', { n: n(Math.max(1, Math.round(bytes / KB))) }))
}
