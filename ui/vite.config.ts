import { fileURLToPath, URL } from 'node:url'
import compiledWords from '@intlify/unplugin-vue-i18n/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const underTest = Boolean(process.env['VITEST'])

/** Whether the window needs a module before it shows 今日. One file of them is there sooner than twenty. */
function atStart(id: string, chunk: { getModuleInfo: (id: string) => { isEntry: boolean; importers: string[] } | null }, seen = new Set<string>()): boolean {
  const known = chunk.getModuleInfo(id)
  if (!known || seen.has(id)) return false
  seen.add(id)
  return known.isEntry || known.importers.some((importer) => atStart(importer, chunk, seen))
}

const source = fileURLToPath(new URL('./src', import.meta.url))

export default defineConfig(({ mode }) => ({
  // The bundle is served from tauri://localhost, so every address in it is relative.
  base: './',
  plugins: [
    vue(),
    // Words are compiled here: at the start of the window it would take a tenth of the time to 今日. Tests read them as written.
    ...(underTest ? [] : [compiledWords({ include: `${source}/locales/*/*.ts`, runtimeOnly: true })]),
  ],
  resolve: {
    alias: [
      { find: '@', replacement: source },
      // Under test nothing is painted: without its styles Element Plus can be loaded by Node itself, which is far quicker.
      ...(underTest ? [{ find: /^element-plus\/.*\/style\/css$/, replacement: `${source}/../test/no-style.ts` }] : []),
    ],
  },
  define: {
    __VUE_OPTIONS_API__: 'true',
    __VUE_I18N_LEGACY_API__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  build: {
    target: 'es2022',
    outDir: mode === 'fake' ? 'dist-fake' : 'dist',
    // Fonts come from the system and pictures are inline SVG; nothing is worth a data: address.
    assetsInlineLimit: 0,
    rolldownOptions: { output: { codeSplitting: { groups: [{ debugName: 'start', name: (id, chunk) => (atStart(id, chunk) ? 'start' : null) }] } } },
  },
  server: { port: 1420, strictPort: true, host: '127.0.0.1' },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.spec.ts'],
    setupFiles: ['./test/setup.ts'],
    css: false,
    // Whole screens are mounted; a busy machine takes its time over them.
    testTimeout: 60_000,
  },
}))
