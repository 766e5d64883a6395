import { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { NodeExchange } from './node-exchange.ts'
import { IncomingMessage, ServerResponse } from './node-http.ts'
import { NodeRequest, NodeResponse } from './node-messages.ts'
import { headLines } from './response-head.ts'

type Head = (status: number, flat: string[], keepsAlive?: boolean) => string

/** A head whose own `Date` says no time: two heads may be written in two seconds. */
const anytime = (head: string): string => head.replace(/^Date: .* GMT\r$/m, 'Date: now\r')

/** The head as node writes it. */
const byNode: Head = (status, flat, keepsAlive = true) => {
  const response = new ServerResponse(new IncomingMessage(new Socket()))
  response.shouldKeepAlive = keepsAlive
  response.writeHead(status, flat)
  return anytime((response as unknown as { _header: string })._header)
}

/** The head as we write it. */
const byUs: Head = (status, flat, keepsAlive = true) => {
  const response = new NodeResponse(new NodeRequest(new Socket()))
  response.shouldKeepAlive = keepsAlive
  response.exchange = { wholeHead: flat, wholeLength: 2 } as unknown as NodeExchange
  response.writeHead(status, flat)
  return anytime((response as unknown as { _header: string })._header)
}

/** Looks like a list to us, and to node like an object whose names are numbers. */
function onlyForUs(flat: readonly string[]): string[] {
  return Object.assign({ length: flat.length }, flat) as unknown as string[]
}

const LENGTH = ['content-length', '2']
const KEPT = { length: 2, keepsAlive: true }

describe('the head of an answer whose length is known', () => {
  it.each<[string, number, string[]]>([
    ['the length alone', 200, []],
    ['a media type', 200, ['content-type', 'application/json']],
    ['another value of a name that is known', 200, ['content-type', 'text/plain; charset=utf-8']],
    ['a name twice', 201, ['set-cookie', 'a=1', 'set-cookie', 'b=2']],
    ['a date of its own', 404, ['date', 'Tue, 15 Nov 1994 08:12:31 GMT']],
    ['latin1 and tabs', 200, ['x-name', 'J\xFCrgen\ta']],
    ['an empty value', 200, ['x-empty', '']],
    ['a name in upper case', 200, ['X-Upper', 'a']],
  ])('is what node would write: %s', (_, status, more) => {
    const flat = [...more, ...LENGTH]
    expect(byUs(status, onlyForUs(more))).toBe(byNode(status, flat))
    expect(byUs(status, onlyForUs(more), false)).toBe(byNode(status, flat, false))
    // By now its names are known.
    expect(byUs(status, onlyForUs(more))).toBe(byNode(status, flat))
  })

  it.each([
    ['a line break in a value', ['x-a', 'b\r\nset-cookie: c=1']],
    ['a line break in the value of a name that is known', ['content-type', 'text/html\n']],
    ['a name that is none', ['x a', 'b']],
    ['an empty name', ['', 'b']],
    ['a character beyond latin1', ['x-a', '\u20AC']],
    ['a value that is no text', ['x-a', undefined as unknown as string]],
  ])('is refused as node refuses it: %s', (_, more) => {
    expect(headLines({ ...KEPT, flat: more })).toBeUndefined()
    expect(() => byUs(200, more)).toThrow(thrownBy(() => byNode(200, [...more, ...LENGTH])))
  })

  it('is refused as node refuses it: a value that is no text, of a name that is known', () => {
    expect(headLines({ ...KEPT, flat: ['x-known', 'b'] })).toContain('x-known: b\r\n')
    const more = ['x-known', undefined as unknown as string]
    expect(headLines({ ...KEPT, flat: more })).toBeUndefined()
    expect(() => byUs(200, more)).toThrow(thrownBy(() => byNode(200, [...more, ...LENGTH])))
  })

  it('is left to node when it ends the connection', () => {
    const close = ['connection', 'close']
    expect(headLines({ ...KEPT, flat: close })).toBeUndefined()
    expect(byUs(200, close)).toBe(byNode(200, [...close, ...LENGTH]))
  })

  it('keeps names that never come again within a bound', () => {
    for (let i = 0; i < 2000; i++) {
      expect(headLines({ ...KEPT, flat: [`x-${i}`, 'a'] })).toContain(`x-${i}: a\r\n`)
    }
  })
})

function thrownBy(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('It did not throw.')
}
