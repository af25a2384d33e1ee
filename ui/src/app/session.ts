/** Who uses this window, on which laptop, on which day. Read once at the start and again when the host says so. */
import { computed, inject, onScopeDispose, ref, shallowRef, type InjectionKey, type Ref } from 'vue'
import { toHostError } from '@/api/error'
import { useHost } from '@/api/host'
import type { HostError, Session } from '@/api/types'

export type ReadySession = Extract<Session, { state: 'ready' }>

export interface SessionState {
  session: Ref<Session | null>
  error: Ref<HostError | null>
  read: () => Promise<void>
  set: (session: Session) => void
}

export function useSessionState(): SessionState {
  const host = useHost()
  const session = shallowRef<Session | null>(null)
  const error = ref<HostError | null>(null)

  let reading = 0

  async function read(): Promise<void> {
    reading += 1
    try {
      session.value = await host.session()
      error.value = null
    } catch (thrown) {
      error.value = toHostError(thrown)
    } finally {
      reading -= 1
    }
  }
  onScopeDispose(
    host.onChanged((changed) => {
      // Syncing goes on day and night; asking again then is what turns the page of the calendar.
      if (changed.topics.includes('session') || changed.topics.includes('sync')) void read()
    }),
  )
  const onFocus = (): void => {
    // A window that is being shown is told of its focus several times.
    if (reading === 0) void read()
  }
  addEventListener('focus', onFocus)
  onScopeDispose(() => removeEventListener('focus', onFocus))
  return { session, error, read, set: (next) => (session.value = next) }
}

export const sessionKey: InjectionKey<SessionState> = Symbol('session')

/** The session of an enrolled, unlocked laptop; every screen behind the shell has one. */
export function useSession(): Ref<ReadySession> {
  const state = inject(sessionKey)
  if (!state) throw new Error('no session was provided to this screen')
  return computed(() => {
    if (state.session.value?.state !== 'ready') throw new Error('this screen needs an enrolled laptop')
    return state.session.value
  })
}
