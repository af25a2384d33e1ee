import js from '@eslint/js'
import vue from 'eslint-plugin-vue'
import globals from 'globals'
import ts from 'typescript-eslint'

const tauriOnlyInOneFile = {
  'no-restricted-imports': [
    'error',
    { patterns: [{ group: ['@tauri-apps/*'], message: 'Only src/api/tauri.ts knows Tauri; use the Host interface.' }] },
  ],
}

const nothingWaitsAtTheTop = {
  'no-restricted-syntax': [
    'error',
    ...['ExpressionStatement', 'VariableDeclaration', 'ExportNamedDeclaration'].map((statement) => ({
      selector: `Program > ${statement} AwaitExpression:not(:function AwaitExpression)`,
      message: 'A file that waits at its top waits for ever for a file that needs it: the bundle has modules of both in one.',
    })),
  ],
}

export default ts.config(
  { ignores: ['dist/**', 'dist-fake/**', 'node_modules/**', 'src/api/generated/**'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...vue.configs['flat/recommended'],
  {
    languageOptions: { globals: globals.browser, parserOptions: { parser: ts.parser } },
    rules: {
      ...tauriOnlyInOneFile,
      ...nothingWaitsAtTheTop,
      // Layout belongs to people here; these two only fight over line breaks.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': ['error', { html: { void: 'always', normal: 'never', component: 'always' } }],
      'vue/component-name-in-template-casing': ['error', 'PascalCase'],
      'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
      // vue-tsc proves it; the rule does not see exhaustive switches.
      'vue/return-in-computed-property': 'off',
      'vue/no-v-html': 'error',
      'vue/max-lines-per-block': ['error', { script: 200, template: 200, style: 200, skipBlankLines: true }],
      'vue/no-bare-strings-in-template': 'error',
      'vue/require-default-prop': 'off',
      '@typescript-eslint/no-non-null-assertion': 'error',
      'no-console': 'error',
      eqeqeq: ['error', 'smart'],
    },
  },
  { files: ['src/api/tauri.ts'], rules: { 'no-restricted-imports': 'off' } },
  { files: ['**/*.ts', '**/*.vue'], rules: { 'no-undef': 'off' } },
  { files: ['test/**', '**/*.spec.ts'], rules: { 'vue/one-component-per-file': 'off' } },
  { files: ['public/boot.js'], languageOptions: { sourceType: 'script' }, rules: { '@typescript-eslint/no-unused-vars': ['error', { caughtErrorsIgnorePattern: '^_' }] } },
  { files: ['*.config.*'], languageOptions: { globals: globals.node } },
)
