// Without this file no check can see the code that the documentation shows: it takes the TypeScript out of pages and
// of `@example` blocks.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './workspace.ts'

/** A piece of code in the documentation. */
export interface Fence {
  /** Page or source file, relative to the root. */
  readonly origin: string
  /** Line of the first code line, from 1. */
  readonly line: number
  readonly code: string
  /** Words after `ts` in the info string: `continue`, `ignore`, `no-run`. */
  readonly marks: readonly string[]
  /** The text above the fence says why it is not checked: `<!-- not checked: reason -->`. */
  readonly hasReason: boolean
  /** From an `@example`, where the names of the package are in scope. */
  readonly isExample: boolean
}

/** Pages written by hand; the generated API pages are left out. */
export function pages(
  patterns = ['*.md', 'docs/**/*.md', 'packages/*/*.md', 'examples/*/*.md'],
): readonly string[] {
  return globSync(patterns, {
    cwd: root,
    exclude: ['**/node_modules/**', 'docs/api/**', '**/CHANGELOG.md'],
  }).sort()
}

export function fencesOfPage(page: string): readonly Fence[] {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(/^```(?:ts|typescript)\b([^\n]*)\n([\s\S]*?)^```/gm)].map((match) => ({
    origin: page,
    line: lineAt(text, match.index) + 1,
    code: match[2] ?? '',
    marks: (match[1] ?? '').trim().split(/\s+/).filter(Boolean),
    hasReason: /<!--\s*not checked:\s*\S[\s\S]*?-->\s*$/.test(text.slice(0, match.index)),
    isExample: false,
  }))
}

/** The `@example` blocks of the packages' sources. */
export function examples(): readonly Fence[] {
  const files = globSync('packages/*/src/**/*.ts', { cwd: root, exclude: ['**/*.test.ts', '**/*.test-d.ts'] })
  return files.sort().flatMap(examplesOf)
}

function examplesOf(file: string): readonly Fence[] {
  const text = readFileSync(join(root, file), 'utf8')
  const found: Fence[] = []
  for (const comment of text.matchAll(/\/\*\*[\s\S]*?\*\//g)) {
    for (const tag of comment[0].matchAll(/@example\b([\s\S]*?)(?=\n\s*\*\s*@[a-z]|\s*\*\/)/g)) {
      const code = (tag[1] ?? '').replaceAll(/^[ \t]*\*[ \t]?/gm, '')
      const line = lineAt(text, comment.index + tag.index)
      found.push({ origin: file, line, code: codeOf(code), marks: [], hasReason: false, isExample: true })
    }
  }
  return found
}

/** An example is code, or prose with a fence in it. The prose is blanked, so that lines keep their numbers. */
function codeOf(example: string): string {
  const fence = /^```(?:ts|typescript)[^\n]*\n([\s\S]*?)^```/m.exec(example)
  if (fence === null) return example
  const above = example.slice(0, fence.index).split('\n').length
  return '\n'.repeat(above) + (fence[1] ?? '')
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}
