// Writes routes behind access rules, for counting what their types cost the compiler: each is alike but for its rule.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The rule of the routes: who is signed in, a rule about the caller alone, one that loads a record, one for a list. */
export type RuleForm = 'signedIn' | 'caller' | 'record' | 'list'

const ACCESS: Readonly<Record<RuleForm, string>> = {
  signedIn: 'signedIn()',
  caller: "can('create', 'Order')",
  record: "can('read', 'Order', { load: ({ params, orders }) => orders.byId(params.id) })",
  list: "canList('read', 'Order')",
}

/** What the handlers of a form read of what their rule adds. */
const READ: Readonly<Record<RuleForm, string>> = {
  signedIn: 'user.id',
  caller: 'user.id',
  record: 'order.id',
  list: 'visible.op',
}

/** Writes `count` routes into `dir`, all behind rules of one form; returns the file. */
export function writeRules(dir: string, count: number, form: RuleForm): string {
  mkdirSync(dir, { recursive: true })
  const entry = join(dir, 'rules.ts')
  const routes = Array.from({ length: count }, (_, n) => {
    const read = READ[form]
    const given = read.slice(0, read.indexOf('.'))
    return `export const r${n} = one.get('/r${n}', { access: ${ACCESS[form]} }, ({ ${given}, params }) => ({ id${n}: ${read} + params.id }))`
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
export const one = route.use(caller).inject({ orders: ORDERS }).at('/:id', { id: t.String() })
export const other = signedIn()
`
