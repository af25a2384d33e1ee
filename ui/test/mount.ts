/** Mounts a screen the way the window does: with words, a router, a session and a made-up host. */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { defineComponent, h, provide, ref, type Component } from 'vue'
import { createMemoryHistory, RouterView, type Router } from 'vue-router'
import { createFakeHost, readySession } from '@/api/fake'
import { TODAY } from '@/api/fake/data'
import type { FakeOptions } from '@/api/fake/host'
import { hostKey } from '@/api/host'
import type { Session } from '@/api/types'
import { todayKey } from '@/app/dates'
import { words } from '@/app/i18n'
import { createWindowRouter } from '@/app/router'
import { sessionKey } from '@/app/session'

export type FakeHost = ReturnType<typeof createFakeHost>

export interface Mounted {
  wrapper: VueWrapper
  host: FakeHost
  router: Router
  /** The element with this data-testid; fails when there is none. */
  find: (testid: string) => ReturnType<VueWrapper['find']>
  all: (testid: string) => ReturnType<VueWrapper['findAll']>
}

function around(inner: Component, props: Record<string, unknown>, host: FakeHost, session: Session) {
  return defineComponent({
    setup() {
      provide(hostKey, host)
      provide(todayKey, ref(TODAY))
      provide(sessionKey, { session: ref(session), error: ref(null), read: () => Promise.resolve(), set: () => undefined })
      return () => h(inner, props)
    },
  })
}

async function mounted(inner: Component, props: Record<string, unknown>, options: FakeOptions, path: string): Promise<Mounted> {
  const host = createFakeHost(options)
  const router = createWindowRouter(createMemoryHistory())
  await router.push(path)
  const wrapper = mount(around(inner, props, host, options.session ?? readySession), { global: { plugins: [words, router] }, attachTo: document.body })
  await settle()
  return {
    wrapper,
    host,
    router,
    find: (testid) => {
      const found = wrapper.find(`[data-testid="${testid}"]`)
      if (!found.exists()) throw new Error(`nothing has data-testid ${testid}; there is: ${wrapper.text().slice(0, 400)}`)
      return found
    },
    all: (testid) => wrapper.findAll(`[data-testid="${testid}"]`),
  }
}

/** The window at an address. */
export const openAt = (path: string, options: FakeOptions = {}): Promise<Mounted> => mounted(RouterView, {}, options, path)

/** One component by itself. */
export const showing = (inner: Component, props: Record<string, unknown> = {}, options: FakeOptions = {}): Promise<Mounted> => mounted(inner, props, options, '/settings')

/** Lets answers of the host and what they bring about happen. */
export async function settle(): Promise<void> {
  for (let n = 0; n < 6; n++) await flushPromises()
}

/** Runs a composable inside a component that has a host. */
export async function withHost<T>(host: FakeHost, run: () => T): Promise<{ result: T; wrapper: VueWrapper }> {
  let result: T | undefined
  const wrapper = mount(
    defineComponent({
      setup() {
        result = run()
        return () => null
      },
    }),
    { global: { plugins: [words], provide: { [hostKey as symbol]: host, [todayKey as symbol]: ref(TODAY) } } },
  )
  await settle()
  return { result: result as T, wrapper }
}
