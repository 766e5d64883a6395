import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS, limitProblems, resolveLimits } from './limits.ts'

const PLACE = { name: 'createApp', path: 'server.limits' }

describe('server limits', () => {
  it('are all on when nothing is said', () => {
    expect(resolveLimits()).toEqual(DEFAULT_LIMITS)
    expect(resolveLimits({ maxHeaderBytes: undefined })).toEqual(DEFAULT_LIMITS)
  })

  it('keep what is given and fill in the rest', () => {
    const limits = resolveLimits({ maxTargetBytes: 1024, requestTimeoutMs: 0 })
    expect(limits).toEqual({ ...DEFAULT_LIMITS, maxTargetBytes: 1024, requestTimeoutMs: 0 })
    expect(Object.isFrozen(limits)).toBe(true)
  })

  it('report every value that cannot be, with place and remedy', () => {
    const problems = limitProblems(
      {
        headersTimeoutMs: 0,
        maxHeaderBytes: 1.5,
        maxTargetBytes: Number.NaN,
        bodyGraceMs: -1,
        keepAliveTimeoutMs: 2 ** 31,
        maxConnections: '7' as unknown as number,
        ...({ maxHeaders: 3 } as object),
      },
      PLACE,
    )
    expect(problems.map((p) => p.message)).toEqual([
      'Option server.limits.headersTimeoutMs must be an integer from 1 to 2147483647, not 0.',
      'Option server.limits.maxHeaderBytes must be an integer, 512 or more, not 1.5.',
      'Option server.limits.maxTargetBytes must be an integer, 64 or more, not NaN.',
      'Option server.limits.bodyGraceMs must be an integer from 0 to 2147483647, not -1.',
      'Option server.limits.keepAliveTimeoutMs must be an integer from 1 to 2147483647, not 2147483648.',
      'Option server.limits.maxConnections must be an integer, 0 or more, not "7".',
      "There is no option 'server.limits.maxHeaders'.",
    ])
    expect(new Set(problems.map((p) => p.place))).toEqual(new Set(['createApp']))
    expect(new Set(problems.map((p) => p.code))).toEqual(new Set(['ERR_CORE_SERVER_LIMIT']))
    expect(problems[0]?.remedy).toBe('Give an integer from 1 to 2147483647.')
  })

  it('let a default give way to what is given', () => {
    expect(resolveLimits({ maxHeaderBytes: 4096 }).maxTargetBytes).toBe(4096)
    expect(resolveLimits({ requestTimeoutMs: 1000 }).headersTimeoutMs).toBe(1000)
    expect(resolveLimits({ headersTimeoutMs: 400_000 }).requestTimeoutMs).toBe(400_000)
    expect(resolveLimits({ requestTimeoutMs: 0, headersTimeoutMs: 9 }).requestTimeoutMs).toBe(0)
  })

  it('refuse a request time-out shorter than that of the head, and a target longer than the head', () => {
    const limits = { requestTimeoutMs: 10, headersTimeoutMs: 20, maxHeaderBytes: 1024, maxTargetBytes: 2048 }
    expect(limitProblems(limits, PLACE).map((p) => p.message)).toEqual([
      'Option server.limits.requestTimeoutMs is 10 ms for a whole request, but headersTimeoutMs is 20 ms for its head alone.',
      'Option server.limits.maxTargetBytes is 2048 bytes, but the target is part of a head of at most 1024.',
    ])
  })
})
