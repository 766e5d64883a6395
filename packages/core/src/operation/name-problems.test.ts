import { describe, expect, it } from 'vitest'
import { token } from '../di/index.ts'
import {
  flattenRoutes,
  middleware,
  needs,
  route,
  type AnyMiddleware,
  type PipelineStage,
} from '../route/index.ts'
import { checkNames } from './name-problems.ts'

const adding = (name: string, added: string, stage: PipelineStage = 'authenticate'): AnyMiddleware =>
  middleware({ name, stage, adds: [added], run: () => ({ [added]: 1 }) } as never)
const needing = (name: string, needed: string, stage: PipelineStage = 'authenticate'): AnyMiddleware =>
  middleware({ name, stage, needs: needs<never>(needed as never), run: () => undefined })

/** Problems of a route with this chain. */
function problems(chain: readonly AnyMiddleware[], injects: Readonly<Record<string, never>> = {}) {
  const show = route.inject(injects).get('/', { access: 'public' }, () => 'x')
  const [flat] = flattenRoutes({ show }).routes
  return checkNames(flat!, chain).map(({ code, message, remedy }) => `${code}: ${message} ${remedy}`)
}

describe('names on the context', () => {
  it('have one giver each', () => {
    expect(problems([adding('a', 'user'), adding('b', 'user')])).toEqual([
      "ERR_CORE_CONTEXT_NAME: Both middleware 'a' and middleware 'b' add 'user'. Give one of them another name, or remove it.",
    ])
    expect(problems([adding('a', 'user'), adding('b', 'tenant')])).toEqual([])
    expect(problems([adding('a', 'user'), adding('a', 'user')])).toEqual([
      "ERR_CORE_CONTEXT_NAME: There are two of middleware 'a', and each adds 'user'. Give one of them another name, by its option as where it has one, as: 'other'; or remove it.",
    ])
  })

  it('are given by inject(), too', () => {
    const injects = { user: token<string>('user') as never }
    expect(problems([adding('a', 'user')], injects)[0]).toContain(
      "Both inject() and middleware 'a' add 'user'.",
    )
    expect(problems([needing('a', 'user')], injects)).toEqual([])
  })

  it.each(['body', 'log', 'then'])('are not one that every context has: %s', (name) => {
    expect(problems([adding('a', name)])).toEqual([
      `ERR_CORE_CONTEXT_NAME: middleware 'a' adds '${name}', a name that every context has. Give it another name.`,
    ])
  })
})

describe('what a middleware needs', () => {
  it('is there when one before it adds it', () => {
    expect(problems([adding('a', 'user'), needing('b', 'user')])).toEqual([])
  })

  it('is missing when nothing adds it', () => {
    expect(problems([needing('b', 'user')])).toEqual([
      "ERR_CORE_NEED_UNMET: Middleware 'b' needs 'user', which nothing adds. Add the middleware that gives 'user' with route.use(…), or inject it.",
    ])
  })

  it('is missing when one after it adds it', () => {
    expect(problems([needing('b', 'user', 'receive'), adding('a', 'user')])).toEqual([
      "ERR_CORE_NEED_UNMET: Middleware 'b' (receive) needs 'user', which 'a' (authenticate) adds only later. Give 'b' the stage 'authenticate' or a later one.",
    ])
  })

  it.each([
    ['log', 'receive', true],
    ['cookies', 'receive', true],
    ['params', 'authenticate', false],
    ['params', 'authorize', true],
    ['body', 'authorize', false],
    ['body', 'validate', true],
    ['query', 'authorize', false],
    ['query', 'validate', true],
  ] as const)('of the request: %s in stage %s is there: %j', (name, stage, isThere) => {
    expect(problems([needing('b', name, stage)]).length === 0).toBe(isThere)
  })
})
