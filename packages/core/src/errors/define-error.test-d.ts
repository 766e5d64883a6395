import { Type as t } from '@sinclair/typebox'
import { z } from 'zod'
import {
  defineError,
  MethodNotAllowedError,
  NotFoundError,
  type DefinedErrorClass,
  type ErrorDefinition,
  type FrameworkError,
} from './index.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const yes = <T extends true>(): T => true as T

const OrderClosed = defineError('ORDER_CLOSED', { status: 409, title: 'The order is closed' })
yes<Equal<typeof OrderClosed, DefinedErrorClass<'ORDER_CLOSED', undefined, 409>>>()
yes<Equal<(typeof OrderClosed)['code'], 'ORDER_CLOSED'>>()
yes<Equal<(typeof OrderClosed)['status'], 409>>()
new OrderClosed()
new OrderClosed({ message: 'x', cause: 1, headers: { a: 'b' } })
// @ts-expect-error - it declares no details
new OrderClosed({ details: { id: 1 } })

const StockLow = defineError('STOCK_LOW', {
  status: 422,
  title: 'Too little in stock',
  details: t.Object({ left: t.Integer() }),
})
const low = new StockLow({ details: { left: 3 } })
yes<Equal<typeof low.details, { left: number }>>()
yes<Equal<(typeof StockLow)['prototype']['details'], { left: number }>>()
// @ts-expect-error - details are required
new StockLow()
// @ts-expect-error - details are required
new StockLow({ message: 'x' })
// @ts-expect-error - details have the type of the schema
new StockLow({ details: { left: 'three' } })

const Zod = defineError('ZOD_ERROR', { status: 422, title: 'x', details: z.object({ left: z.number() }) })
yes<Equal<(typeof Zod)['prototype']['details'], { left: number }>>()

declare const caught: unknown
if (StockLow.is(caught)) {
  yes<Equal<typeof caught.code, 'STOCK_LOW'>>()
  yes<Equal<typeof caught.details.left, number>>()
}

// A route keeps the literal types of what it lists.
function errorsOf<const T extends readonly ErrorDefinition[]>(list: T): T[number]['code'] {
  return list[0]!.code
}
const code = errorsOf([OrderClosed, StockLow, NotFoundError])
yes<Equal<typeof code, 'ORDER_CLOSED' | 'STOCK_LOW' | 'ERR_CORE_NOT_FOUND'>>()
// @ts-expect-error - an ordinary Error class is not a definition
errorsOf([Error])

yes<Equal<NotFoundError['code'], 'ERR_CORE_NOT_FOUND'>>()
const plain: FrameworkError = new NotFoundError('No order 7', { details: { id: 7 } })
void plain
// @ts-expect-error - RFC 9110 §15.5.6: a 405 must carry allow
new MethodNotAllowedError('no')

export function explain(error: NotFoundError | MethodNotAllowedError): string {
  switch (error.code) {
    case 'ERR_CORE_NOT_FOUND':
      yes<Equal<typeof error, NotFoundError>>()
      return 'nothing there'
    // @ts-expect-error - no such code
    case 'ERR_CORE_NOTHING':
      return ''
    default:
      return error.title
  }
}
