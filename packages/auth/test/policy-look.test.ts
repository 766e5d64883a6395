import { route } from '@keelson/core'
import { all, any, not, UNKNOWN, type Condition } from '@keelson/core/conditions'
import { table, text, uuid } from '@keelson/db'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { allRules, anyRule, definePolicy, scheme, signedIn } from '@keelson/auth'

interface User {
  readonly id: string
  readonly teamId: string | undefined
  readonly teams: readonly string[]
  readonly parent?: User
}
const Orders = table('orders', {
  id: uuid().primary(),
  customerId: text({ maxLength: 20 }),
  teamId: text({ maxLength: 20 }).nullable(),
})
type Rule = (subject: { user: User }, order: Terms) => boolean | Condition<never>
type Terms = Record<'customerId' | 'teamId', { is(value: unknown): Condition<never> }>

const define = (read: Rule) =>
  definePolicy<{ user: User }>()((resource) => ({
    Order: resource(Orders)(({ where }) => ({ read: where(read as never) })),
  }))

describe('what the start sees of a rule', () => {
  it.each([
    ['all', () => all()],
    ['any', () => any()],
    ['all', ({ user }, order) => any(user.teams.includes('x'), all(all(), order.customerId.is(user.id)))],
    ['any', (_, order) => not(any(any(), order.customerId.is('ada')))],
    ['all', ({ user }, order) => any(order.customerId.is(user.parent!.parent!.id.toLowerCase()), all())],
  ] satisfies readonly (readonly [string, Rule])[])('refuses %s() without members: %#', (op, rule) => {
    expect(() => define(rule)).toThrow(`The rule read of Order calls ${op}() without members.`)
  })

  it('refuses it in the rule of a field', () => {
    const of = () =>
      definePolicy<{ user: User }>()((resource) => ({
        Order: resource(Orders)(({ when, where }) => ({
          read: when(() => true, { fields: { teamId: where(() => all()) } }),
        })),
      }))
    expect(of).toThrow('calls all() without members')
  })

  it.each([
    ({ user }, order) => any(...user.teams.map((team) => order.teamId.is(team))),
    ({ user }) => {
      for (let one: User | undefined = user; one !== undefined; one = one.parent)
        if (one.id === 'root') return true
      return false
    },
    ({ user }) => Object.keys(user).length > 3 && all(),
    ({ user }) => user.teams.length > 2 && any(),
    ({ user }) => 'admin' in user,
    () => {
      throw new Error('none')
    },
  ] satisfies readonly Rule[])('says nothing of what only a caller can answer: %#', (rule) => {
    expect(() => define(rule)).not.toThrow()
  })
})

describe('a rule that joins conditions by && or a choice', () => {
  it.each([
    ['customerId', ({ user }, order) => order.customerId.is(user.id) && order.teamId.is('red')],
    [
      'teamId',
      ({ user }, order) => any(user.teams.includes('x'), order.teamId.is('red') && order.customerId.is('a')),
    ],
    ['customerId', ({ user }, order) => order.customerId.is(user.id) && user.teams.includes('red')],
    [
      'teamId',
      ({ user }, order) => all(user.id === 'ada', order.teamId.is('a') ? order.customerId.is('a') : false),
    ],
  ] satisfies readonly (readonly [string, Rule])[])(
    'stops the start: it would omit %s (%#)',
    (column, rule) => {
      expect(() => define(rule)).toThrow(
        `The rule read of Order compares ${column}, and omits that from what it gives.`,
      )
    },
  )

  it.each([
    ({ user }, order) => user.teams.includes('support') || order.customerId.is(user.id),
    ({ user }, order) => user.teams.includes('support') && order.customerId.is(user.id),
    ({ user }, order) => all(user.id === 'ada', order.customerId.is(user.id), not(order.teamId.is('red'))),
    ({ user }, order) => (user.teamId === undefined ? false : order.teamId.is(user.teamId)),
    ({ user }, order) => {
      const own = order.customerId.is(user.id)
      const red = order.teamId.is('red')
      return any(all(user.teams.includes('x'), own), not(all(red, own)))
    },
  ] satisfies readonly Rule[])('is not one that takes a boolean of the caller: %#', (rule) => {
    expect(() => define(rule)).not.toThrow()
  })
})

describe('a list in a rule that came out empty', () => {
  const user: User = { id: 'ada', teamId: undefined, teams: [] }
  const order = { id: '', customerId: 'ada', teamId: null }

  it.each([
    ({ user: { teams } }, order) => any(...teams.map((team) => order.teamId.is(team))),
    ({ user: { teams } }, order) => not(any(...teams.map((team) => order.teamId.is(team)))),
    ({ user: { teams } }, order) => all(...teams.map((team) => order.teamId.is(team))),
    ({ user: { teams } }, order) => not(all(...teams.map((team) => order.teamId.is(team)))),
  ] satisfies readonly Rule[])('admits nobody: %#', (rule) => {
    const policy = define(rule)
    expect(policy.allows({ user }, 'read', 'Order', order)).toBe(false)
    const listed = policy.canList('read', 'Order') as unknown as { run(ctx: object): { visible: Condition } }
    expect(listed.run({ user }).visible).toEqual(UNKNOWN)
  })

  it('is reported once in development, as a comparison with undefined is', async () => {
    const caller = scheme({
      name: 'caller',
      security: { name: 'bearer' },
      find: () => ({ user, principal: { id: 'ada', kind: 'user' as const } }),
    })
    const { can } = define(({ user: { teams, teamId } }, order) =>
      any(order.teamId.is(teamId), all(...teams.map((team) => order.teamId.is(team)))),
    )
    const show = route
      .use(caller)
      .get('/', { access: can('read', 'Order', { load: () => order as never }) }, () => 'shown')
    const app = await testApp({ routes: { show }, mode: 'development' })
    expect((await app.request('GET', '/')).status).toBe(404)
    expect((await app.request('GET', '/')).status).toBe(404)
    const told = app.log.lines.filter((line) => line['event'] === 'rule-unknown')
    expect(told.map((line) => line['msg'])).toEqual([
      'The rule read of Order calls all() without members: it holds for no record by that.',
    ])
    await app.close()
  })
})

describe('what canList() hands over', () => {
  const { can, canList } = define(({ user }, order) => order.customerId.is(user.id))
  const read = can('read', 'Order', { load: () => undefined })

  it('is said to differ from caller to caller, also within other rules, and what can() loads is not', () => {
    expect(canList('read', 'Order').isPerCaller).toBe(true)
    expect(read.isPerCaller).toBeUndefined()
    expect(anyRule(canList('read', 'Order'), canList('read', 'Order')).isPerCaller).toBe(true)
    expect(allRules(signedIn(), canList('read', 'Order')).isPerCaller).toBe(true)
    // Nothing of it is handed over.
    expect(anyRule(canList('read', 'Order'), signedIn()).isPerCaller).toBe(false)
    expect(allRules(signedIn(), read).isPerCaller).toBe(false)
  })
})

describe('a rule that compares a nullable column with what the caller is', () => {
  it('is noted for keelson check', () => {
    const { canList } = define(({ user }, order) =>
      any(order.teamId.is(user.teamId), order.customerId.is(user.id)),
    )
    expect((canList('read', 'Order') as { '~notes'?: readonly string[] })['~notes']).toEqual([
      'The rule read of Order compares teamId, which may be null, with a value of the caller: of two nulls it does not hold. Where it should, write isNull().',
    ])
    const plain = define((_, order) => order.teamId.is('red'))
    expect((plain.canList('read', 'Order') as { '~notes'?: readonly string[] })['~notes']).toEqual([])
  })
})

describe('what a rule tells keelson check of its columns', () => {
  const policy = definePolicy<{ user: { readonly id: string } }>()((resource) => ({
    Order: resource(Orders)(({ when }) => ({
      read: when(() => true, { fields: { customerId: when(() => false) } }),
      close: when(() => true),
      audit: when(() => true, { fields: { teamId: when(() => false) } }),
    })),
  }))
  const told = (rule: unknown) => (rule as { '~questions'?: readonly object[] })['~questions']

  it('is which of them it guards: its own fields, else those of read', () => {
    const columns = Object.keys(Orders.columns)
    const read = { rule: 'read of Order', fields: ['customerId'], columns }
    expect(told(policy.canList('read', 'Order'))).toEqual([{ ...read, isList: true }])
    expect(told(policy.can('close', 'Order'))).toEqual([{ ...read, isList: false }])
    expect(told(policy.can('audit', 'Order'))).toMatchObject([{ rule: 'audit of Order', fields: ['teamId'] }])
  })

  it('is told by rules that others combine', () => {
    const combined = anyRule(allRules(policy.can('close', 'Order')), signedIn())
    expect(told(combined)).toMatchObject([{ rule: 'read of Order' }])
  })
})
