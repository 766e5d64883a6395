import { Frame } from '../frame/index.ts'
import { describe, expect, it } from 'vitest'
import { middleware, reply, ResponseHeaders, type AnyMiddleware, type Outcome } from '../route/index.ts'
import { PipelineOutcome } from './pipeline-outcome.ts'
import type { Around, OperationContext, Step } from './plan.ts'
import { compose } from './steps.ts'
import { assertOutcome } from './wrap.ts'

const outcome = (value: unknown): PipelineOutcome =>
  new PipelineOutcome(200, value, false, new ResponseHeaders())
/** Where nothing of a request is read, a frame and what is told of streams are context enough. */
const context = (): OperationContext =>
  ({ frame: new Frame('test'), '~execution': { keep: () => undefined } }) as unknown as OperationContext

/** Parts that write their names into one list, and a tail that writes `handle`. */
function writing() {
  const seen: string[] = []
  const step = (name: string): Step => {
    return () => void seen.push(name)
  }
  const later = (name: string): Step => {
    return async () => void seen.push(name)
  }
  const wrap = (name: string): AnyMiddleware =>
    middleware({
      name,
      stage: 'handle',
      wrap: async (_, next) => {
        seen.push(`${name} in`)
        const result = await next()
        seen.push(`${name} out`)
        return result
      },
    })
  const handle = (): Outcome => {
    seen.push('handle')
    return outcome('done')
  }
  return { seen, step, later, wrap, handle }
}

const run = (parts: readonly AnyMiddleware[], ctx = context()) => compose(parts, () => outcome('done'))(ctx)
const adding = (result: unknown, adds: readonly string[] = ['a']): AnyMiddleware =>
  middleware({ name: 'm', stage: 'receive', adds, run: () => result } as never)

describe('composed steps', () => {
  it('run in their order, then the handler', () => {
    const { seen, step, handle } = writing()
    void compose([step('a'), step('b'), step('c')], handle)(context())
    expect(seen).toEqual(['a', 'b', 'c', 'handle'])
  })

  it('keep their order when some are asynchronous', async () => {
    const { seen, step, later, handle } = writing()
    await compose([step('a'), later('b'), step('c'), later('d')], handle)(context())
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'handle'])
  })

  it.each([1, 2])('stay synchronous where each of %i is', (count) => {
    const { step, handle } = writing()
    const parts = Array.from({ length: count }, () => step('a'))
    expect(compose(parts, handle)(context())).toBeInstanceOf(PipelineOutcome)
  })

  it.each([1, 2])('give a promise where the last of %i gives one', async (count) => {
    const { step, later, handle } = writing()
    const result = compose([step('a'), later('b')].slice(-count), handle)(context())
    expect(result).toBeInstanceOf(Promise)
    expect((await result).value).toBe('done')
  })

  it.each([
    ['at once', (): Outcome => outcome('early')],
    ['later', async (): Promise<Outcome> => outcome('early')],
  ])('end with the outcome that one gives %s', async (_, early) => {
    const { seen, step, handle } = writing()
    for (const rest of [[], [step('b')]]) {
      expect((await compose([early, ...rest], handle)(context())).value).toBe('early')
    }
    expect(seen).toEqual([])
  })
})

describe('what run gives', () => {
  it('is on the context for the handler, once or later', async () => {
    const both = [
      middleware({ name: 'a', stage: 'receive', adds: ['a'], run: () => ({ a: 1 }) }),
      middleware({ name: 'b', stage: 'receive', adds: ['b'], run: async () => ({ b: 2 }) }),
    ]
    const ctx = {} as OperationContext
    await run(both, ctx)
    expect(ctx).toEqual({ a: 1, b: 2 })
  })

  it('ends the request where it is a reply', () => {
    const ended = run([adding(reply(202, { ok: true }, { etag: '"1"' }))]) as PipelineOutcome
    expect(ended).toMatchObject({ status: 202, '~text': '{"ok":true}' })
    expect(ended.headers.flat).toEqual(['etag', '"1"'])
  })

  it.each([undefined, null])('may be %s', (nothing) => {
    expect((run([adding(nothing)]) as Outcome).value).toBe('done')
  })

  it('may omit one of several names', () => {
    const ctx = {} as OperationContext
    void run([adding({ b: 2 }, ['a', 'b'])], ctx)
    expect(ctx).toEqual({ b: 2 })
  })

  it.each([
    ['a name that adds does not have', { a: 1, c: 3 }, "returned 'c', which its adds does not name."],
    ['a promise as a member', { a: Promise.resolve(1) }, "returned a promise as 'a': await it."],
    ['a reply as a member', { a: reply(204) }, "returned a reply as 'a': return the reply itself."],
    ['an empty object', {}, 'returned an object without a, which its adds names;'],
    ['an array', [1], 'returned an array; run gives'],
    ['a text', 'x', 'returned string; run gives'],
    ['a Response', new Response(), 'returned a Response; run gives'],
    ['an instance', new Date(0), 'returned an instance of Date; run gives'],
  ])('is refused where it is %s', (_, given, message) => {
    expect(() => run([adding(given)])).toThrow(`Middleware m ${message}`)
  })
})

describe('an error that is returned', () => {
  const error = new RangeError('mine')

  it('is thrown, by run and by wrap', async () => {
    expect(() => run([adding(error)])).toThrow(error)
    const wrong = middleware({ name: 'm', stage: 'handle', wrap: async () => error as never })
    await expect(run([wrong])).rejects.toThrow(error)
  })
})

describe('wrap', () => {
  it('goes around everything after it, and not around what is before', async () => {
    const { seen, step, wrap, handle } = writing()
    await compose([step('a'), wrap('x'), step('b'), wrap('y'), step('c')], handle)(context())
    expect(seen).toEqual(['a', 'x in', 'b', 'y in', 'c', 'handle', 'y out', 'x out'])
  })

  it('may answer instead of the rest', async () => {
    const { seen, wrap, handle } = writing()
    const instead = middleware({ name: 'm', stage: 'handle', wrap: async () => reply(404) as never })
    const ended = await compose([instead, wrap('x')], handle)(context())
    expect(ended.status).toBe(404)
    expect(seen).toEqual([])
  })

  it('runs the rest once, and hears that a second call of next is refused', async () => {
    const { seen, handle } = writing()
    const twice = middleware({
      name: 'm',
      stage: 'handle',
      wrap: async (_, next) => {
        await next()
        return next()
      },
    })
    await expect(compose([twice], handle)(context())).rejects.toThrow(
      'Middleware m called next() twice; to run the rest once more, call next.again().',
    )
    expect(seen).toEqual(['handle'])
  })

  it('gets a rejection for what the rest throws at once', async () => {
    const rescue = middleware({
      name: 'm',
      stage: 'handle',
      wrap: (_, next) => next().catch((error: Error) => outcome(error.message)),
    })
    const failing = (): never => {
      throw new Error('failed')
    }
    expect((await compose([rescue], failing)(context())).value).toBe('failed')
  })

  it('makes JSON of a value that it put in place of another', async () => {
    const replacing = middleware({
      name: 'm',
      stage: 'handle',
      wrap: async (_, next) => {
        const result = await next()
        result.value = { replaced: true }
        return result
      },
    })
    expect(await run([replacing])).toMatchObject({ '~text': '{"replaced":true}' })
  })

  it.each([undefined, { status: 200 }, 'x'])('is refused with %j, which is not an outcome', async (given) => {
    const wrong = middleware({ name: 'm', stage: 'handle', wrap: async () => given as never })
    await expect(run([wrong])).rejects.toThrow('Middleware m did not return an outcome')
    expect(() => assertOutcome(given, 'm')).toThrow(TypeError)
  })
})

describe('a step that runs the rest itself', () => {
  it('is told whether a wrap stands around it', () => {
    const told: boolean[] = []
    const part: Around = {
      around: (inner, isWrapped) => {
        told.push(isWrapped)
        return inner
      },
    }
    const { wrap, step, handle } = writing()
    for (const parts of [[part], [step('a'), part], [wrap('x'), part], [part, wrap('x')]])
      compose(parts, handle)
    expect(told).toEqual([false, false, true, false])
  })
})
