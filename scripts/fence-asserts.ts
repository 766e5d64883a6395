// Without this file `// => 42` in the documentation is a claim: it turns each such line into an assertion that runs.
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { Script } from 'node:vm'
import ts from 'typescript'
import { type Module, placeOf, runs } from './fence-modules.ts'

const TIMEOUT_MS = 20_000

const HELPER = `
import { inspect, isDeepStrictEqual } from 'node:util'
export async function claim(actual, text, expected, place) {
  const value = await actual
  if (inspect(value) === text || String(value) === text) return
  if (expected !== undefined && isDeepStrictEqual(plain(value), plain(expected()))) return
  throw new Error(place + ' says ' + text + ', but the value is ' + inspect(value))
}
const plain = (value) => (typeof value === 'object' && value !== null ? structuredClone(value) : value)
`

/** Whether running a module proves something: it claims results, or is a test by its name. */
export function hasAsserts(module: Module): boolean {
  return (module.code.includes('// =>') || module.path.endsWith('.test.ts')) && runs(module)
}

/** Runs modules with their claims as assertions, those of a page one after another. Returns what is wrong. */
export async function runAsserts(modules: readonly Module[]): Promise<readonly string[]> {
  const problems = new Map<Module, readonly string[]>()
  const originOf = ({ fences }: Module): string | undefined => fences[0]?.origin
  const waiting = new Set(modules.map(originOf))
  const work = async (): Promise<void> => {
    for (const page of waiting) {
      waiting.delete(page)
      for (const module of modules.filter((one) => originOf(one) === page))
        problems.set(module, await runModule(module))
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return modules.flatMap((module) => problems.get(module) ?? [])
}

async function runModule(module: Module): Promise<readonly string[]> {
  const { code, count } = instrument(module)
  const claims = module.code.split('// =>').length - 1
  const first = placeOf(module, 0)
  if (count !== claims)
    return [`${first}: ${claims - count} of ${claims} \`// =>\` stand behind no expression.`]
  const file = join(dirname(module.path), `run-${basename(module.path)}`)
  writeFileSync(join(dirname(module.path), 'claim.mjs'), HELPER)
  writeFileSync(file, code)
  return new Promise((resolve) => {
    execFile('node', [file], { cwd: dirname(file), timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
      if (error === null) resolve([])
      else if (error.killed === true) resolve([`${first} does not end within ${TIMEOUT_MS / 1000} s.`])
      else resolve([`${first} fails:\n${stderr || stdout}`])
    })
  })
}

function instrument(module: Module): { readonly code: string; readonly count: number } {
  const source = ts.createSourceFile(module.path, module.code, ts.ScriptTarget.ES2023, true)
  const edits: { readonly start: number; readonly end: number; readonly text: string }[] = []
  const visit = (node: ts.Node): void => {
    const claimed = ts.isStatement(node) ? claimBehind(node, module.code) : undefined
    const target = claimed === undefined ? undefined : subjectOf(node)
    if (claimed === undefined || target === undefined) return ts.forEachChild(node, visit)
    const wait = node.parent === source ? 'await ' : ''
    const line = source.getLineAndCharacterOfPosition(node.end).line
    const call = `${wait}claim(${target.text}, ${JSON.stringify(claimed)}, ${expectation(claimed)}, '${placeOf(module, line)}')`
    edits.push({ start: target.keep ? node.end : node.getStart(), end: node.end, text: `;${call}` })
  }
  visit(source)
  let code = module.code
  for (const { start, end, text } of edits.toReversed()) code = code.slice(0, start) + text + code.slice(end)
  return { code: `${code}\n${module.prelude}\nimport { claim } from './claim.mjs'\n`, count: edits.length }
}

function claimBehind(node: ts.Node, text: string): string | undefined {
  const comments = ts.getTrailingCommentRanges(text, node.end) ?? []
  const claims = comments.map(({ pos, end }) => /^\/\/ =>(.*)$/.exec(text.slice(pos, end))?.[1]?.trim())
  return claims.find((claim) => claim !== undefined)
}

/** What a claim is about: the expression, what `console.log` prints, or the variable that is declared. */
function subjectOf(node: ts.Node): { readonly text: string; readonly keep: boolean } | undefined {
  if (ts.isVariableStatement(node)) {
    const name = node.declarationList.declarations.at(-1)?.name
    return name !== undefined && ts.isIdentifier(name) ? { text: name.text, keep: true } : undefined
  }
  if (!ts.isExpressionStatement(node)) return undefined
  const { expression } = node
  if (!ts.isCallExpression(expression) || expression.expression.getText() !== 'console.log') {
    return { text: expression.getText(), keep: false }
  }
  const [argument] = expression.arguments
  return argument === undefined ? undefined : { text: argument.getText(), keep: false }
}

/** The claim as a function, when it parses as an expression (`{ id: 1 }`); a plain text is compared as printed. */
function expectation(claim: string): string {
  try {
    new Script(`(${claim})`)
    return `() => (${claim})`
  } catch {
    return 'undefined'
  }
}
