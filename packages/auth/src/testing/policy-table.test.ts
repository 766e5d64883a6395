import { describe, expect, it } from 'vitest'
import { definePolicy } from '../policy/index.ts'
import { policyTable, PolicyTableError, type PolicyTableOptions } from './index.ts'

interface User {
  readonly id: string
  readonly roles: readonly string[]
}
interface Order {
  readonly customerId: string
  readonly isOpen: boolean
}

const policy = definePolicy<{ user: User }>()((resource) => ({
  Order: resource<Order>()(({ when, where }) => ({
    create: when(({ user }) => user.roles.includes('buyer')),
    read: where(({ user }, order) => user.roles.includes('support') || order.customerId.is(user.id)),
  })),
  Report: resource<{ id: string }>()(({ when }) => ({
    read: when(({ user }) => user.roles.includes('support')),
  })),
}))

const subjects = {
  ada: { user: { id: 'ada', roles: ['buyer'] } },
  eve: { user: { id: 'eve', roles: [] } },
  help: { user: { id: 'help', roles: ['support'] } },
}
const records = {
  Order: { adas: { customerId: 'ada', isOpen: true }, bobs: { customerId: 'bob', isOpen: true } },
}
const RIGHT = `
  Order         ada  eve  help
  create        yes  no   no
  read    adas  yes  no   yes
  read    bobs  no   no   yes

  Report        ada  eve  help
  read          no   no   yes
`
type Options = PolicyTableOptions<{ user: User }, never>

function errorOf(expectation: string, other: Partial<Options> = {}): PolicyTableError {
  try {
    policyTable(policy, { subjects, records, expect: expectation, ...(other as object) })
  } catch (error) {
    if (error instanceof PolicyTableError) return error
    throw error
  }
  throw new Error('The table was taken.')
}

describe('a table of a policy', () => {
  it('passes when it says what the policy does', () => {
    expect(() => policyTable(policy, { subjects, records, expect: RIGHT })).not.toThrow()
  })

  it('fails with each cell that is wrong, and with the table as the policy has it', () => {
    const { differences, message } = errorOf(
      RIGHT.replace('bobs  no   no ', 'bobs  no   yes').replace('create        yes', 'create        no '),
    )
    expect(differences).toEqual([
      { resource: 'Order', action: 'create', subject: 'ada', expected: false, found: true },
      { resource: 'Order', action: 'read', record: 'bobs', subject: 'eve', expected: true, found: false },
    ])
    expect(message).toBe(`The table is not what the policy does:
  - create Order, ada: the table says no, the policy says yes.
  - read Order bobs, eve: the table says yes, the policy says no.

The policy, as a table:
${RIGHT.trim()
  .split('\n')
  .map((line) => (line === '' ? '' : `  ${line.trim()}`))
  .join('\n')}
`)
  })

  it('shows a table that passes', () => {
    const [, shown = ''] = errorOf('').message.split('as a table:')
    expect(() => policyTable(policy, { subjects, records, expect: shown })).not.toThrow()
  })

  it('fails for a subject, a record and an action that it says nothing of', () => {
    const bob = { user: { id: 'bob', roles: [] } }
    expect(errorOf(RIGHT, { subjects: { ...subjects, bob } as never }).differences).toEqual(
      [
        { resource: 'Order', action: 'create', found: false },
        { resource: 'Order', action: 'read', record: 'adas', found: false },
        { resource: 'Order', action: 'read', record: 'bobs', found: true },
        { resource: 'Report', action: 'read', found: false },
      ].map((cell) => ({ ...cell, subject: 'bob', expected: undefined })),
    )
    const more = { Order: { ...records.Order, eves: { customerId: 'eve', isOpen: false } } }
    expect(errorOf(RIGHT, { records: more as never }).message).toContain(
      'read Order eves, eve: the table has no cell, the policy says yes.',
    )
    expect(errorOf(RIGHT.replace(/\n {2}create.*/, '')).differences).toHaveLength(3)
  })

  it.each([
    [
      'a cell that is neither',
      RIGHT.replace('yes', 'maybe'),
      "Order create: A cell says yes or no, not 'maybe'.",
    ],
    [
      'too few cells',
      RIGHT.replace('yes  no   no', 'yes  no'),
      'Order create: There are 2 cells for 3 columns.',
    ],
    ['a row that is there twice', RIGHT.replace('bobs', 'adas'), 'Order read adas: It is there twice.'],
    [
      'a record that is not there',
      RIGHT.replace('bobs', 'bbs'),
      "Order read bbs: records has no 'bbs' of Order.",
    ],
    [
      'an action that is not there',
      RIGHT.replace('create', 'crate'),
      "'crate' is neither an action of Order",
    ],
    [
      'what every object has',
      RIGHT.replace('create', 'constructor'),
      "'constructor' is neither an action of Order",
    ],
    ['a resource that is not there', RIGHT.replace('Order', 'Ordre'), "'Ordre' is not a resource"],
    [
      'a column that is no subject',
      RIGHT.replace('eve', 'ewe'),
      'Order: The column ewe is none of the subjects.',
    ],
    ['a column that is there twice', RIGHT.replace('eve', 'ada'), 'Order: The column ada is there twice.'],
  ])('fails for %s', (_what, table, problem) => {
    expect(errorOf(table).message).toContain(problem)
  })

  it('needs records where rules look at them', () => {
    expect(errorOf(RIGHT, { records: {} as never }).problems).toContain(
      'Rules of Order look at the record: records needs some, { Order: { name: … } }.',
    )
    expect(errorOf(RIGHT, { records: { ...records, Orders: {} } as never }).problems).toEqual([
      'records has Orders, and the policy no such resource.',
    ])
  })

  it('takes no names that a table cannot have', () => {
    expect(
      errorOf(RIGHT, { subjects: { ...subjects, 'the owner': subjects.ada } as never }).problems,
    ).toEqual(['A name in a table has no blanks: "the owner" has.'])
  })

  it('takes subjects and records of the types of the policy alone', () => {
    const wrong = (): void => {
      // @ts-expect-error -- the user has no roles
      policyTable(policy, { subjects: { ada: { user: { id: 'ada' } } }, expect: '' })
      // @ts-expect-error -- the record has no isOpen
      policyTable(policy, { subjects, records: { Order: { hers: { customerId: 'ada' } } }, expect: '' })
    }
    expect(wrong).toBeTypeOf('function')
  })
})
