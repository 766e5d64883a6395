import { execFile, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../src/bin.ts', import.meta.url))

// Folder of the app that `keelson` is tried with.
const appDir = fileURLToPath(new URL('./cli-app/', import.meta.url))

/** How a run of the command came out. */
export interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs the real command as a process of its own. */
export function keelson(
  args: readonly string[],
  { cwd = appDir, env = {} }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const { PATH, NODE_COMPILE_CACHE } = process.env
    const options = { cwd, env: { PATH, NODE_COMPILE_CACHE, ...env }, timeout: 60_000 }
    execFile(process.execPath, [bin, ...args], options, (error, out, err) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, out, err })
    })
  })
}

/** Runs the command with a reader that closes the pipe before anything is written. */
export function keelsonUnread(args: readonly string[]): Promise<Omit<Ended, 'out'>> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [bin, ...args], { cwd: appDir, timeout: 60_000 })
    child.stdout.destroy()
    let err = ''
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
    child.on('close', (code) => resolve({ code: code ?? -1, err }))
  })
}
