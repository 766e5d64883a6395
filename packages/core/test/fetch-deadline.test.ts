import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)
const index = new URL('../src/index.ts', import.meta.url).href

/** What a process says that does nothing but ask an app with `app.fetch`. */
async function said(handler: string, ask: string, deadlineMs = 50): Promise<string> {
  const script = `
    import { createApp, reply, route } from '${index}'
    const hang = route.get('/', { access: 'public', deadlineMs: ${deadlineMs} }, ${handler})
    const slow = route.get('/slow', { access: 'public', deadlineMs: 60_000 }, ${handler})
    const app = createApp({ log: false, routes: { hang, slow } })
    const response = await app.fetch(new Request('http://localhost/'))
    ${ask}`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script])
  return stdout.trim()
}

const STREAM = `async function* () { yield 'first'; await new Promise(() => undefined) }`

describe('app.fetch keeps the process alive', () => {
  it('for the deadline of a handler that hangs', async () => {
    expect(await said('() => new Promise(() => undefined)', 'console.log(response.status)')).toBe('504')
  })

  it('for the deadline of a body that hangs and is read', async () => {
    const ask = 'console.log(response.status, await response.text().catch((error) => error.code))'
    expect(await said(STREAM, ask)).toBe('200 ERR_CORE_GATEWAY_TIMEOUT')
  })

  it('and not for a body that nobody reads, or reads any more', async () => {
    const ask = `
      const reader = response.body.getReader()
      await reader.read()
      process.on('exit', () => console.log('over', Math.round(performance.now() - at) < 40_000))
      const at = performance.now()`
    expect(await said(STREAM, ask.replace('await reader.read()', ''), 60_000)).toBe('over true')
    expect(await said(STREAM, ask, 60_000)).toBe('over true')
  })

  it('and not for a body that was cut off, where another one that nobody reads still has time', async () => {
    const ask = `
      await app.fetch(new Request('http://localhost/slow'))
      process.on('exit', () => console.log(performance.now() - at < 40_000))
      const at = performance.now()
      await response.text().catch((error) => console.log(error.code))`
    expect(await said(STREAM, ask)).toBe('ERR_CORE_GATEWAY_TIMEOUT\ntrue')
  })
})
