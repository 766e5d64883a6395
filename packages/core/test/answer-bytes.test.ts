import { reply, route } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open, transports } from './support.ts'

describe.each(transports)('bytes as an answer, %s', (transport) => {
  it.each([0, 1, 256, 8_192, 8_193, 100_000])('arrive as they are: %i of all values', async (length) => {
    const all = Uint8Array.from({ length: length + 3 }, (_, at) => (at * 7) % 256)
    // A part of a larger buffer, which begins in its middle.
    const bytes = all.subarray(3)
    const show = route.get('/', open, () => reply(200, bytes, { 'x-name': 'für ÿ' }))
    await using app = await testApp({ routes: { show }, transport })
    for (let at = 0; at < 2; at++) {
      const answer = await app.request('GET', '/')
      expect(answer.headers.get('content-length')).toBe(String(length))
      expect(answer.headers.get('x-name')).toBe('für ÿ')
      expect(Buffer.from(await answer.arrayBuffer()).equals(Buffer.from(bytes))).toBe(true)
    }
  })
})
