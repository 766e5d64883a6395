import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { bind, token, route } from '@keelson/core'
import { testApp } from '@keelson/core/testing'
import { describe, expect, it } from 'vitest'
import { open } from './support.ts'

const run = promisify(execFile)

describe('app.fetch', () => {
  it('keeps the process alive for the deadline of a handler that hangs', async () => {
    const index = new URL('../src/index.ts', import.meta.url).href
    const script = `
      import { createApp, route } from '${index}'
      const hang = route.get('/', { access: 'public', deadlineMs: 50 }, () => new Promise(() => undefined))
      const app = createApp({ log: false, routes: { hang } })
      console.log((await app.fetch(new Request('http://localhost/'))).status)`
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script])
    expect(stdout.trim()).toBe('504')
  }, 30_000)
})

describe('the end of an app', () => {
  it('closes services before it stops the plugins whose resources they use', async () => {
    const said: string[] = []
    class Outbox {
      async [Symbol.asyncDispose](): Promise<void> {
        said.push('service')
      }
    }
    const OUTBOX = token<Outbox>('outbox')
    const database = { name: 'database', stop: () => void said.push('plugin') }
    const app = await testApp({
      routes: {
        a: route.inject({ outbox: OUTBOX }).get('/', open, ({ outbox }) => outbox instanceof Outbox),
      },
      providers: [bind(OUTBOX, { make: () => new Outbox() })],
      plugins: [database],
    })
    await app.request('GET', '/')
    await app.close()
    expect(said).toEqual(['service', 'plugin'])
  })
})
