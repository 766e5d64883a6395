import { describe, expect, it } from 'vitest'
import { compileAll } from './compile.ts'

const PRELUDE = `
import { accessRule, CLOCK, metaKey, middleware, needs, reply, route, type Clock } from '@keelson/core'
interface User { readonly id: string }
class Window { readonly clock: Clock; constructor(clock: Clock) { this.clock = clock } take(key: string): number { return key.length } }
class Lost { static inject = [CLOCK] as const; readonly text: string; constructor(text: string) { this.text = text } }
const cost = metaKey<number>('cost')
const at = { name: 'x', stage: 'receive' } as const
const user = middleware({ name: 'user', stage: 'authenticate', adds: ['user'], run: (): { user: User | undefined } => ({ user: undefined }) })
const member = route.use(user)
const needsUser = needs<{ user: User | undefined }>('user')
const signedIn = middleware({ name: 'signedIn', stage: 'authorize', needs: needsUser, narrows: ['user'], run: () => undefined })
const owner = accessRule({ name: 'owner', needs: needs<{ user: User }>('user'), allow: () => true })
`

/** What is wrong, the program, and what the compiler says to it. */
const WRONG: readonly (readonly [title: string, program: string, sentence: string])[] = [
  [
    'adds names what run does not return',
    `middleware({ ...at, adds: ['q', 'x'], run: (ctx) => ({ q: 1 }) })`,
    `adds names 'x', which run does not return.`,
  ],
  [
    'run returns what adds does not name',
    `middleware({ ...at, adds: ['q'], run: (ctx) => ({ q: 1, x: 2 }) })`,
    `run returns 'x', which adds does not name.`,
  ],
  [
    'a part takes a service that is not injected',
    `middleware({ ...at, inject: { clock: CLOCK }, run: (ctx, { store }) => undefined })`,
    `Property 'store' does not exist on type '{ readonly clock: Clock; }'`,
  ],
  [
    'a part takes a state where there is none',
    `middleware({ ...at, inject: { clock: CLOCK }, run: (ctx, { state }) => undefined })`,
    `Property 'state' does not exist on type '{ readonly clock: Clock; }'`,
  ],
  [
    'a part takes from the state what it does not have',
    `middleware({ ...at, inject: { clock: CLOCK }, state: ({ clock }) => new Window(clock), run: (ctx, { state }) => void state.misses })`,
    `Property 'misses' does not exist on type 'Window'`,
  ],
  [
    'encode takes for granted what run adds',
    `middleware({ ...at, adds: ['q'], run: (ctx) => ({ q: { left: 1 } }), encode: (ctx) => void ctx.q.left })`,
    `'ctx.q' is possibly 'undefined'`,
  ],
  [
    'run stands above the state that it takes',
    `middleware({ ...at, inject: { clock: CLOCK }, run: (ctx, { state }) => undefined, state: ({ clock }) => new Window(clock) })`,
    `Property 'state' does not exist on type '{ readonly clock: Clock; }'`,
  ],
  [
    'state takes a service that is not injected',
    `middleware({ ...at, inject: { clock: CLOCK }, state: ({ store }) => 1, run: () => undefined })`,
    `Property 'store' does not exist on type '{ readonly clock: Clock; }'`,
  ],
  [
    'what is injected is no service',
    `middleware({ ...at, inject: { clock: 5 }, run: () => undefined })`,
    `Type 'number' is not assignable to type 'Injectable`,
  ],
  [
    'what is injected cannot be made',
    `middleware({ ...at, inject: { lost: Lost }, run: () => undefined })`,
    `Entry 1 of static inject gives another type than the constructor takes there.`,
  ],
  [
    "a service is injected as 'state'",
    `middleware({ ...at, inject: { state: CLOCK }, run: () => undefined })`,
    `'state' is what state gives: inject it by another name.`,
  ],
  [
    'for gives a run that adds something else',
    `middleware({ ...at, adds: ['q'], for: () => ({ run: () => ({ p: 1 }) }), run: (ctx) => ({ q: 1 }) })`,
    `Property 'q' is missing in type '{ p: number; }' but required in type '{ q: number; }'`,
  ],
  [
    'for gives a text',
    `middleware({ ...at, for: () => 'no', run: () => undefined })`,
    `Type 'string' has no properties in common with type 'PartsForRoute<`,
  ],
  [
    'for asks for a fact that is none',
    `middleware({ ...at, for: ({ isProb }) => null, run: () => undefined })`,
    `Property 'isProb' does not exist on type 'RouteFacts'`,
  ],
  [
    'a key gets another type',
    `route.get('/', { access: 'public', meta: [cost('dear')] }, () => 1)`,
    `Argument of type 'string' is not assignable to parameter of type 'number'`,
  ],
  [
    'meta holds a value without a key',
    `route.get('/', { access: 'public', meta: [5] }, () => 1)`,
    `Type 'number' is not assignable to type 'MetaEntry'`,
  ],
  [
    'meta holds a key without a value',
    `route.get('/', { access: 'public', meta: [cost] }, () => 1)`,
    `Type 'MetaKey<number>' is missing the following properties from type 'MetaEntry'`,
  ],
  [
    'a key describes errors',
    `metaKey<number>('x', { describe: () => ({ errors: [] }) })`,
    `Type '{ errors: never[]; }' has no properties in common with type 'MetaDescription'`,
  ],
  [
    'a stage is misspelt',
    `middleware({ name: 'x', stage: 'recieve', run: () => undefined })`,
    `Did you mean '"receive"'?`,
  ],
  [
    'a rule narrows what it does not need',
    `middleware({ name: 'x', stage: 'authorize', needs: needsUser, narrows: ['usr'], run: () => undefined })`,
    `narrows names 'usr', which needs does not name.`,
  ],
  [
    'a handler takes for granted what no rule narrows',
    `member.get('/', { access: 'public' }, ({ user }) => user.id)`,
    `'user' is possibly 'undefined'`,
  ],
  [
    'a rule that needs what another narrows stands before it',
    `member.get('/', { access: [owner, signedIn] }, () => 1)`,
    `This middleware needs another type of 'user' than the context has.`,
  ],
  [
    'principal gives a kind that is none',
    `middleware({ name: 'x', stage: 'authenticate', adds: ['u'], run: () => ({ u: 'a' }), principal: ({ u }) => ({ id: u, kind: 'robot' }) })`,
    `Type '"robot"' is not assignable to type '"user" | "key" | "service"'`,
  ],
  [
    'a list of use holds what is no middleware',
    `route.get('/', { access: 'public', use: [[() => 1]] }, () => 1)`,
    `is not assignable to type`,
  ],
]

const RIGHT = `
middleware({
  ...at, inject: { clock: CLOCK }, state: ({ clock }) => new Window(clock), adds: ['q'],
  for: ({ meta }) => (meta(cost) === 2 ? { run: (ctx, { state }) => ({ q: state.take(ctx.path) }), transform: (ctx, outcome) => outcome } : undefined),
  run: (ctx, { state }) => ({ q: state.take(ctx.url) }),
  encode: (ctx, answer) => void answer.headers.set('x-q', String(ctx.q)),
})
middleware({ ...at, for: ({ name }) => (name === 'a' ? { run: () => reply(503) } : null) })
middleware({ ...at, for: ({ kind }) => (kind === 'http' ? { run: (ctx) => void ctx.path } : null) })
member.get('/', { access: signedIn }, ({ user }) => user.id)
member.get('/', { access: [signedIn, owner] }, ({ user }) => user.id)
`

describe('a wrong middleware does not compile', () => {
  const programs = Object.fromEntries(
    WRONG.map(([, program], at) => [`wrong-${at}`, `${PRELUDE}\n${program}\nexport {}\n`]),
  )
  const printed = compileAll({ right: `${PRELUDE}\n${RIGHT}\nexport {}\n`, ...programs })

  it('compiles what is right', () => {
    expect(printed.get('right')).toBe('')
  })

  it.each(WRONG.map(([title, , sentence], at) => ({ title, sentence, at })))('$title', ({ sentence, at }) => {
    expect(printed.get(`wrong-${at}`)).toContain(sentence)
  })
})
