/** What of the hints fits one page of A4: the certain ones first, of what does not hold only what is nearly there. */
import type { Briefing, Outcome, PolicyHint } from '@/api/types'

/** Lines for each outcome. Measured: with five questions and long titles they fit one page. */
const LINES: Record<Outcome, number> = { likely: 4, needs_info: 4, needs_review: 2, unlikely: 2, not_applicable: 0 }
const ORDER: Outcome[] = ['likely', 'needs_info', 'needs_review', 'unlikely']

/** When what stands above the hints is long, the uncertain ones make room. */
const TIGHT: Record<Outcome, number> = { ...LINES, needs_review: 1, unlikely: 0 }
/** Promises and demands, and characters of a name, that still leave room for all the lines above. */
const FEW_LINES = 3
const SHORT_NAME = 24

export const QUESTIONS_ON_PAGE = 5
/** People, promises and demands beyond these would push the questions off the page. */
export const LINES_ABOVE = 4

function isTight({ enterprise, promises, demands }: Briefing): boolean {
  const lines = Math.min(promises.length, LINES_ABOVE) + Math.min(demands.length, LINES_ABOVE)
  return lines > FEW_LINES || Array.from(enterprise.name).length > SHORT_NAME
}

export interface OutcomeGroup {
  outcome: Outcome
  policies: PolicyHint[]
}

function worthShowing(policy: PolicyHint): boolean {
  return policy.outcome !== 'not_applicable' && (policy.outcome !== 'unlikely' || policy.near_miss !== null)
}

/** What stands on the page; `all` puts everything there, for the screen. */
export function onOnePage(briefing: Briefing, all: boolean): { groups: OutcomeGroup[]; left: number } {
  const { policies } = briefing.hints
  const lines = isTight(briefing) ? TIGHT : LINES
  const groups = ORDER.map((outcome) => {
    const these = policies.filter((policy) => policy.outcome === outcome && (all || worthShowing(policy)))
    return { outcome, policies: all ? these : these.slice(0, lines[outcome]) }
  }).filter((group) => group.policies.length > 0)
  const shown = groups.reduce((sum, group) => sum + group.policies.length, 0)
  const candidates = policies.filter((policy) => policy.outcome !== 'not_applicable').length
  return { groups, left: candidates - shown }
}
