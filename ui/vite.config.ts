import { fileURLToPath, URL } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const source = fileURLToPath(new URL('./src', import.meta.url))

export default defineConfig(({ mode }) => ({
  // The bundle is served from tauri://localhost, so every address in it is relative.
  base: './',
  plugins: [vue()],
  resolve: {
    alias: [
      { find: '@', replacement: source },
      // Under test nothing is painted: without its styles Element Plus can be loaded by Node itself, which is far quicker.
      ...(process.env['VITEST'] ? [{ find: /^element-plus\/.*\/style\/css$/, replacement: `${source}/../test/no-style.ts` }] : []),
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
