// W8: what the types of an application cost the compiler, routes and client calls together.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Bench, Section } from '../harness/bench.ts'
import { benchDir, distDir, typescript } from '../harness/paths.ts'
import { installedVersion } from '../harness/peers.ts'
import { run } from '../harness/run-command.ts'
import { median, whole } from '../harness/statistics.ts'
import { markdownTable } from '../harness/table.ts'
import type { TypeApp } from './type-apps/contract.ts'
import { elysiaTypes } from './type-apps/elysia.ts'
import { honoTypes } from './type-apps/hono.ts'
import { keelsonTypes } from './type-apps/keelson.ts'
import { trpcTypes } from './type-apps/trpc.ts'

interface Framework {
  readonly title: string
  readonly package: string
  readonly app: TypeApp
}

const FRAMEWORKS: readonly Framework[] = [
  { title: 'Keelson', package: '@keelson/core', app: keelsonTypes },
  { title: 'Hono', package: 'hono', app: honoTypes },
  { title: 'Elysia', package: 'elysia', app: elysiaTypes },
  { title: 'tRPC', package: '@trpc/server', app: trpcTypes },
]
const SIZES = [50, 500, 1000]
const MAX_ROUNDS = 3

export interface Compiled {
  readonly seconds: number
  readonly instantiations: number
}

/** Compiles every application at every size, frameworks in turn. */
export function types(bench: Bench): Promise<Section> {
  const compiled = new Map<string, Compiled[]>()
  const remarks: string[] = []
  for (const cell of cells()) writeApp(cell.dir, cell.framework.app(cell.size))
  for (let round = 0; round < Math.min(bench.options.rounds, MAX_ROUNDS); round += 1) {
    for (const { name, dir, size } of cells()) {
      const outcome = compile(dir)
      console.log(`  ${name}: ${typeof outcome === 'string' ? outcome : `${outcome.seconds} s`}`)
      if (typeof outcome !== 'string') compiled.set(name, [...(compiled.get(name) ?? []), outcome])
      else if (round === 0)
        remarks.push(`${name.replace(/ \d+$/, '')} with ${size} routes does not compile: ${outcome}`)
    }
  }
  const title = `W8: types, TypeScript ${installedVersion('typescript')}`
  return Promise.resolve({ id: 'w8', title, table: table(compiled), remarks })
}

function cells(): readonly { name: string; framework: Framework; size: number; dir: string }[] {
  return SIZES.flatMap((size) =>
    FRAMEWORKS.map((framework) => {
      const name = `${framework.title} ${size}`
      return { name, framework, size, dir: join(distDir, 'types', name.toLowerCase().replace(' ', '-')) }
    }),
  )
}

/** A `tsconfig.json` of what is compiled to count. */
export function tsconfig(include: string, options: object = {}): string {
  return JSON.stringify({
    extends: join(dirname(benchDir), 'tsconfig.base.json'),
    compilerOptions: {
      noEmit: true,
      declaration: false,
      lib: ['es2024', 'dom', 'dom.iterable', 'esnext.disposable'],
      ...options,
    },
    include: [include],
  })
}

function writeApp(dir: string, files: Readonly<Record<string, string>>): void {
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
  writeFileSync(join(dir, 'tsconfig.json'), tsconfig('*.ts'))
}

/** What the compiler says of its work, or its first complaint. */
export function compile(dir: string): Compiled | string {
  const { isOk, output } = run(process.execPath, [typescript, '-p', dir, '--extendedDiagnostics'])
  if (!isOk) return output.split('\n').find((line) => line.includes('error')) ?? output.slice(0, 200)
  const figure = (name: string): number => Number(new RegExp(`^${name}:\\s+([\\d.]+)`, 'm').exec(output)?.[1])
  return { seconds: figure('Total time'), instantiations: figure('Instantiations') }
}

function table(compiled: ReadonlyMap<string, readonly Compiled[]>): string {
  const rows = FRAMEWORKS.map((framework) => {
    const taken = SIZES.map((size) => compiled.get(`${framework.title} ${size}`) ?? [])
    return [
      `${framework.title} ${installedVersion(framework.package)}`,
      ...taken.map((one) => (one[0] === undefined ? '-' : whole(one[0].instantiations))),
      ...taken.map((one) => (one.length === 0 ? '-' : median(one.map(({ seconds }) => seconds)).toFixed(1))),
    ]
  })
  const counts = SIZES.map((size) => `instantiations, ${whole(size)} routes`)
  return markdownTable(['', ...counts, ...SIZES.map((size) => `tsc s, ${whole(size)}`)], rows)
}
