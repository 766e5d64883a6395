import { describe, expect, it } from 'vitest'
import { createSeededRandom } from './index.ts'

describe('createSeededRandom', () => {
  it('gives the same values for the same seed, on every machine', () => {
    const random = createSeededRandom('keelson')
    expect([Buffer.from(random.bytes(4)).toString('hex'), random.int(1000), random.uuid()])
      .toMatchInlineSnapshot(`
      [
        "df67be12",
        62,
        "5da6e8c7-2705-4e94-9946-d0e848092081",
      ]
    `)
  })

  it('gives other values for other seeds', () => {
    const first = [1, 2, '3', 'a', 'b', ''].map((seed) => createSeededRandom(seed).uuid())
    expect(new Set(first).size).toBe(first.length)
  })

  it('continues one stream, however it is cut', () => {
    const [whole, cut] = [createSeededRandom(1), createSeededRandom(1)]
    expect(Buffer.concat([cut.bytes(5), cut.bytes(60), cut.bytes(35)])).toEqual(Buffer.from(whole.bytes(100)))
  })

  it.each([Number.NaN, Infinity, undefined as never, {} as never])('refuses the seed %s', (seed) => {
    expect(() => createSeededRandom(seed)).toThrow(/seed/)
  })
})
