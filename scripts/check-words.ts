// Without this file one notion gets several words, and readers learn a dialect: holds the phrases that docs/glossary.md
// replaces, in code, messages, docstrings and pages. `node scripts/check-words.ts packages/core/src/di` looks at one folder.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { report, root } from './workspace.ts'

/** What is written, and what to write instead. */
const BANNED: readonly (readonly [phrase: RegExp, instead: string])[] = [
  [
    /(?<!\bthere )\b(?:is|are|was|were|be|being) no (?!longer\b|more\b|one\b|other\b|different\b|less\b|later\b|earlier\b|better\b|worse\b|larger\b|faster\b|slower\b|smaller\b)/i,
    'is not a …',
  ],
  [/\b(?:that|which|what) (?:is|are) (?:none|no)\b/i, 'that is not one; or say what it is not'],
  [/\b(?:leaves?|left|leaving)(?: \S+)? away\b/i, 'omit'],
  [/\b(?:leaves?|left|leaving)(?: \S+){0,2} out\b/i, 'omit, omitted'],
  [/\btak(?:e|es|en|ing) (?:it |them |\S+ )?away\b/i, 'remove'],
  [/\b(?:at its|at their) word\b/i, 'as written'],
  [/\baffair\b/i, 'responsibility, or who does it'],
  [/\bhears? of\b/i, 'is called with, receives'],
  [/\b(?:is|are|was|were|be) told (?:of|about)\b/i, 'is called with, receives, is notified of'],
  [/\bcannot be had\b/i, 'is not available'],
  [/\ba stray\b|\bstrange\b/i, 'unknown, invalid'],
  [/\bfaults?\b/i, 'problem (set-up), error, violation, finding: docs/glossary.md'],
  [/\bmistakes?\b/i, 'error, problem'],
  [/\bnonsense\b/i, 'say what is invalid'],
  [/\bforeign\b(?![ -]keys?\b)/i, 'of another …; third-party'],
  [/\bamong its\b/i, 'one of its … is'],
  [/\bwhoever\b/i, 'name who: code that, the caller that'],
  [/\bseldom\b/i, 'rarely'],
]

const folders = process.argv.slice(2)
const patterns =
  folders.length > 0
    ? folders.map((folder) => (/\.\w+$/.test(folder) ? folder : `${folder}/**/*.{ts,md}`))
    : [
        'packages/*/src/**/*.ts',
        'packages/*/README.md',
        'docs/**/*.md',
        'examples/*/src/**',
        '*.md',
        '.changeset/*.md',
      ]
const problems: string[] = []
let checked = 0

for (const file of new Set(patterns.flatMap((pattern) => globSync(pattern, { cwd: root })))) {
  if (!/\.(?:ts|md)$/.test(file) || /\.test(?:-d)?\.ts$/.test(file) || isExempt(file)) continue
  const lines = readFileSync(join(root, file), 'utf8').split('\n')
  for (const [at, line] of lines.entries()) {
    checked += 1
    problems.push(...bannedIn(line).map((found) => `${file}:${at + 1} ${found}`))
  }
}
report(problems, `${checked} lines keep to the glossary`)

function bannedIn(line: string): string[] {
  return BANNED.flatMap(([phrase, instead]) => {
    const found = phrase.exec(line)
    return found === null ? [] : [`"${found[0].trim()}": ${instead}.`]
  })
}

/** The glossary names what is not to be written; decisions are kept as they were taken; API pages are generated. */
function isExempt(file: string): boolean {
  if (file === 'docs/glossary.md' || file.includes('/dist/')) return true
  return /^docs\/(?:decisions|api)\//.test(file)
}
