// How long an editor waits for the names of a client's calls: 1,000 routes, built declarations, TypeScript 6 and 7.
// Run: node bench/completion.ts [rounds] [Keelson,tRPC] (after `pnpm bench --workload w8 --quick` has installed the peers).
import { readFileSync } from 'node:fs'
import { clientFile, writeProject } from './harness/client-project.ts'
import { createEditor, type Cost, type Editor } from './harness/editor.ts'
import { startNativeEditor } from './harness/native-editor.ts'
import { describeMachine } from './harness/machine.ts'
import { installedVersion } from './harness/peers.ts'
import { keep, today } from './harness/results.ts'
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

/** Package of the compiler to the editor that works with it. */
const EDITORS: Readonly<Record<string, (file: string) => Promise<Editor>>> = {
  typescript: createEditor,
  typescript7: startNativeEditor,
}

/** What one process found. `first` is opening the file and its first answer. */
interface Found {
  readonly first: Cost
  readonly asked: Partial<Record<(typeof KINDS)[number], { readonly first: Cost; readonly next: Cost }>>
}

const HEAD = [
  '',
  'first names ms',
  'CPU',
  'above nothing',
  'then ms',
  'CPU',
  'input ms',
  'then',
  'error code ms',
  'then',
]

const [argument = '5', wanted, compiler] = process.argv.slice(2)
const client = CLIENTS[argument]
if (client !== undefined) console.log(JSON.stringify(await measure(argument, client, String(compiler))))
else measureAll(Number(argument), wanted === undefined ? Object.keys(CLIENTS) : [FLOOR, ...wanted.split(',')])

/** Each client in a process of its own, in turn: the first in a process would pay for warming up the compiler. */
function measureAll(rounds: number, names: readonly string[]): void {
  for (const name of names) writeProject(name, CLIENTS[name]?.app, ROUTES)
  const tables = Object.keys(EDITORS).map((editor) => {
    const found = new Map<string, Found[]>(names.map((name) => [name, []]))
    for (let round = 0; round < rounds; round += 1) playRound(found, editor)
    return `### TypeScript ${installedVersion(editor)}\n\n${toTable(found)}\n`
  })
  const how = `${ROUTES} routes, ${rounds} rounds, medians, Node ${process.versions.node}, ${today()}. ${describeMachine()}.`
  const markdown = `## Completion in the editor\n\n${how}\n\n${tables.join('\n')}`
  console.log(markdown)
  // Only whole runs are kept, as of the workloads.
  if (wanted === undefined && rounds >= 3) keep('completion', markdown)
}

function playRound(found: ReadonlyMap<string, Found[]>, editor: string): void {
  for (const [name, ofOne] of found) {
    const { isOk, output } = run(process.execPath, [import.meta.filename, name, '', editor])
    if (isOk) ofOne.push(JSON.parse(output) as Found)
    else console.log(`${name} was not measured: ${output.slice(0, 300)}`)
  }
}

async function measure(name: string, { questions }: Client, editorName: string): Promise<Found> {
  const file = clientFile(name)
  const prelude = readFileSync(file, 'utf8')
  const editor = await (EDITORS[editorName] as (typeof EDITORS)[string])(file)
  const open = await editor.open(`${prelude}${questions.names.text}`)
  const cost = await answer(editor, prelude, questions.names)
  const first = { wallMs: open.wallMs + cost.wallMs, cpuMs: open.cpuMs + cost.cpuMs }
  const asked: Found['asked'] = {}
  for (const kind of KINDS) {
    const question = questions[kind]
    if (question === undefined) continue
    const itsFirst = kind === 'names' ? cost : await answer(editor, prelude, question)
    asked[kind] = { first: itsFirst, next: await afterKeystroke(editor, prelude, question) }
  }
  await editor.close()
  return { first, asked }
}

async function answer(editor: Editor, prelude: string, { text, expected }: ask.Question): Promise<Cost> {
  const { names, ...cost } = await editor.complete(`${prelude}${text}`)
  if (!names.includes(expected)) throw new Error(`'${expected}' is not offered behind '${text}'.`)
  return cost
}

/** The middle of some answers, each after a change of the file. */
async function afterKeystroke(editor: Editor, prelude: string, question: ask.Question): Promise<Cost> {
  const costs: Cost[] = []
  for (let at = 0; at < KEYSTROKES; at += 1)
    costs.push(await answer(editor, `${prelude}// ${at}\n`, question))
  return { wallMs: median(costs.map(({ wallMs }) => wallMs)), cpuMs: median(costs.map(({ cpuMs }) => cpuMs)) }
}

function toTable(found: ReadonlyMap<string, readonly Found[]>): string {
  const middle = (name: string, pick: (one: Found) => number | undefined): number =>
    median((found.get(name) ?? []).map((one) => pick(one) ?? NaN))
  const floorMs = middle(FLOOR, ({ first }) => first.wallMs)
  const rows = [...found.keys()].map((name) => {
    const firstMs = middle(name, ({ first }) => first.wallMs)
    return [
      firstMs,
      middle(name, ({ first }) => first.cpuMs),
      firstMs - floorMs,
      middle(name, ({ asked }) => asked.names?.next.wallMs),
      middle(name, ({ asked }) => asked.names?.next.cpuMs),
      middle(name, ({ asked }) => asked.input?.first.wallMs),
      middle(name, ({ asked }) => asked.input?.next.wallMs),
      middle(name, ({ asked }) => asked.errors?.first.wallMs),
      middle(name, ({ asked }) => asked.errors?.next.wallMs),
    ].map(shown)
  })
  return markdownTable(
    HEAD,
    [...found.keys()].map((name, at) => [name, ...(rows[at] as string[])]),
  )
}

function shown(value: number): string {
  return Number.isNaN(value) ? '-' : whole(value)
}
