import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem } from 'node:os'
import { isInstalled, run } from './run-command.ts'

/** One core for the server, the others for load, database and harness. */
export interface Cores {
  readonly server: string
  readonly others: string
  /** Two cores for W7's two workers. */
  readonly workers: string
  /** What is left beside two workers; undefined when nothing is, and load and workers share. */
  readonly besideWorkers: string | undefined
}

/** @throws {Error} on machines where nothing can be pinned */
export function chooseCores(): Cores {
  const count = availableParallelism()
  if (count < 2) throw new Error('The benchmark needs two cores: one for the server, one for the load.')
  if (!isInstalled('taskset')) throw new Error('The benchmark needs taskset (util-linux) to pin processes.')
  return {
    server: '0',
    others: range(1, count - 1),
    workers: '0,1',
    besideWorkers: count > 2 ? range(2, count - 1) : undefined,
  }
}

function range(first: number, last: number): string {
  return first === last ? String(first) : `${first}-${last}`
}

/** Pins a running process; false where that is not allowed. */
export function pin(pid: number, cores: string): boolean {
  return run('taskset', ['-acp', cores, String(pid)]).isOk
}

/** The machine in a line. */
export function describeMachine(): string {
  const model = cpus()[0]?.model ?? 'unknown processor'
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${model.trim()}, ${cpus().length} cores, ${memory} GB, Linux ${release()}`
}

/** Length of a tick of /proc, ms. */
const TICK_MS = 1000 / Number(run('getconf', ['CLK_TCK']).output)

/** CPU time of a process and its children so far, user and system, ms. */
export function cpuMs(pid: number): number {
  return family(pid).reduce((sum, member) => sum + ownCpuMs(member), 0)
}

function ownCpuMs(pid: number): number {
  // The name in parentheses may hold spaces; user and system time are fields 14 and 15.
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}

/** Resident memory of a process and its children, MB. */
export function residentMb(pid: number): number {
  const kilobytes = family(pid).map((member) => {
    const status = readFileSync(`/proc/${member}/status`, 'utf8')
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0)
  })
  return kilobytes.reduce((sum, value) => sum + value, 0) / 1024
}

function family(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return [pid, ...(children === '' ? [] : children.split(' ').flatMap((child) => family(Number(child))))]
}

/** Time that a core was busy so far, whoever used it, ms. */
export function busyMs(core: string): number {
  const line =
    readFileSync('/proc/stat', 'utf8')
      .split('\n')
      .find((text) => text.startsWith(`cpu${core} `)) ?? ''
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line
    .split(' ')
    .slice(1)
    .map(Number)
  return (user + nice + system + irq + softirq + steal) * TICK_MS
}
