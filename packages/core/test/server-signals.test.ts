import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

class Child {
  readonly process: ChildProcess
  readonly exit: Promise<[code: number | null, signal: string | null]>
  text = ''
  #wake: () => void = () => undefined

  constructor(mode: string) {
    const file = fileURLToPath(new URL('./server-signals-child.ts', import.meta.url))
    this.process = spawn(process.execPath, ['--no-warnings', file, mode], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.process.stdout?.on('data', (data: Buffer) => {
      this.text += data.toString()
      this.#wake()
    })
    this.exit = new Promise((resolve) => this.process.on('close', (code, signal) => resolve([code, signal])))
  }

  async until(line: string): Promise<void> {
    while (!this.text.includes(`${line}\n`)) await new Promise<void>((resolve) => (this.#wake = resolve))
  }
}

describe('signals', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('%s ends the process in order', async (signal) => {
    const child = new Child('clean')
    await child.until('ready')
    child.process.kill(signal)
    expect(await child.exit).toEqual([0, null])
    expect(child.text).toBe(`ready\nstop ${signal}\nstopped\n`)
  })

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('a second one, %s, ends it at once with %d', async (signal, code) => {
    const child = new Child('hang')
    await child.until('ready')
    child.process.kill('SIGTERM')
    await child.until('stop SIGTERM')
    child.process.kill(signal)
    expect(await child.exit).toEqual([code, null])
    expect(child.text).toBe('ready\nstop SIGTERM\n')
  })

  it('end it with 1 when it cannot stop', async () => {
    const child = new Child('fail')
    await child.until('ready')
    child.process.kill('SIGTERM')
    expect(await child.exit).toEqual([1, null])
    expect(child.text).toBe('ready\nstop SIGTERM\nfailed cannot stop\n')
  })

  it('do what they do by default once they are let go', async () => {
    const child = new Child('release')
    await child.until('ready')
    child.process.kill('SIGTERM')
    expect(await child.exit).toEqual([null, 'SIGTERM'])
  })
})
