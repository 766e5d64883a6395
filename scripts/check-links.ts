// Without this file a page may link to a page or heading that is gone, which readers meet as a dead end.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { pages } from './fences.ts'
import { packages, report, root } from './workspace.ts'

/** Read on npm too, where no other page of the repository is. */
const readmes = new Set(packages().map(({ dir }) => relative(root, join(dir, 'README.md'))))
const problems: string[] = []
let checked = 0

for (const page of pages()) {
  const text = withoutCode(readFileSync(join(root, page), 'utf8'))
  for (const match of text.matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)) {
    const link = match[1] ?? ''
    if (/^[a-z]+:/.test(link)) continue
    checked += 1
    const problem = problemOf(page, link)
    if (problem !== undefined) problems.push(`${page} links to ${link}: ${problem}.`)
  }
}
report(problems, `${checked} links lead somewhere`)

function problemOf(page: string, link: string): string | undefined {
  const [path = '', heading] = link.split('#')
  if (path !== '' && readmes.has(page)) return 'npm does not have it; name it without a link'
  const target = path === '' ? join(root, page) : join(root, dirname(page), decodeURI(path))
  if (!existsSync(target)) return 'no such file'
  if (heading === undefined || !target.endsWith('.md')) return undefined
  const headings = readFileSync(target, 'utf8').matchAll(/^#+ (.+)$|<a (?:id|name)="([^"]+)"/gm)
  const anchors = [...headings].map((match) => match[2] ?? toAnchor(match[1] ?? ''))
  return anchors.includes(heading) ? undefined : `no heading for #${heading}`
}

/** The anchor that GitHub gives a heading. */
function toAnchor(heading: string): string {
  const text = heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trim()
    .toLowerCase()
  return text.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-')
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '')
}
