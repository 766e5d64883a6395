// The built package contains the texts themselves: scripts/inline-docs-page.ts.
import { readdirSync, readFileSync } from 'node:fs'

const page = new URL('./page/', import.meta.url)

/** Files of the docs page by name. */
export const PAGE_FILES: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(page).map((name) => [name, readFileSync(new URL(name, page), 'utf8')]),
)
