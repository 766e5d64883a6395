import { describe, expect, it } from 'vitest'
import { compileAll } from '../../core/test/compile.ts'

const PRELUDE = `
import { definePolicy } from '../../auth/src/index.ts'
interface User { readonly id: string }
interface Order { readonly id: string; readonly owner: string }
const policy = definePolicy<{ user: User }>()((resource) => ({
  Order: resource<Order>()(({ when, where }) => ({
    create: when(() => true),
    read: where(({ user }, order) => order.owner.is(user.id)),
  })),
  Note: resource<Order>()(({ when }) => ({ write: when(() => true) })),
}))
const { allows, can, canList, pick } = policy
const user: User = { id: 'ada' }
const order: Order = { id: '1', owner: 'ada' }
const load = { load: () => order }
`
const NO_RULE = `"Order has no rule 'raed': write it in definePolicy, or use another action."`
const NO_RESOURCE = `"There is no resource 'Ordre': write its rules in definePolicy, or use another name."`
const SECOND_CALL = `"The rules come in a second call: definePolicy<…>()((resource) => ({ … }))."`

/** The program, and what the first line of the compiler's answer has. */
const WRONG: readonly (readonly [program: string, sentence: string])[] = [
  [`can('raed', 'Order')`, NO_RULE],
  [`can('raed', 'Order', load)`, NO_RULE],
  [`canList('raed', 'Order')`, NO_RULE],
  [`allows({ user }, 'raed', 'Order', order)`, NO_RULE],
  [`pick({ user }, 'raed', 'Order', order)`, NO_RULE],
  [`can('write', 'Order')`, NO_RULE.replace('raed', 'write')],
  [`can('create', 'Ordre')`, NO_RESOURCE],
  [`can('read', 'Ordre', load)`, NO_RESOURCE],
  [`canList('read', 'Ordre')`, NO_RESOURCE],
  [`pick({ user }, 'read', 'Ordre', order)`, NO_RESOURCE],
  [`can('read', 'Order')`, `"'read' depends on the record: load it, or use canList."`],
  [`export const { can: may } = definePolicy<{ user: User }>()`, SECOND_CALL],
  [`export const may = definePolicy<{ user: User }>().can('read', 'Order')`, SECOND_CALL],
  [`export const { can: may } = definePolicy<{ user: User }>((resource) => ({}))`, SECOND_CALL],
  [`definePolicy<{ user: User }>((resource) => ({}))`, SECOND_CALL],
]

describe('a policy that does not compile says why in its first line', () => {
  const RIGHT = `can('create', 'Order'); can('read', 'Order', load); canList('read', 'Order'); pick({ user }, 'read', 'Order', order)`
  const programs = Object.fromEntries(
    WRONG.map(([text], at) => [`wrong-${at}`, `${PRELUDE}\n${text}\nexport {}`]),
  )
  const printed = compileAll({ ...programs, right: `${PRELUDE}\n${RIGHT}\nexport {}` })

  it('and a right one compiles', () => {
    expect(printed.get('right')).toBe('')
  })

  it.each(WRONG.map(([program, sentence], at) => ({ program, sentence, at })))(
    '$program',
    ({ sentence, at }) => {
      expect(printed.get(`wrong-${at}`)!.split('\n')[0]).toContain(sentence)
    },
  )
})
