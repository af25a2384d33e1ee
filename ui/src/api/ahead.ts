/**
 * Asks who is here and for 今日 while the window is still being put together: every start shows these two first. The
 * screens that ask for them then find the answers on their way.
 */
import type { Host } from './host'

/** Asks at once. Whoever wants the answer first takes that one; later ones ask anew. */
function aheadOf<T>(ask: () => Promise<T>): () => Promise<T> {
  // Nobody may be enrolled yet, or the store be locked: a refusal is for nobody, and the one who wants the answer asks anew.
  let first: Promise<{ answer: T } | null> | null = ask().then((answer) => ({ answer }), () => null)
  return async () => {
    const mine = first
    first = null
    const taken = await mine
    return taken === null ? ask() : taken.answer
  }
}

/** The same host, of which the first answers are already being made. */
export function asksAhead(host: Host): Host {
  const ahead: Partial<Host> = { session: aheadOf(() => host.session()), today: aheadOf(() => host.today()) }
  return new Proxy(host, { get: (target, name: keyof Host) => ahead[name] ?? target[name] })
}
