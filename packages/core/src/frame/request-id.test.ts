import { describe, expect, it } from 'vitest'
import { createRequestIdPolicy, isWellFormedRequestId, newRequestId } from './request-id.ts'

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const timeOf = (id: string): number => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)

// The generator belongs to the process and never goes back in time, so each test moves it on.
let clock = Date.now() + 60_000
const nextTime = (): number => (clock += 60_000)

describe('a new request id', () => {
  it('is a UUIDv7 of the current time', () => {
    const before = Date.now()
    const id = newRequestId()
    expect(id).toMatch(UUID_V7)
    expect(timeOf(id)).toBeGreaterThanOrEqual(before)
    expect(timeOf(id)).toBeLessThanOrEqual(Date.now())
  })

  it('holds the time in its first 48 bits, small and large', () => {
    const now = nextTime()
    expect(timeOf(newRequestId(now))).toBe(now)
    expect(newRequestId(0xffff_ffff_ffff)).toMatch(/^ffffffff-ffff-7/)
    expect(newRequestId(1)).toMatch(/^00000000-0001-7/)
  })

  it('is unique and greater than the one before, within a millisecond and over many', () => {
    const start = nextTime()
    const ids = Array.from({ length: 100_000 }, (_, at) => newRequestId(start + (at >> 14)))
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual([...ids].sort())
    expect(ids.every((id) => UUID_V7.test(id))).toBe(true)
  })

  it('keeps increasing while the clock is set back a little, and follows it when set back far', () => {
    const now = nextTime()
    const first = newRequestId(now)
    const second = newRequestId(now - 5000)
    expect(second > first).toBe(true)
    expect(timeOf(second)).toBe(now)
    expect(timeOf(newRequestId(now - 3_600_000))).toBe(now - 3_600_000)
    clock = now
  })

  it('starts each millisecond at another count', () => {
    const now = nextTime()
    const counts = Array.from({ length: 50 }, (_, at) => newRequestId(now + at).slice(14, 23))
    expect(new Set(counts).size).toBeGreaterThan(45)
  })

  it('has 48 random bits of its own', () => {
    const now = nextTime()
    const ends = Array.from({ length: 2000 }, () => newRequestId(now).slice(24))
    expect(new Set(ends).size).toBe(2000)
    // Each hex digit of each place occurs: 2000 draws of 16 leave one out with probability 1e-56.
    for (let place = 0; place < 12; place++) expect(new Set(ends.map((end) => end[place])).size).toBe(16)
  })
})

describe('a well formed request id', () => {
  it.each(['a', '0190163d-8694-739b-aea5-966c26f8ad91', 'A.b_c~d-9', 'x'.repeat(128)])('may be %s', (id) => {
    expect(isWellFormedRequestId(id)).toBe(true)
  })

  it.each([
    ['empty', ''],
    ['too long', 'x'.repeat(129)],
    ['with a space', 'a b'],
    ['with a line break', 'a\nb'],
    ['ending in a line break', 'a\n'],
    ['with a quote', 'a"b'],
    ['with markup', '<b>'],
    ['with a slash', '../a'],
    ['with a comma, as two headers would give', 'a, b'],
    ['not ASCII', 'é'],
    ['not a string', 5],
    ['missing', undefined],
  ])('is not %s', (_, id) => {
    expect(isWellFormedRequestId(id)).toBe(false)
  })
})

describe('the request id policy', () => {
  const generate = (): string => 'made'

  it('takes no inbound id by default', () => {
    expect(createRequestIdPolicy({ generate })('abc', '127.0.0.1')).toBe('made')
    expect(createRequestIdPolicy()('abc', '127.0.0.1')).toMatch(UUID_V7)
  })

  it('takes a well formed id from everybody when told so', () => {
    const policy = createRequestIdPolicy({ trust: true, generate })
    expect(policy('abc', undefined)).toBe('abc')
    expect(policy('a b', undefined)).toBe('made')
    expect(policy(undefined, undefined)).toBe('made')
  })

  it('asks about the peer only for a well formed id', () => {
    const asked: unknown[] = []
    const trust = (address: string | undefined): boolean => asked.push(address) > 0 && address === '10.0.0.1'
    const policy = createRequestIdPolicy({ trust, generate })
    expect(policy('abc', '10.0.0.1')).toBe('abc')
    expect(policy('abc', '10.0.0.2')).toBe('made')
    expect(policy('a b', '10.0.0.1')).toBe('made')
    expect(asked).toEqual(['10.0.0.1', '10.0.0.2'])
  })
})

describe('a generator of the application', () => {
  it.each(['a\nb', 'a\r\n', '', '\0', 'ā', 5 as never, undefined as never])('cannot give %j', (id) => {
    const policy = createRequestIdPolicy({ generate: () => id })
    expect(() => policy(undefined, undefined)).toThrow(
      /^requestId\.generate returned .*which is not a valid header value/,
    )
  })

  it('may give whatever a header can hold', () => {
    expect(createRequestIdPolicy({ generate: () => 'req/1 é\t' })(undefined, undefined)).toBe('req/1 é\t')
  })
})
