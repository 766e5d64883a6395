import { policyTable } from '@keelson/auth/testing'
import { it } from 'vitest'
import { policy } from '../src/policy.ts'
import { users } from '../src/users.ts'

const order = {
  id: '01a229aa-b24f-7029-a341-5aea30e55eef',
  customer: 'Edsger',
  status: 'open' as const,
  items: [],
  totalCents: 0,
  createdAt: '2026-11-30T00:00:00.000Z',
  version: 1,
}

it('admits to orders those who took them, and support to all', () => {
  policyTable(policy, {
    subjects: {
      ada: { user: users.get('ada')! },
      grace: { user: users.get('grace')! },
      eve: { user: { id: 'eve', roles: [] } },
    },
    records: {
      Order: {
        adas: { ...order, takenBy: 'ada' },
        bobs: { ...order, takenBy: 'bob' },
        nobodys: { ...order, takenBy: null },
      },
    },
    expect: `
      Order           ada  grace  eve
      create          yes  no     no
      read   adas     yes  yes    no
      read   bobs     no   yes    no
      read   nobodys  no   yes    no
      close  adas     yes  no     no
      close  bobs     no   no     no
      close  nobodys  no   no     no
    `,
  })
})
