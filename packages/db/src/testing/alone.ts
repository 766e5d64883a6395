// One at a time among the processes of this machine, by a file in the folder for temporary files.
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const PAUSE_MS = 50
/** After that the process that has it is taken for hung. */
const LONGEST_MS = 60_000

/**
 * Does work while nobody else does what has this name. Where the holder was killed, two may do it in rare cases: it is for work that may be done twice.
 *
 * @param name - letters, digits and _
 */
export async function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  const path = join(tmpdir(), `${name}.lock`)
  while (!(await take(path))) {
    if (await isLeft(path)) await rm(path, { force: true })
    else await wait(PAUSE_MS)
  }
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

async function isLeft(path: string): Promise<boolean> {
  try {
    const [{ mtimeMs }, pid] = await Promise.all([stat(path), readFile(path, 'utf8')])
    return Date.now() - mtimeMs > LONGEST_MS || (pid !== '' && !isAlive(Number(pid)))
  } catch (error) {
    // It is gone already.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
