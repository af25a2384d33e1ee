/**
 * Asks who is here and for 今日 while the window is still being put together: every start shows these two first. The
 * screens that ask for them then find the answers on their way.
 */
import type { Host } from './host'

/** Asks at once. Whoever wants the answer first takes that one; later ones, and the first after a refusal, ask anew. */
function aheadOf<T>(ask: () => Promise<T>): () => Promise<T> {
  let first: Promise<T> | null = ask()
  // Nobody may be enrolled, or the store be locked: the screen that comes after that must not find the refusal.
  first.catch(() => (first = null))
  return () => {
    const answer = first ?? ask()
    first = null
    return answer
  }
}

/** The same host, of which the first answers are already being made. */
export function asksAhead(host: Host): Host {
  const ahead: Partial<Host> = { session: aheadOf(() => host.session()), today: aheadOf(() => host.today()) }
  return new Proxy(host, { get: (target, name: keyof Host) => ahead[name] ?? target[name] })
}
