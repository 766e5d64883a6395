import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { bind, bindRequest, type Container, createContainer, lazy, token } from './index.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const SCOPES = 100_000
const ALLOWED_BYTES_PER_SCOPE = 20

const USER = token<{ readonly id: number }>('user')
let closed = 0

class Audit {
  static inject = [USER] as const
  static scope = 'request'
  readonly user: { readonly id: number }
  constructor(user: { readonly id: number }) {
    this.user = user
  }
  dispose(): void {
    closed++
  }
}
class Line {
  static inject = [Audit, lazy(() => Audit)] as const
  static scope = 'transient'
  readonly audit: Audit
  constructor(audit: Audit, _later: () => Audit) {
    this.audit = audit
  }
  [Symbol.asyncDispose](): Promise<void> {
    closed++
    return Promise.resolve()
  }
}

/** Bytes that stay on the heap for each of many scopes. */
async function retainedPerScope(
  afterEach: (scope: ReturnType<Container['createScope']>) => unknown,
): Promise<number> {
  const container = createContainer([bindRequest(USER)])
  const serve = async (count: number): Promise<void> => {
    for (let id = 0; id < count; id++) {
      const scope = container.createScope()
      scope.provide(USER, { id })
      scope.resolve(Line)
      await scope.dispose()
      afterEach(scope)
    }
  }
  await serve(1000)
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  await serve(SCOPES)
  collectGarbage()
  const after = process.memoryUsage().heapUsed
  await container.dispose()
  return (after - before) / SCOPES
}

/** Bytes that stay on the heap for each of many calls. */
function retainedPerCall(call: () => unknown): number {
  for (let index = 0; index < 1000; index++) call()
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  for (let index = 0; index < SCOPES; index++) call()
  collectGarbage()
  return (process.memoryUsage().heapUsed - before) / SCOPES
}

describe('memory', () => {
  it(`keeps nothing of ${SCOPES} closed scopes with request-scoped and transient disposables`, async () => {
    closed = 0
    expect(await retainedPerScope(() => undefined)).toBeLessThan(ALLOWED_BYTES_PER_SCOPE)
    expect(closed).toBe(2 * (SCOPES + 1000))
  })

  it('would be seen to leak if only the scope objects were kept', async () => {
    const kept: ReturnType<Container['createScope']>[] = []
    expect(await retainedPerScope((scope) => kept.push(scope))).toBeGreaterThan(ALLOWED_BYTES_PER_SCOPE)
  })

  it('keeps nothing of transients resolved from the app', () => {
    class Plain {
      static scope = 'transient'
      readonly weight = Array.from({ length: 8 })
    }
    const container = createContainer([])
    expect(retainedPerCall(() => container.resolve(Plain))).toBeLessThan(ALLOWED_BYTES_PER_SCOPE)
  })

  it('keeps nothing of a singleton that fails to construct again and again', () => {
    const error = new Error('no disk')
    const DISK = token<string>('disk')
    const make = (): never => {
      throw error
    }
    const container = createContainer([bind(DISK, { make })])
    const attempt = (): void => {
      try {
        container.resolve(DISK)
      } catch (thrown) {
        if (thrown !== error) throw thrown
      }
    }
    expect(retainedPerCall(attempt)).toBeLessThan(ALLOWED_BYTES_PER_SCOPE)
  })
})
