// What a policy costs: `node dist/programs/policy.js [rounds]` asks a rule of one record, on a table and on a type, makes the condition of a list and judges a
// record by it, in turns, and prints the CPU time of each.
import { all, any, verdict } from '@keelson/core/conditions'
import { definePolicy } from '@keelson/auth'
import { inTurns, type Work } from './in-turns.ts'

interface Order {
  readonly id: string
  readonly customerId: string
  readonly status: string
}
const columns = { id: { kind: 'uuid' }, customerId: { kind: 'text' }, status: { kind: 'text' } } as const
const order: Order = { id: '0190163d-8694-739b-aea5-966c26f8ad91', customerId: 'ada', status: 'open' }
const user = { id: 'ada', roles: ['buyer'] }

const { allows, canList } = definePolicy<{ user: typeof user }>()((resource) => ({
  Order: resource({ columns, '~row': order })(({ where }) => ({
    read: where(({ user }, row) => any(user.roles.includes('support'), row.customerId.is(user.id))),
    update: where(({ user }, row) => all(row.customerId.is(user.id), row.status.is('open'))),
  })),
  Plain: resource<Order>()(({ where }) => ({
    update: where(({ user }, row) => all(row.customerId.is(user.id), row.status.is('open'))),
  })),
}))
const { run } = canList('update', 'Order') as unknown as {
  run(ctx: object): { readonly visible: Parameters<typeof verdict>[0] }
}

const TIMES = 1000
/** A thousand at once: one alone is shorter than the clock is fine. */
function often(work: () => unknown): Work {
  const many = (): void => {
    for (let at = 0; at < TIMES; at++) if (work() === false) throw new Error('It must hold.')
  }
  return Object.assign(many, { times: TIMES })
}

await inTurns(
  {
    'one comparison': often(() => allows({ user }, 'read', 'Order', order)),
    'two comparisons': often(() => allows({ user }, 'update', 'Order', order)),
    'two, of a type': often(() => allows({ user }, 'update', 'Plain', order)),
    'condition of a list': often(() => run({ user }).visible),
    'condition and verdict': often(() => verdict(run({ user }).visible, { ...order }, columns as never)),
  },
  { title: 'A rule of a policy', concurrency: 1, rounds: Number(process.argv[2] ?? 15) },
)
