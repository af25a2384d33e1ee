/** Theme and type size. They live in the window's own storage, because they must be right before the first paint (see public/boot.js). */
import { ref, watch } from 'vue'

export const themes = ['light', 'dark', 'system'] as const
export type Theme = (typeof themes)[number]

const THEME_KEY = 'qilian.theme'
const LARGE_KEY = 'qilian.large'

function kept(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // A window without storage still changes its look; it only forgets it when closed.
  }
}

function keptTheme(): Theme {
  const value = kept(THEME_KEY)
  return themes.find((theme) => theme === value) ?? 'system'
}

export const theme = ref<Theme>(keptTheme())
export const large = ref(kept(LARGE_KEY) === '1')

/** Makes the page follow the two choices and the system. Called once, by the window itself. */
export function followAppearance(): void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const root = document.documentElement
  let printing = false
  const apply = (): void => {
    const dark = theme.value === 'dark' || (theme.value === 'system' && system.matches)
    root.classList.toggle('dark', dark && !printing)
    root.classList.toggle('large', large.value)
  }
  system.addEventListener('change', apply)
  // Paper is white: the dark theme is dropped while printing.
  addEventListener('beforeprint', () => {
    printing = true
    apply()
  })
  addEventListener('afterprint', () => {
    printing = false
    apply()
  })
  watch(theme, (value) => {
    keep(THEME_KEY, value)
    apply()
  })
  watch(large, (value) => {
    keep(LARGE_KEY, value ? '1' : '0')
    apply()
  })
  apply()
}
