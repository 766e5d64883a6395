// Without this file each check would list the packages by hand, and a new package would be forgotten by some of them.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

// Inherited by the programs that checks start, hundreds of them: most of what they do is to compile the same modules.
process.env['NODE_COMPILE_CACHE'] ??= join(root, '.cache', 'compiled')

/** The pinned tools come first, whoever started the script. */
const bin = join(root, 'node_modules', '.bin')

/** A published package: a folder of `packages/`. */
export interface Package {
  readonly dir: string
  readonly name: string
  readonly version: string
  /** Subpath to source file, as the repository sees it (`.` → `./src/index.ts`). */
  readonly exports: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
}

/** All published packages, by folder name. */
export function packages(): readonly Package[] {
  const manifests = globSync('packages/*/package.json', { cwd: root }).sort()
  return manifests.map((file) => {
    const manifest = JSON.parse(readFileSync(join(root, file), 'utf8')) as Partial<Package>
    const { name = '', version = '', exports = {}, dependencies = {}, peerDependencies = {} } = manifest
    return { dir: join(root, dirname(file)), name, version, exports, dependencies, peerDependencies }
  })
}

/** The import specifiers that a package publishes, with the source file of each; `package.json` left out. */
export function subpaths(pkg: Package): readonly { specifier: string; source: string }[] {
  return Object.entries(pkg.exports)
    .filter(([, target]) => typeof target === 'string' && target.endsWith('.ts'))
    .map(([subpath, target]) => ({
      specifier: pkg.name + subpath.slice(1),
      source: join(pkg.dir, target),
    }))
}

/** The built file of a subpath that a package publishes: `@keelson/contract/options`. Undefined for all else. */
export function builtFile(specifier: string): string | undefined {
  const found = packages()
    .flatMap(subpaths)
    .find((one) => one.specifier === specifier)
  return found && toBuilt(found.source)
}

/** `…/src/client/index.ts` → `…/dist/client/index.js`. */
export function toBuilt(source: string): string {
  return source.replace('/src/', '/dist/').replace(/\.ts$/, '.js')
}

/** Empties and returns a scratch directory inside the workspace (ignored by git, linters and the formatter). */
export function scratch(name: string): string {
  const dir = join(root, '.cache', name)
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir, { recursive: true })
  return dir
}

/** The folder with the packed tarballs, one for each package; made by `scripts/pack.ts`. */
export const tarballs = join(root, '.cache', 'tarballs')

/** The tarball of a package. Fails when it was not packed. */
export function tarballOf(pkg: Package): string {
  const file = join(tarballs, `${pkg.name.replace('@', '').replace('/', '-')}-${pkg.version}.tgz`)
  if (!existsSync(file)) throw new Error(`${file} is missing. Run \`pnpm run pack\` first.`)
  return file
}

export interface RunOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** Ends a program that takes longer. Default: none. */
  readonly timeoutMs?: number
}

/** Runs a program without stdin and returns what it said. Does not throw on a failing exit code. */
export function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): { readonly ok: boolean; readonly output: string } {
  const result = spawnSync(command, args, {
    cwd: options.cwd ?? root,
    env: environment(options.env),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 256 * 1024 * 1024,
    timeout: options.timeoutMs,
    killSignal: 'SIGKILL',
  })
  if (isTimeout(result.error))
    return {
      ok: false,
      output: `${result.stdout}${result.stderr}\nIt did not end within ${options.timeoutMs} ms.`,
    }
  if (result.error) throw result.error
  return { ok: result.status === 0, output: result.stdout + result.stderr }
}

/** Like {@link run}, while this process goes on. A program that does not start has failed. */
export function runBeside(
  command: string,
  args: readonly string[],
  { cwd = root, env }: Omit<RunOptions, 'timeoutMs'> = {},
): Promise<ReturnType<typeof run>> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: environment(env), stdio: ['ignore', 'pipe', 'pipe'] })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => void (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => void (stderr += text))
    child.once('error', (error) => resolve({ ok: false, output: `${command} failed: ${error.message}` }))
    child.once('close', (code) => resolve({ ok: code === 0, output: stdout + stderr }))
  })
}

function environment(more: NodeJS.ProcessEnv | undefined): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}`, ...more }
}

function isTimeout(error: Error | undefined): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ETIMEDOUT'
}

/** Like {@link run}, but a failure ends the script with the program's output. */
export function mustRun(...call: Parameters<typeof run>): string {
  const { ok, output } = run(...call)
  if (ok) return output
  const lines = output.split('\n')
  const shown = lines.length > 30 ? [...lines.slice(0, 30), `(${lines.length - 30} more lines)`] : lines
  console.error(`${call[0]} ${call[1].join(' ')} failed:\n${shown.join('\n')}`)
  process.exit(1)
}

/** Prints each problem and sets the exit code; says how much was checked when there is none. */
export function report(problems: readonly string[], checked: string): void {
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
  else console.log(checked)
}
