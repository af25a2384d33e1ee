/** Policy hints as the answers on the page would have them. Evaluated by the host, in memory, against the library the form opened with. */
import { onScopeDispose, shallowRef, watch, type Ref } from 'vue'
import { toHostError } from '@/api/error'
import { useHost } from '@/api/host'
import type { HostError, Hints, PolicyHint, Question, VisitDraft } from '@/api/types'

export function useLiveHints(opened: Hints, draft: VisitDraft) {
  const host = useHost()
  const hints = shallowRef<Hints>(opened)
  const error = shallowRef<HostError | null>(null)
  let asked = 0

  async function ask(): Promise<void> {
    const mine = ++asked
    try {
      const facts = draft.facts.map(({ field, value }) => ({ field, value }))
      const answer = await host.hints({ uscc: draft.uscc, on: draft.on, facts, library_version: draft.library_version })
      if (mine !== asked) return
      hints.value = answer
      error.value = null
    } catch (thrown) {
      if (mine === asked) error.value = toHostError(thrown)
    }
  }
  watch(() => JSON.stringify([draft.facts, draft.on]), ask)
  if (draft.facts.length > 0) void ask()
  onScopeDispose(() => asked++)
  return { hints: hints as Readonly<Ref<Hints>>, error }
}

/**
 * The questions to show: those the form opened with that are answered or still worth asking, then those an answer brought up.
 * An answered one never disappears while the form is open.
 */
export function questionsToShow(opened: Question[], live: Question[], answered: Set<string>): { shown: Question[]; spared: number } {
  const still = new Set(live.map((question) => question.field))
  const known = new Set(opened.map((question) => question.field))
  const kept = opened.filter((question) => answered.has(question.field) || still.has(question.field))
  return { shown: [...kept, ...live.filter((question) => !known.has(question.field))], spared: opened.length - kept.length }
}

/** What an answer settled: the policies a question is about, as they stand now. */
export function settledBy(question: Question, hints: Hints): PolicyHint[] {
  const about = new Set(question.settles.map((policy) => policy.id))
  return hints.policies.filter((policy) => about.has(policy.id))
}
