/** The host on a laptop: commands of the desktop program. The only file that knows Tauri. */
import { invoke } from '@tauri-apps/api/core'
import { listen } from '@tauri-apps/api/event'
import { toHostError } from './error'
import type { Host } from './host'
import type { Changed } from './types'

const CHANGED = 'qilian://changed'

async function call(command: string, args?: unknown): Promise<unknown> {
  try {
    return await invoke(command, args === undefined ? {} : { args })
  } catch (thrown) {
    throw toHostError(thrown)
  }
}

function onChanged(listener: (changed: Changed) => void): () => void {
  let stopped = false
  const listening = listen<Changed>(CHANGED, (event) => {
    if (!stopped) listener(event.payload)
  })
  return () => {
    stopped = true
    void listening.then((unlisten) => unlisten())
  }
}

/** Every method of `Host` is the command of the same name, so none is written out here. */
export const tauriHost: Host = new Proxy({} as Host, {
  get(_target, name) {
    if (typeof name !== 'string' || name === 'then') return undefined
    if (name === 'onChanged') return onChanged
    return (args?: unknown) => call(name, args)
  },
})
