/** Starts the window: look, words, host, screens, in this order. */
import 'element-plus/theme-chalk/base.css'
import 'element-plus/theme-chalk/dark/css-vars.css'
import 'element-plus/theme-chalk/el-button.css'
import './theme.css'
import './base.css'
import { createApp } from 'vue'
import { asksAhead } from '@/api/ahead'
import { hostKey, type Host } from '@/api/host'
import { followAppearance } from './appearance'
import App from './App.vue'
import { keptLocale, setLocale, words } from './i18n'
import { createWindowRouter } from './router'

async function host(): Promise<Host> {
  if ('__TAURI_INTERNALS__' in window) return (await import('@/api/tauri')).tauriHost
  // A browser: only builds for trying things out carry the made-up host.
  if (import.meta.env.DEV || import.meta.env.MODE === 'fake') return (await import('@/api/fake')).fakeHostFromAddress()
  throw new Error('this page is the window of the desktop program and runs only inside it')
}

/** Not awaited at the top: what is fetched here needs modules of this very file, which are there once it has run. */
async function start(): Promise<void> {
  const ready = keptLocale() === 'en' ? setLocale('en') : Promise.resolve()
  const [theHost] = await Promise.all([host(), ready])
  createApp(App).provide(hostKey, asksAhead(theHost)).use(words).use(createWindowRouter()).mount('#app')
}

/** A file that is dropped where nothing takes it must not take the place of the page. */
function keepThePage(): void {
  for (const name of ['dragover', 'drop']) document.addEventListener(name, (event) => event.preventDefault())
}

followAppearance()
keepThePage()
void start()
