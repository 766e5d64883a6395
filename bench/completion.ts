// How long an editor waits for the names of a client's calls: 1,000 routes, built declarations, the language service.
// Run: node bench/completion.ts (after `pnpm bench --workload w8 --quick` has installed the peers).
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { benchDir, distDir } from './harness/paths.ts'
import { run } from './harness/run-command.ts'
import type { TypeApp } from './workloads/type-apps/contract.ts'
import { honoTypes } from './workloads/type-apps/hono.ts'
import { keelsonTypes } from './workloads/type-apps/keelson.ts'
import { trpcTypes } from './workloads/type-apps/trpc.ts'

type TypeScript = typeof import('typescript')
const ts = createRequire(join(benchDir, 'package.json'))('typescript') as TypeScript

const ROUTES = 1000
const REPEATS = 5
const APPS: Readonly<Record<string, TypeApp>> = { Keelson: keelsonTypes, Hono: honoTypes, tRPC: trpcTypes }

const [only] = process.argv.slice(2)
if (only === undefined) for (const [name, app] of Object.entries(APPS)) measureApart(name, app)
else console.log(`${only}: ${measure(join(folderOf(only), 'client.ts'))}`)

function folderOf(name: string): string {
  return join(distDir, 'completion', name.toLowerCase())
}

/** Each in a process of its own: the first to be measured would pay for warming up the compiler. */
function measureApart(name: string, app: TypeApp): void {
  const complaint = build(folderOf(name), app(ROUTES))
  console.log(complaint ?? run(process.execPath, [import.meta.filename, name]).output.trim())
}

/** Writes the application, builds its declarations, and puts a client beside them that calls nothing yet. */
function build(dir: string, files: Readonly<Record<string, string>>): string | undefined {
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(join(dir, 'app'), { recursive: true })
  for (const [name, text] of Object.entries(files)) {
    if (name !== 'calls.ts') writeFileSync(join(dir, 'app', name), text)
  }
  const flags = ['--ignoreConfig', '--declaration', '--emitDeclarationOnly', '--skipLibCheck', '--strict']
  const modules = [
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--rewriteRelativeImportExtensions',
    '--types',
    'node',
  ]
  const tsc = join(benchDir, 'node_modules', '.bin', 'tsc')
  const { isOk, output } = run(tsc, [
    ...flags,
    ...modules,
    '--outDir',
    join(dir, 'types'),
    join(dir, 'app', 'index.ts'),
  ])
  if (!isOk) return output.slice(0, 300)
  const prelude = (files['calls.ts'] as string).split(/\n(?=export const call0|const response0)/)[0] as string
  writeFileSync(
    join(dir, 'client.ts'),
    `${prelude.replace('./index.ts', './types/index.d.ts')}\nclient.group1.\n`,
  )
  return undefined
}

/** First completion of a cold service, then the median of further ones, each after a keystroke. */
function measure(file: string): string {
  const original = readFileSync(file, 'utf8')
  let text = original
  let version = 0
  const options = {
    strict: true,
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    skipLibCheck: true,
    types: ['node'],
  }
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [file],
    getScriptVersion: (name) => (name === file ? String(version) : '0'),
    getScriptSnapshot: (name) => {
      const content = name === file ? text : ts.sys.readFile(name)
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content)
    },
    getCurrentDirectory: () => benchDir,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (name) => ts.sys.fileExists(name),
    readFile: (name) => ts.sys.readFile(name),
    directoryExists: (name) => ts.sys.directoryExists(name),
  })
  const ask = (): [ms: number, entries: number] => {
    const startedAt = performance.now()
    const found = service.getCompletionsAtPosition(
      file,
      text.indexOf('client.group1.') + 'client.group1.'.length,
      {},
    )
    return [performance.now() - startedAt, found?.entries.length ?? 0]
  }
  const [first, entries] = ask()
  const next = Array.from({ length: REPEATS }, (_, at) => {
    text = `${original}// ${at}\n`
    version += 1
    return ask()[0]
  }).sort((a, b) => a - b)
  return `first ${first.toFixed(0)} ms, then ${(next[REPEATS >> 1] as number).toFixed(0)} ms, ${entries} names`
}
