/** What of the hints fits one page of A4: the certain ones first, of what does not hold only what is nearly there. */
import type { Outcome, PolicyHint } from '@/api/types'

/** Lines for each outcome. Measured: with five questions and long titles they fit one page. */
const LINES: Record<Outcome, number> = { likely: 4, needs_info: 4, needs_review: 2, unlikely: 2, not_applicable: 0 }
const ORDER: Outcome[] = ['likely', 'needs_info', 'needs_review', 'unlikely']

export const QUESTIONS_ON_PAGE = 5

export interface OutcomeGroup {
  outcome: Outcome
  policies: PolicyHint[]
}

function worthShowing(policy: PolicyHint): boolean {
  return policy.outcome !== 'not_applicable' && (policy.outcome !== 'unlikely' || policy.near_miss !== null)
}

export function onOnePage(policies: PolicyHint[], all: boolean): { groups: OutcomeGroup[]; left: number } {
  const groups = ORDER.map((outcome) => {
    const these = policies.filter((policy) => policy.outcome === outcome && (all || worthShowing(policy)))
    return { outcome, policies: all ? these : these.slice(0, LINES[outcome]) }
  }).filter((group) => group.policies.length > 0)
  const shown = groups.reduce((sum, group) => sum + group.policies.length, 0)
  const candidates = policies.filter((policy) => policy.outcome !== 'not_applicable').length
  return { groups, left: candidates - shown }
}
