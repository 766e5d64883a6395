import { all, any, not, verdict, type Condition } from '@keelson/core/conditions'
import { describe, expect, it } from 'vitest'
import { definePolicy } from '@keelson/auth'

interface User {
  readonly id: string
  readonly isAdmin: boolean
  readonly roles: readonly string[]
}
interface Order {
  readonly customerId: string
  readonly status: string
}
const COLUMNS = { customerId: { kind: 'text' }, status: { kind: 'text' } } as const
const Orders = { columns: COLUMNS, '~row': {} as Order }
type Terms = {
  readonly [K in keyof Order]: {
    is(value: string): Condition<never>
    isIn(values: readonly string[]): Condition<never>
  }
}
type Rule = (subject: { user: User }, order: Terms) => boolean | Condition<never>

const ofTable = (rule: Rule) =>
  definePolicy<{ user: User }>()((resource) => ({
    Order: resource(Orders)(({ where }) => ({ read: where(rule as never) })),
  }))
const ofType = (rule: Rule) =>
  definePolicy<{ user: User }>()((resource) => ({
    Order: resource<Order>()(({ where }) => ({ read: where(rule as never) })),
  }))
const ada: User = { id: 'ada', isAdmin: false, roles: ['support'] }
const bobs: Order = { customerId: 'bob', status: 'open' }
const MESSAGE = 'The rule read of Order makes a comparison, and omits it from what it gives'

/** A rule that only a real caller leads to its end: the start does not see it. */
const hidden =
  (rule: Rule): Rule =>
  (subject, order) =>
    Object.keys(subject.user).length > 0 && rule(subject, order)

/** What the start sees. */
const SEEN: readonly (readonly [string, Rule])[] = [
  ['&& between two', ({ user }, order) => order.customerId.is(user.id) && order.status.is('open')],
  ['&& before a boolean', (_, order) => order.customerId.is('bob') && true],
  ['?: with a condition to decide', (_, order) => (order.customerId.is('bob') ? true : false)],
  ['?: between two', (_, order) => (order.customerId.is('bob') ? order.status.is('open') : false)],
  ['! before ||', (_, order) => !order.customerId.is('bob') || order.status.is('open')],
  ['&& within a list', (_, order) => any(order.customerId.is('x') && order.status.is('open'))],
  [
    '&& behind || of a member of the caller',
    ({ user }, order) => user.isAdmin || (order.customerId.is(user.id) && order.status.is('open')),
  ],
  [
    '&& behind || of what the caller answers',
    ({ user }, order) =>
      user.roles.includes('admin') || (order.customerId.is('x') && order.status.is('open')),
  ],
  ['one that is not used', (_, order) => (order.status.is('open'), order.customerId.isIn(['bob', 'eve']))],
  ['one that is not used beside true', (_, order) => (order.status.is('open'), true)],
]

/** What only a caller leads to, besides. */
const LOSSY: typeof SEEN = [
  ...SEEN,
  [
    '&& behind an early answer',
    ({ user }, order) => {
      for (const role of user.roles) if (role === 'admin') return true
      return order.customerId.is('x') && order.status.is('open')
    },
  ],
  [
    '&& before one that is used twice',
    (_, order) => {
      const open = order.status.is('open')
      return order.customerId.is('x') && any(all(open, true), open)
    },
  ],
  [
    '&& between two that are constant',
    ({ user }, order) => any(false, user.isAdmin) && any(order.status.is('open'), true),
  ],
  ['&& behind not', (_, order) => not(order.customerId.is('bob')) && order.status.is('open')],
  ['&& of lists', (_, order) => all(order.customerId.is('x')) && any(order.status.is('open'))],
]

describe.each([
  ['a table', ofTable],
  ['a type', ofType],
])('a rule of %s that makes more comparisons than it gives', (_name, define) => {
  it('starts where only callers who are refused leave one out', () => {
    const policy = define(({ user }, order) => {
      const own = order.customerId.is(user.id)
      return user.roles.includes('support') ? own : false
    })
    expect(policy.allows({ user: ada }, 'read', 'Order', { ...bobs, customerId: 'ada' })).toBe(true)
    expect(policy.allows({ user: { ...ada, roles: [] } }, 'read', 'Order', bobs)).toBe(false)
  })

  it.each(SEEN)('is refused at start: %s', (_what, rule) => {
    expect(() => define(rule)).toThrow(
      /The rule read of Order compares \w+, and omits that from what it gives/,
    )
  })

  it.each(LOSSY)('admits nobody where the start could not see it: %s', (_what, rule) => {
    const policy = define(hidden(rule))
    expect(() => policy.allows({ user: ada }, 'read', 'Order', bobs)).toThrow(MESSAGE)
    const listed = policy.canList('read', 'Order') as unknown as { run(ctx: object): unknown }
    expect(() => listed.run({ user: ada })).toThrow(MESSAGE)
  })
})

const WHOLE: readonly (readonly [string, Rule, boolean])[] = [
  [
    'lists in lists',
    ({ user }, order) => any(user.isAdmin, all(order.customerId.is('bob'), not(order.status.is('closed')))),
    true,
  ],
  ['a boolean before ||', ({ user }, order) => user.isAdmin || order.customerId.is('bob'), true],
  ['a boolean before &&', ({ user }, order) => user.isAdmin && order.customerId.is('bob'), false],
  [
    '?: with a boolean to decide',
    ({ user }, order) => (user.isAdmin ? order.status.is('x') : order.status.is('open')),
    true,
  ],
  [
    'one that is used twice',
    (_, order) => {
      const open = order.status.is('open')
      return any(all(open, order.customerId.is('eve')), all(open, order.customerId.is('bob')))
    },
    true,
  ],
  [
    'a list of several values',
    ({ user }, order) => any(order.customerId.isIn(user.roles), order.status.isIn(['open', 'closed'])),
    true,
  ],
  ['not of a boolean', ({ user }, order) => all(not(user.isAdmin), order.status.is('open')), true],
]

describe.each([
  ['a table', ofTable],
  ['a type', ofType],
])('a rule of %s that gives what it compares', (_name, define) => {
  it.each(WHOLE)('is asked: %s', (_what, rule, admits) => {
    const policy = define(rule)
    expect(policy.allows({ user: ada }, 'read', 'Order', bobs)).toBe(admits)
    const listed = policy.canList('read', 'Order') as unknown as {
      run(ctx: object): { visible: Condition<never> }
    }
    const { visible } = listed.run({ user: ada })
    expect(verdict(visible, { ...bobs }, COLUMNS as never)).toBe(admits)
  })

  it('may ask another policy', () => {
    const inner = define((_, order) => any(order.status.is('open'), order.status.is('closed')))
    const outer = define(({ user }, order) =>
      any(inner.allows({ user }, 'read', 'Order', bobs), order.customerId.is('eve')),
    )
    expect(outer.allows({ user: ada }, 'read', 'Order', bobs)).toBe(true)
  })
})

describe.each([
  ['a table', ofTable],
  ['a type', ofType],
])('a rule of %s that keeps its comparisons', (_name, define) => {
  const KEPT = 'uses a comparison that it has kept'
  const eves: Order = { customerId: 'eve', status: 'open' }
  const keep = (make: Rule): Rule => {
    let kept: boolean | Condition<never> | undefined
    // Not what the start is told.
    return (subject, order) =>
      subject.user.id === ada.id ? (kept ??= make(subject, order)) : order.status.is('open')
  }
  const listOf = (policy: ReturnType<typeof define>): Condition<never> => {
    const listed = policy.canList('read', 'Order') as unknown as {
      run(ctx: object): { visible: Condition<never> }
    }
    return listed.run({ user: ada }).visible
  }

  it.each<readonly [string, Rule]>([
    ['one', (_, order) => order.customerId.is('bob')],
    ['a list', (_, order) => all(order.customerId.is('bob'), order.status.is('open'))],
    ['not', (_, order) => not(order.customerId.is('eve'))],
  ])('answers for no other record by them: %s', (_what, rule) => {
    const kept = keep(rule)
    const policy = define(kept)
    const within = define((subject, order) => any(false, kept(subject, order)))
    expect(policy.allows({ user: ada }, 'read', 'Order', bobs)).toBe(true)
    for (const one of [policy, within]) {
      expect(() => one.allows({ user: ada }, 'read', 'Order', eves)).toThrow(KEPT)
      expect(() => listOf(one)).toThrow(KEPT)
    }
  })
})

it('judges each record by a condition that its list has kept', () => {
  let kept: boolean | Condition<never> | undefined
  const policy = ofTable((_, order) => (kept ??= order.customerId.is('bob')))
  const { run } = policy.canList('read', 'Order') as unknown as { run(ctx: object): unknown }
  // What the start has made of it is no answer either.
  expect(() => run({ user: ada })).toThrow('uses a comparison that it has kept')
  kept = undefined
  run({ user: ada })
  const admits = ['bob', 'eve'].map((customerId) =>
    policy.allows({ user: ada }, 'read', 'Order', { ...bobs, customerId }),
  )
  expect(admits).toEqual([true, false])
})
