// Writes routes behind access rules, for counting what their types cost the compiler: each is alike but for its rule.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The rule of the routes: who is signed in, a rule about the caller alone, one that loads a record, one for a list. `own…` has the params in the
 * path of each route, where the others have them by `at`.
 */
export type RuleForm = 'signedIn' | 'caller' | 'record' | 'list' | 'ownSignedIn' | 'ownRecord'

const RECORD = "can('read', 'Order', { load: ({ params, orders }) => orders.byId(params.id) })"
const ACCESS: Readonly<Record<RuleForm, string>> = {
  signedIn: 'signedIn()',
  caller: "can('create', 'Order')",
  record: RECORD,
  list: "canList('read', 'Order')",
  ownSignedIn: 'signedIn()',
  ownRecord: RECORD,
}

/** What the handlers of a form read of what their rule adds. */
const READ: Readonly<Record<RuleForm, string>> = {
  signedIn: 'user.id',
  caller: 'user.id',
  record: 'order.id',
  list: 'visible.op',
  ownSignedIn: 'user.id',
  ownRecord: 'order.id',
}

/** Writes `count` routes into `dir`, all behind rules of one form; returns the file. */
export function writeRules(dir: string, count: number, form: RuleForm): string {
  mkdirSync(dir, { recursive: true })
  const entry = join(dir, 'rules.ts')
  const routes = Array.from({ length: count }, (_, n) => {
    const read = READ[form]
    const given = read.slice(0, read.indexOf('.'))
    const start = form.startsWith('own') ? `own.get('/r${n}/:id'` : `one.get('/r${n}'`
    return `export const r${n} = ${start}, { access: ${ACCESS[form]} }, ({ ${given}, params }) => ({ id${n}: ${read} + params.id }))`
  })
  writeFileSync(entry, `${HEAD}\n${routes.join('\n')}\n`)
  return entry
}

const HEAD = `
import { route, t, token } from '@keelson/core'
import { all, any } from '@keelson/core/conditions'
import { definePolicy, scheme, signedIn } from '@keelson/auth'

export interface User { readonly id: string; readonly roles: readonly string[] }
export interface Order { readonly id: string; readonly customerId: string; readonly status: string }
interface Orders { byId(id: string): Promise<Order | undefined> }
const ORDERS = token<Orders>('orders')

export const { can, canList } = definePolicy<{ user: User }>()((resource) => ({
  Order: resource<Order>()(({ when, where }) => ({
    create: when(({ user }) => user.roles.includes('buyer')),
    read: where(({ user }, order) => any(user.roles.includes('support'), order.customerId.is(user.id))),
    update: where(({ user }, order) => all(order.customerId.is(user.id), order.status.is('open'))),
  })),
}))
const found: () => { user: User; principal: { id: string; kind: 'user' } } | undefined = () => undefined
const caller = scheme({ name: 'caller', security: { name: 'bearer' }, find: found })
export const own = route.use(caller).inject({ orders: ORDERS })
export const one = own.at('/:id', { id: t.String() })
export const other = signedIn()
`
