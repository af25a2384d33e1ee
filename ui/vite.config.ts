import { fileURLToPath, URL } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

export default defineConfig(({ mode }) => ({
  // The bundle is served from tauri://localhost, so every address in it is relative.
  base: './',
  plugins: [vue()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
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
    // Element Plus ships ES modules that import CSS; let Vite handle them.
    server: { deps: { inline: ['element-plus'] } },
    css: false,
  },
}))
