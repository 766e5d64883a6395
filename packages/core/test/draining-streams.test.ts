import { setTimeout as sleep } from 'node:timers/promises'
import { content, route } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open, transports } from './support.ts'

const LONG_MS = 60_000

/** Ticks until it is told to end. */
async function* ticks(end: AbortSignal) {
  yield 'data: tick\n\n'
  await sleep(LONG_MS, undefined, { signal: end }).catch(() => undefined)
  yield 'data: bye\n\n'
}

const options = { ...open, response: content('text/event-stream'), deadlineMs: 0 }
const routes = {
  told: route.get('/told', options, ({ draining }) => ticks(draining)),
  deaf: route.get('/deaf', options, ({ signal }) => ticks(signal)),
}

describe.each(transports)('a stream without end, %s', (transport) => {
  it('is told when the app drains, and ends of its own accord', async () => {
    await using test = await testApp({ routes, transport, phases: { stopMs: LONG_MS } })
    const answers = await Promise.all(['/told', '/told'].map((path) => test.request('GET', path)))
    const texts = answers.map((answer) => answer.text())
    const report = await test.app.stop()
    expect(report).toMatchObject({ isClean: true, heldUp: [] })
    expect(await Promise.all(texts)).toEqual(Array(2).fill('data: tick\n\ndata: bye\n\n'))
  })

  it('is cut after the budget when it does not listen', async () => {
    await using test = await testApp({ routes, transport, phases: { stopMs: 100 } })
    const answer = await test.request('GET', '/deaf')
    const text = answer.text().catch(() => 'broken')
    expect(await test.app.stop()).toMatchObject({ isClean: false, heldUp: [{ what: 'deaf' }] })
    test.takeErrors()
    await text
  })
})

describe('the signal of a drain', () => {
  it('is one for all requests, and bears any number of listeners in silence', async () => {
    const warnings: Error[] = []
    const onWarning = (warning: Error): unknown => warnings.push(warning)
    process.on('warning', onWarning)
    const signals = new Set<AbortSignal>()
    const listen = route.get('/', open, ({ draining }) => {
      signals.add(draining)
      draining.addEventListener('abort', () => undefined)
    })
    await using test = await testApp({ routes: { listen } })
    for (let n = 0; n < 30; n += 1) await test.request('GET', '/')
    await sleep(1)
    process.off('warning', onWarning)
    expect(warnings).toEqual([])
    expect([...signals].map(({ aborted }) => aborted)).toEqual([false])
    await test.app.stop()
    expect([...signals].map(({ aborted }) => aborted)).toEqual([true])
  })
})
