// Conduit as a process of its own: plain Node, a folder of its own, and any free port.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const MAIN = join(import.meta.dirname, '../src/main.ts')

export interface Ended {
  readonly code: number | null
  readonly output: string
}

export interface ConduitProcess {
  readonly child: ChildProcess
  /** The first URL that it prints; rejects with what it says where it ends before. */
  readonly url: Promise<string>
  readonly ended: Promise<Ended>
}

/** @param limitMs - longer than anything takes on a busy machine; then it is killed */
export function startProcess(
  folder: string,
  limitMs: number,
  env: Record<string, string> = {},
): ConduitProcess {
  const child = spawn(process.execPath, [MAIN], {
    cwd: folder,
    env: { PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limitMs,
    killSignal: 'SIGKILL',
  })
  let output = ''
  const printed = new Promise<string>((resolve) => {
    const note = (chunk: Buffer): void => {
      // The last of it is enough to see what went wrong.
      output = (output + chunk.toString()).slice(-100_000)
      const found = /^ {2}(http:\S+)$/m.exec(output)?.[1]
      if (found !== undefined) resolve(found)
    }
    child.stdout.on('data', note)
    child.stderr.on('data', note)
  })
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output }))
  const url = Promise.race([printed, ended.then((end) => Promise.reject(new Error(end.output)))])
  // Nobody may wait for it.
  url.catch(() => undefined)
  return { child, url, ended }
}
