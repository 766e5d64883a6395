// The load: wrk where it is installed, else autocannon. Both send the same bytes in turn.
import { spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toBytes, type WireRequest } from './http.ts'
import { benchDir, program } from './paths.ts'
import { isInstalled, run } from './run-command.ts'

export interface LoadOptions {
  readonly port: number
  readonly requests: readonly WireRequest[]
  readonly seconds: number
  readonly connections: number
  readonly cores: string
}

/** What the generator saw. */
export interface Load {
  readonly requests: number
  /** Answers above 399 and broken connections. */
  readonly failures: number
  readonly seconds: number
  readonly p99Ms: number
}

const hasWrk = isInstalled('wrk')
const GRACE_MS = 15_000

/** Sends requests for a while. */
export async function load(options: LoadOptions): Promise<Load> {
  const file = join(tmpdir(), `keelson-bench-${process.pid}-${options.port}.requests`)
  // No request holds a NUL, so it parts them.
  writeFileSync(file, options.requests.map((request) => toBytes(options.port, request)).join('\0'))
  const command = hasWrk ? wrk(options, file) : autocannon(options, file)
  try {
    const printed = await outputOf(['-c', options.cores, ...command], options.seconds * 1000 + GRACE_MS)
    return JSON.parse(printed.slice(printed.lastIndexOf('{'))) as Load
  } finally {
    rmSync(file, { force: true })
  }
}

/** Name and version of the generator. */
export function describeGenerator(): string {
  return hasWrk ? (run('wrk', ['-v']).output.split(' [')[0] ?? 'wrk') : 'autocannon'
}

function wrk({ port, seconds, connections }: LoadOptions, file: string): string[] {
  const script = join(benchDir, 'programs', 'wrk.lua')
  const shape = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', script]
  return ['wrk', ...shape, `http://127.0.0.1:${port}/`, '--', file]
}

function autocannon({ port, seconds, connections }: LoadOptions, file: string): string[] {
  return [process.execPath, program('autocannon'), String(port), String(seconds), String(connections), file]
}

function outputOf(args: readonly string[], limitMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('taskset', args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const timer = setTimeout(() => child.kill('SIGKILL'), limitMs)
    let printed = ''
    let errors = ''
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
    child.once('error', reject)
    child.once('close', (code) => {
      clearTimeout(timer)
      if (code === 0) resolve(printed)
      else reject(new Error(`The load generator failed (${code}): ${printed}${errors}`))
    })
  })
}
