/** The lines of a package: what it holds, counted, with words for each record. */
import { useI18n } from 'vue-i18n'
import type { VisitRow, WeekPackage } from '@/api/types'
import { useDates } from '@/app/dates'
import { useFactWords } from '@/features/enterprises/facts'

export type PackageKind = 'visits' | 'late' | 'demands' | 'facts' | 'promises_made' | 'promises_kept'
/** Records named on a closed row; only a row with more can be opened. */
export const NAMED = 2
export interface PackageRow {
  kind: PackageKind
  lines: string[]
}

export function usePackageRows(): (week: WeekPackage) => PackageRow[] {
  const { t } = useI18n()
  const dates = useDates()
  const factWords = useFactWords()

  function visit(row: VisitRow): string {
    const line = t('upload.visit_line', { name: row.name, day: dates.day(row.on), mode: t(`mode.${row.mode}`) })
    const names = row.cadres.map((cadre) => cadre.name).join(t('list_separator'))
    return names ? t('upload.with', { line, names }) : line
  }
  const named = (name: string, what: string): string => t('upload.named', { name, what })

  return (week) => {
    const rows: PackageRow[] = [
      { kind: 'visits', lines: week.visits.filter((row) => !row.late_entry).map(visit) },
      { kind: 'late', lines: week.visits.filter((row) => row.late_entry).map(visit) },
      { kind: 'demands', lines: week.demands.map((demand) => named(demand.name, demand.title)) },
      { kind: 'facts', lines: week.facts.map((fact) => named(fact.name, [fact.label, factWords(fact.value), fact.unit].filter(Boolean).join(' '))) },
      { kind: 'promises_made', lines: week.promises.filter((promise) => !promise.kept).map((promise) => named(promise.name, promise.text)) },
      { kind: 'promises_kept', lines: week.promises.filter((promise) => promise.kept).map((promise) => named(promise.name, promise.text)) },
    ]
    return rows.filter((row) => row.lines.length > 0)
  }
}
