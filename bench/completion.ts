// How long an editor waits for the names of a client's calls: 1,000 routes, built declarations, the language service.
// Run: node bench/completion.ts [rounds] [Keelson,tRPC] (after `pnpm bench --workload w8 --quick` has installed the peers).
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createEditor, type Cost, type Editor } from './harness/editor.ts'
import { benchDir, distDir } from './harness/paths.ts'
import { run } from './harness/run-command.ts'
import { median, whole } from './harness/statistics.ts'
import { markdownTable } from './harness/table.ts'
import type { TypeApp } from './workloads/type-apps/contract.ts'
import { honoTypes } from './workloads/type-apps/hono.ts'
import { keelsonTypes } from './workloads/type-apps/keelson.ts'
import * as ask from './workloads/type-apps/questions.ts'
import { trpcTypes } from './workloads/type-apps/trpc.ts'

const ROUTES = 1000
const KEYSTROKES = 5
const KINDS = ['names', 'input', 'errors'] as const

interface Client {
  readonly questions: ask.Questions
  /** Undefined for the floor: a project with no more than the compiler's options. */
  readonly app?: TypeApp
}

const FLOOR = 'nothing'
const CLIENTS: Readonly<Record<string, Client>> = {
  [FLOOR]: { questions: ask.floorQuestions },
  Keelson: { questions: ask.keelsonQuestions, app: keelsonTypes },
  tRPC: { questions: ask.trpcQuestions, app: trpcTypes },
  Hono: { questions: ask.honoQuestions, app: honoTypes },
}

const HEAD = [
  '',
  'files',
  'KB',
  'opened ms',
  'first names ms',
  'the same, CPU',
  'above nothing, CPU',
  'then, CPU',
  'input, CPU',
  'then, CPU',
  'error code, CPU',
  'then, CPU',
]

/** What one process found, in ms. `first` is opening the file and its first answer; what is `asked` is processor time. */
interface Found {
  readonly open: Cost & { readonly files: number; readonly kilobytes: number }
  readonly first: Cost
  readonly asked: Partial<Record<(typeof KINDS)[number], { readonly first: number; readonly next: number }>>
}

const [argument = '5', wanted] = process.argv.slice(2)
const client = CLIENTS[argument]
if (client !== undefined) console.log(JSON.stringify(measure(argument, client)))
else measureAll(Number(argument), wanted === undefined ? Object.keys(CLIENTS) : [FLOOR, ...wanted.split(',')])

/** Each client in a process of its own, in turn: the first in a process would pay for warming up the compiler. */
function measureAll(rounds: number, names: readonly string[]): void {
  const found = new Map<string, Found[]>(names.map((name) => [name, []]))
  for (const name of names) build(name, CLIENTS[name]?.app)
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, ofOne] of found) {
      const { isOk, output } = run(process.execPath, [import.meta.filename, name])
      if (isOk) ofOne.push(JSON.parse(output) as Found)
      else console.log(`${name} was not measured in round ${round + 1}: ${output.slice(0, 300)}`)
    }
  }
  console.log(toTable(found))
}

/** Writes the application, builds its declarations, and puts a client beside them that calls nothing yet. */
function build(name: string, app: TypeApp | undefined): void {
  const dir = folderOf(name)
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(join(dir, 'app'), { recursive: true })
  if (app === undefined) {
    return writeFileSync(join(dir, 'client.ts'), 'export const client = { group1: { route21() {} } }\n')
  }
  const { 'calls.ts': calls = '', ...files } = app(ROUTES)
  for (const [file, text] of Object.entries(files)) writeFileSync(join(dir, 'app', file), text)
  const flags = '--ignoreConfig --declaration --emitDeclarationOnly --skipLibCheck --strict --types node'
  const modules = '--module nodenext --target es2023 --rewriteRelativeImportExtensions'
  const paths = ['--outDir', join(dir, 'types'), join(dir, 'app', 'index.ts')]
  const tsc = join(benchDir, 'node_modules', '.bin', 'tsc')
  const { isOk, output } = run(tsc, [...flags.split(' '), ...modules.split(' '), ...paths])
  if (!isOk) throw new Error(`The routes of ${name} do not compile: ${output.slice(0, 300)}`)
  const [prelude = ''] = calls.split(/\n(?=export const call0|const response0)/)
  writeFileSync(join(dir, 'client.ts'), `${prelude.replace('./index.ts', './types/index.d.ts')}\n`)
}

function folderOf(name: string): string {
  return join(distDir, 'completion', name.toLowerCase())
}

function measure(name: string, { questions }: Client): Found {
  const file = join(folderOf(name), 'client.ts')
  const prelude = readFileSync(file, 'utf8')
  const editor = createEditor(file)
  const open = editor.open(`${prelude}${questions.names.text}`)
  const cost = answer(editor, prelude, questions.names)
  const first = { wallMs: open.wallMs + cost.wallMs, cpuMs: open.cpuMs + cost.cpuMs }
  const asked: Found['asked'] = {}
  for (const kind of KINDS) {
    const question = questions[kind]
    if (question === undefined) continue
    const { cpuMs } = kind === 'names' ? cost : answer(editor, prelude, question)
    asked[kind] = { first: cpuMs, next: afterKeystroke(editor, prelude, question) }
  }
  return { open, first, asked }
}

function answer(editor: Editor, prelude: string, { text, expected }: ask.Question): Cost {
  const { names, ...cost } = editor.complete(`${prelude}${text}`)
  if (!names.includes(expected)) throw new Error(`'${expected}' is not offered behind '${text}'.`)
  return cost
}

/** The middle of some answers, each after a change of the file, CPU ms. */
function afterKeystroke(editor: Editor, prelude: string, question: ask.Question): number {
  const texts = Array.from({ length: KEYSTROKES }, (_, at) => `${prelude}// ${at}\n`)
  return median(texts.map((text) => answer(editor, text, question).cpuMs))
}

function toTable(found: ReadonlyMap<string, readonly Found[]>): string {
  const middle = (name: string, pick: (one: Found) => number): string =>
    shown(median((found.get(name) ?? []).map(pick)))
  const floorMs = median((found.get(FLOOR) ?? []).map(({ first }) => first.cpuMs))
  const rows = [...found.keys()].map((name) => [
    name,
    middle(name, ({ open }) => open.files),
    middle(name, ({ open }) => open.kilobytes),
    middle(name, ({ open }) => open.wallMs),
    middle(name, ({ first }) => first.wallMs),
    middle(name, ({ first }) => first.cpuMs),
    middle(name, ({ first }) => first.cpuMs - floorMs),
    middle(name, ({ asked }) => asked.names?.next ?? NaN),
    middle(name, ({ asked }) => asked.input?.first ?? NaN),
    middle(name, ({ asked }) => asked.input?.next ?? NaN),
    middle(name, ({ asked }) => asked.errors?.first ?? NaN),
    middle(name, ({ asked }) => asked.errors?.next ?? NaN),
  ])
  return markdownTable(HEAD, rows)
}

function shown(value: number): string {
  return Number.isNaN(value) ? '-' : whole(value)
}
