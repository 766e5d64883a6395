// Without this file an example may run in this repository alone: copies each one out, installs the packages from their tarballs,
// compiles it, has `keelson check` look at it, runs its tests where they take seconds, starts it, asks it, and stops it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { copyExample, exampleNames } from './example-copy.ts'
import { report, run } from './workspace.ts'

/** Longer than anything takes on a busy machine; what passes it hangs. */
const LIMIT_MS = 60_000

/** Those of the others start servers and processes for half a minute or more, and run in the repository. */
const TESTED = ['class-controllers', 'migrate-from-express']

const problems: string[] = []
const names = exampleNames()
for (const name of names) {
  const dir = mkdtempSync(join(tmpdir(), `keelson-${name}-`))
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }))
  copyExample(name, dir)
  const checks = [
    ['npm', 'exec', '--no', '--', 'tsc', '-p', '.'],
    ...(existsSync(join(dir, 'node_modules/.bin/keelson'))
      ? [['npm', 'exec', '--no', '--', 'keelson', 'check']]
      : []),
    ...(TESTED.includes(name) ? [['npm', 'test']] : []),
  ]
  for (const [command = '', ...args] of checks) {
    const { ok, output } = run(command, args, { cwd: dir, timeoutMs: 4 * LIMIT_MS })
    if (!ok) problems.push(`${name}: ${[command, ...args].join(' ')} fails:\n${output}`)
  }
  problems.push(...(await start(dir)).map((why) => `${name}: ${why}`))
}
report(problems, `copied out, these compile, start and answer: ${names.join(', ')}`)

/** The file that its start runs at last. */
function mainOf(dir: string): string {
  const { scripts } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as {
    readonly scripts: { readonly start: string }
  }
  return /\bnode (\S+)$/.exec(scripts.start)?.[1] ?? 'src/main.ts'
}

/** Starts it, and asks the first URL that it prints. */
async function start(dir: string): Promise<readonly string[]> {
  const child = spawn(process.execPath, [mainOf(dir)], {
    cwd: dir,
    env: { PATH: process.env['PATH'], PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  })
  let output = ''
  const ended = once(child, 'close') as Promise<[code: number | null]>
  const url = new Promise<string | undefined>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        output += String(chunk)
        const found = /^ {2}(http:\S+)$/m.exec(output)?.[1]
        if (found !== undefined) resolve(found)
      })
    void ended.then(() => resolve(undefined))
  })
  const printed = await url
  const status = printed && (await fetch(new URL('/readyz', printed))).status
  child.kill('SIGTERM')
  const [code] = await ended
  if (printed === undefined) return [`It prints no URL:\n${output}`]
  return [
    ...(status === 200 ? [] : [`${printed} is not ready: ${status}`]),
    ...(code === 0 ? [] : [`It ends with ${code}:\n${output}`]),
  ]
}
