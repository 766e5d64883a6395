// Without this file docs/security.md may say that a test holds an item of OWASP ASVS when the test has another name, is
// skipped or is gone: each item names a test, and each named case exists in the named file.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { report, root } from './workspace.ts'

const PAGE = 'docs/security.md'
const problems: string[] = []
let checked = 0

for (const section of readFileSync(join(root, PAGE), 'utf8').split(/^### /m).slice(1)) {
  const item = section.split(' ', 1)[0] ?? ''
  const [, tests = ''] = /^- \*\*Test\*\*:([\s\S]*?)(?=^- |^#|^$)/m.exec(section) ?? []
  const named = casesOf(tests)
  if (named.length === 0)
    problems.push(`${PAGE}, ${item}: no test is named. Write - **Test**: \`file\`: \`case\`.`)
  for (const [file, name] of named) {
    checked += 1
    if (!existsSync(join(root, file))) problems.push(`${PAGE}, ${item}: ${file} does not exist.`)
    else if (!titlesOf(file).some((title) => isNamed(title, name)))
      problems.push(`${PAGE}, ${item}: ${file} has no case '${name}' that runs.`)
  }
}
report(problems, `${checked} test cases that ${PAGE} names exist`)

/** Spans of code: a file, followed by the names of its cases. */
function casesOf(text: string): [file: string, name: string][] {
  const found: [string, string][] = []
  let file = ''
  for (const [, span = ''] of text.matchAll(/`([^`]+)`/g)) {
    if (span.endsWith('.test.ts')) file = span
    else found.push([file, span.replaceAll(/\s+/g, ' ')])
  }
  return found
}

/** A name is a title as it stands in the code, or the titles around it as well: `group > case`. */
function isNamed(title: string, name: string): boolean {
  return title === name || title.endsWith(` > ${name}`)
}

/** Titles of all cases of a file that run, each with those of its groups. */
function titlesOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  const titles: string[] = []
  const visit = (node: ts.Node, groups: readonly string[]): void => {
    if (isSkipped(node, text)) return
    const call = titledCall(node)
    if (call?.runner === 'it') titles.push([...groups, call.title].join(' > '))
    const inner = call?.runner === 'describe' ? [...groups, call.title] : groups
    ts.forEachChild(node, (child) => visit(child, inner))
  }
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest), [])
  return titles
}

/** Whether a case or a group does not run, or does not run everywhere. */
function isSkipped(node: ts.Node, text: string): boolean {
  if (!ts.isCallExpression(node)) return false
  const whole = text.slice(node.expression.pos, node.expression.end)
  // Comments before a call are part of it.
  const callee = whole.replace(/^(?:\s|\/\/[^\n]*\n|\/\*[^]*?\*\/)+/, '')
  return /^(?:it|describe)\.(?:skip|todo|skipIf|runIf)\b/.test(callee)
}

/** `it('…', …)`, `it.each(…)('…', …)` and the same of `describe`. */
function titledCall(node: ts.Node): { runner: string; title: string } | undefined {
  if (!ts.isCallExpression(node)) return undefined
  const [title] = node.arguments
  if (title === undefined || !ts.isStringLiteralLike(title)) return undefined
  const runner = runnerOf(node.expression)
  return runner === undefined ? undefined : { runner, title: title.text }
}

function runnerOf(callee: ts.Expression): string | undefined {
  if (ts.isIdentifier(callee)) return callee.text
  if (!ts.isCallExpression(callee) || !ts.isPropertyAccessExpression(callee.expression)) return undefined
  const { expression, name } = callee.expression
  return name.text === 'each' && ts.isIdentifier(expression) ? expression.text : undefined
}
