import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const LIMIT_MS = 20_000
/** Asks the process to end, and never settles. */
const HEEDING = `({ signal }: { readonly signal: AbortSignal }) =>
  new Promise<void>((end) => {
    setInterval(() => {}, 1000)
    signal.addEventListener('abort', () => setTimeout(() => (console.log('slow has ended'), end()), 20))
    process.kill(process.pid, 'SIGTERM')
  })`
const SIGNALLED = `new Promise<void>(() => { setInterval(() => {}, 1000); process.kill(process.pid, 'SIGTERM') })`

describe('a process that cannot start', () => {
  it('prints the problem and the line of the program, no frames of the framework, and exits with 1', async () => {
    const program = `const PORT: number = 'x' as never\nawait createApp({ routes: {}, log: false }).listen({ port: PORT })`
    const { code, stderr } = await run(program)
    expect(stderr).toContain('The application cannot start:\n  - port x: It is not a port.')
    expect(stderr.match(/^ +at .*/gm)).toEqual([expect.stringContaining('main.ts:3')])
    expect(code).toBe(1)
  })

  it('names a port that is in use once, and logs no error beside it', async () => {
    const other = createServer().listen(0)
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const { code, stderr, stdout } = await run(`await createApp({ routes: {} }).listen({ port: ${port} })`)
    other.close()
    expect(stderr).toContain(`- port ${port}: It is in use. Stop the process that uses it`)
    expect(stderr).not.toContain('EADDRINUSE')
    expect(stdout).not.toContain('"level":50')
    expect(code).toBe(1)
  })

  it('prints the cause where the problem says to look at it', async () => {
    const { code, stderr } = await run(`
      const plugins = [plugin({ name: 'broker', start: () => { throw new Error('no route to host') } })]
      await createApp({ routes: {}, plugins }).listen({ port: 0 })`)
    expect(stderr).toContain('- plugin broker: It did not start: no route to host. See the cause.')
    expect(stderr).toContain('[cause]: Error: no route to host')
    expect(code).toBe(1)
  })
})

describe('a signal during the start', () => {
  it('calls the start off, waits for its end, stops what was started, and ends with 0 and without a complaint', async () => {
    const { code, stderr, stdout } = await run(`
      const slow = plugin({ name: 'slow', start: ${HEEDING} })
      const first = plugin({ name: 'first', start: () => {}, stop: () => console.log('first was stopped') })
      await createApp({ routes: {}, plugins: [first, slow] }).listen({ port: 0 })
      console.log('never said')`)
    expect(stdout).toContain('slow has ended\nfirst was stopped\n')
    expect(stdout).not.toContain('never said')
    expect(stderr).toBe('')
    expect(code).toBe(0)
  })

  it('fails the start when a start does not heed it', async () => {
    const { code, stdout } = await run(`
      const slow = plugin({ name: 'slow', start: () => ${SIGNALLED} })
      const first = plugin({ name: 'first', start: () => {}, stop: () => console.log('first was stopped') })
      await createApp({ routes: {}, plugins: [first, slow], phases: { stopMs: 50 } }).listen({ port: 0 })`)
    expect(stdout).toContain('first was stopped')
    expect(stdout).toContain('Its start has not ended.')
    expect(code).toBe(1)
  })

  it('fails the start when a plugin does not end within the budget', async () => {
    const { code } = await run(`
      const slow = plugin({
        name: 'slow',
        start: () => ${SIGNALLED},
        stop: () => new Promise<void>(() => {}),
      })
      await createApp({ routes: {}, plugins: [slow], phases: { stopMs: 50 } }).listen({ port: 0 })`)
    expect(code).toBe(1)
  })
})

/** Runs a program by Node's type stripping, in a folder below this package, where it resolves the package by name. */
async function run(program: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const folder = mkdtempSync(join(import.meta.dirname, '.process-'))
  try {
    const file = join(folder, 'main.ts')
    writeFileSync(file, `import { createApp, plugin } from '@keelson/core'\n${program}\n`)
    const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'], timeout: LIMIT_MS })
    const output = { stdout: '', stderr: '' }
    child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
    const [code] = (await once(child, 'close')) as [number | null]
    return { code, ...output }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
