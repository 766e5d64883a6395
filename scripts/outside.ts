// Without this file no check sees the packages as their users do: makes a project outside the workspace and installs
// the packed tarballs there.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mustRun, packages, run, tarballOf, type Package } from './workspace.ts'

/** Many times what an install takes. */
const INSTALL_MS = 180_000

export interface OutsideOptions {
  readonly manager: 'npm' | 'pnpm'
  /** The packages that the project names; those that they need come by themselves. Default: all, and the types of Node. */
  readonly only?: readonly Package[]
  /** More to install: name to version. */
  readonly dependencies?: Readonly<Record<string, string>>
  /** Beyond `strict`. */
  readonly compilerOptions?: Readonly<Record<string, unknown>>
}

/** Makes the project and returns its folder, which is removed when the script ends. */
export function outsideProject(options: OutsideOptions): string {
  const dir = mkdtempSync(join(tmpdir(), 'keelson-user-'))
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }))
  const ours = Object.fromEntries(packages().map((pkg) => [pkg.name, `file:${tarballOf(pkg)}`] as const))
  const { only } = options
  const named =
    only === undefined
      ? { ...ours, '@types/node': '^24.0.0' }
      : Object.fromEntries(only.map(({ name }) => [name, ours[name]]))
  const dependencies = { ...named, ...options.dependencies }
  // npm takes none for what the project names itself; pnpm needs them all the same.
  const isOverridden = (name: string): boolean => options.manager === 'pnpm' || !(name in dependencies)
  const overrides = Object.fromEntries(Object.entries(ours).filter(([name]) => isOverridden(name)))
  writeJson(join(dir, 'package.json'), {
    name: 'user',
    private: true,
    type: 'module',
    dependencies,
    overrides,
  })
  writeJson(join(dir, 'tsconfig.json'), {
    compilerOptions: {
      target: 'es2023',
      module: 'nodenext',
      types: ['node'],
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      allowImportingTsExtensions: true,
      noEmit: true,
      ...options.compilerOptions,
    },
  })
  install(dir, options.manager, overrides)
  return dir
}

function install(dir: string, manager: OutsideOptions['manager'], overrides: object): void {
  // A workspace file of its own keeps pnpm from looking further up.
  const workspace = { packages: [], pmOnFail: 'ignore', overrides }
  if (manager === 'pnpm') writeJson(join(dir, 'pnpm-workspace.yaml'), workspace)
  const quiet =
    manager === 'npm' ? ['--no-audit', '--no-fund', '--loglevel=error'] : ['--reporter=append-only']
  const call = [
    manager,
    ['install', ...quiet],
    { cwd: dir, env: { CI: 'true' }, timeoutMs: INSTALL_MS },
  ] as const
  // A registry that does not answer in time is asked once more.
  if (!run(...call).ok) mustRun(...call)
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, JSON.stringify(value, null, 2))
}
