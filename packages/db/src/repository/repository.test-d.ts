import type { Page } from '@keelson/core/conditions'
import { conditionsOn } from '@keelson/core/conditions'
import { describe, expectTypeOf, it } from 'vitest'
import { integer, oneOf, table, text, uuid, version } from '../table/index.ts'
import type { Repository } from './contract.ts'

const Orders = table('orders', {
  id: uuid().primary(),
  status: oneOf('open', 'closed').default('open'),
  note: text().nullable(),
  secret: text().hidden(),
  version: version(),
})
const Likes = table('likes', { userId: uuid().primary(), articleId: integer().primary() })
declare const orders: Repository<typeof Orders>
declare const likes: Repository<typeof Likes>

interface Row {
  id: string
  status: 'open' | 'closed'
  note: string | null
  secret: string
  version: number
}

describe('a repository', () => {
  it('has the rows of its table, hidden columns too', async () => {
    const row = await orders.byId('x')
    expectTypeOf(row!).toEqualTypeOf<Row>()
    expectTypeOf(orders.find()).resolves.toEqualTypeOf<readonly Row[]>()
    expectTypeOf(orders.insert({ secret: 's' })).resolves.toEqualTypeOf<Row>()
    expectTypeOf(orders.page({}, { orderBy: { status: 'desc' } })).resolves.toEqualTypeOf<Page<Row>>()
    for await (const one of orders.stream()) expectTypeOf(one).toEqualTypeOf<Row>()
    // @ts-expect-error -- it may be missing
    void row.id
  })

  it('takes what its table takes', () => {
    void orders.update({} as Row, { note: null })
    void orders.updateMany({ where: { status: 'open' }, set: { status: 'closed' } })
    void orders.upsert({ secret: 's' }, { on: ['id'] })
    void orders.find({ where: [conditionsOn(Orders.columns).status.is('open'), { note: null }], limit: 3 })
    void likes.byId({ userId: 'x', articleId: 1 })
    void likes.delete({ userId: 'x', articleId: 1 })
    // @ts-expect-error -- not a property
    void orders.insert({ secret: 's', sceret: 't' })
    // @ts-expect-error -- a value is missing
    void orders.insert({})
    // @ts-expect-error -- the version is counted
    void orders.update({} as Row, { version: 2 })
    // @ts-expect-error -- the key stays
    void orders.update({} as Row, { id: 'y' })
    // @ts-expect-error -- without a where it would update all
    void orders.updateMany({ set: { status: 'closed' } })
    // @ts-expect-error -- undefined never means "without this condition"
    void orders.deleteMany({ where: { status: undefined } })
    // @ts-expect-error -- not a status
    void orders.count({ status: 'opne' })
    // @ts-expect-error -- hidden
    void orders.find({ orderBy: { secret: 'asc' } })
    // @ts-expect-error -- not a direction
    void orders.find({ orderBy: { status: 'up' } })
    // @ts-expect-error -- the key has two columns
    void likes.byId('x')
    // @ts-expect-error -- a condition of another table
    void likes.find({ where: conditionsOn(Orders.columns).note.isNull() })
    // @ts-expect-error -- not a column
    void orders.upsert({ secret: 's' }, { on: ['ib'] })
  })
})
