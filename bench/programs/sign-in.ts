// What sign-ins cost those who have nothing to do with them: `node dist/programs/sign-in.js [seconds]` reads a small file again and again, alone and
// while four callers sign in without a pause, in turn, and prints how long a read takes. Hashes run on the threads on which files are read, too.
import { readFile, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Passwords } from '@keelson/auth/passwords'

const CALLERS = 4
const WINDOW_MS = 1000
const PAUSE_MS = 5
/** What sign-ins may add to a read, at the 99th percentile. */
const LIMIT_MS = 30
const PASSWORD = 'correct horse battery staple'

const rounds = Number(process.argv[2] ?? 10)
const file = join(tmpdir(), `keelson-sign-in-${process.pid}`)
const passwords = new Passwords()
const stored = await passwords.hash(PASSWORD)
const alone: number[] = []
const beside: number[] = []
let signedIn = 0
await writeFile(file, 'x'.repeat(1024))
try {
  for (let round = -1; round < rounds; round++) {
    const isWarmUp = round < 0
    await readFor(WINDOW_MS, isWarmUp ? [] : alone)
    const [count] = await Promise.all([signInFor(WINDOW_MS), readFor(WINDOW_MS, isWarmUp ? [] : beside)])
    if (!isWarmUp) signedIn += count
  }
} finally {
  await rm(file)
}

const added = percentile(beside, 99) - percentile(alone, 99)
console.log(`${(signedIn / rounds).toFixed(0)} sign-ins a second, ${availableParallelism()} cores`)
for (const [name, times] of Object.entries({ alone, 'beside sign-ins': beside }))
  console.log(
    `${name}: a read takes ${[50, 99, 100].map((part) => `p${part} ${percentile(times, part).toFixed(2)}`).join(', ')} ms`,
  )
console.log(`added at p99: ${added.toFixed(2)} ms, at most ${LIMIT_MS}`)
process.exitCode = added > LIMIT_MS ? 1 : 0

async function readFor(ms: number, times: number[]): Promise<void> {
  const until = performance.now() + ms
  while (performance.now() < until) {
    const begin = performance.now()
    await readFile(file)
    times.push(performance.now() - begin)
    await pause(PAUSE_MS)
  }
}

/** @returns how many */
async function signInFor(ms: number): Promise<number> {
  const until = performance.now() + ms
  let count = 0
  const caller = async (): Promise<void> => {
    while (performance.now() < until) {
      if ((await passwords.verify(PASSWORD, stored)) === undefined)
        throw new Error('A right password was refused.')
      count++
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, caller))
  return count
}

function percentile(times: readonly number[], part: number): number {
  const sorted = times.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * part) / 100))] ?? Number.NaN
}
