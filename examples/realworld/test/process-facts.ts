// What a process under test tells of itself.
import { readFileSync } from 'node:fs'

/** The codes of the errors that were answered with 500, by the lines of the log that are whole. */
export function codesOf500(output: string): unknown[] {
  const lines = output.split('\n').filter((line) => /^\{.*\}$/.test(line))
  const entries = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
  return entries.filter(({ status }) => status === 500).map(({ errorCode }) => errorCode)
}

/** Kilobytes that the process has in memory; 0 where the system does not say. */
export function residentKb(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}
