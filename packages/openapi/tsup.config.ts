import { defineConfig } from 'tsup'
import { inlineDocsPage } from '../../scripts/inline-docs-page.ts'
import { packageBuild } from '../../tsup.base.ts'

const base = packageBuild(import.meta.dirname)

export default defineConfig({
  ...base,
  esbuildPlugins: [...(base.esbuildPlugins ?? []), inlineDocsPage()],
})
