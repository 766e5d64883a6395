// Without this file a reader who follows a page imports packages that it never told to install: every package that the code of a
// guide or a README imports, or whose command it runs, is named by an `npm install` of the same page. `@keelson/core` is there
// already, except on the pages with which readers begin.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pages } from './fences.ts'
import { namesInstalledBy } from './page-installs.ts'
import { report, root } from './workspace.ts'

const BEGINNINGS = ['README.md', 'packages/core/README.md', 'docs/guides/getting-started.md']
const problems: string[] = []
const checked = pages(['README.md', 'docs/guides/*.md', 'packages/*/README.md'])
for (const page of checked) {
  const text = readFileSync(join(root, page), 'utf8')
  const installed = new Set(namesInstalledBy(text))
  if (!BEGINNINGS.includes(page)) installed.add('@keelson/core')
  const missing = [...neededBy(text)].filter((name) => !installed.has(name))
  if (missing.length > 0)
    problems.push(
      `${page} uses ${missing.join(', ')}. Add it to an install: \`npm install ${missing.join(' ')}\`.`,
    )
}
report(problems, `${checked.length} pages tell to install what they use`)

function neededBy(text: string): Set<string> {
  const code = [...text.matchAll(/^```(?:ts|js)x?\b[^\n]*\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? '')
  const specifiers = code.flatMap((one) => [
    ...one.matchAll(/(?:\bfrom|^\s*import|\bimport\()\s*'((?!node:)[^.'][^']*)'/gm),
  ])
  const imported = specifiers.map((match) => packageOf(match[1] ?? ''))
  return new Set(/\bnpx keelson\b/.test(text) ? [...imported, '@keelson/cli'] : imported)
}

/** `@keelson/http/cors` → `@keelson/http`. */
function packageOf(specifier: string): string {
  return /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier
}
