// ajv, compiled once: faster than checks by hand of this size, and it says what is wrong.
import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import { ORDER_BODY_SCHEMA } from '../../domain/order-schema.ts'
import type { OrderInput } from '../../domain/orders.ts'
import { HttpProblem } from './answer.ts'

const ajv = new Ajv()
addFormats.default(ajv)

const isOrder: ValidateFunction<OrderInput> = ajv.compile<OrderInput>(ORDER_BODY_SCHEMA)
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export function toOrderInput(body: unknown): OrderInput {
  if (isOrder(body)) return body
  throw new HttpProblem(400, ajv.errorsText(isOrder.errors, { dataVar: 'body' }))
}

export function toUuid(id: string): string {
  if (UUID.test(id)) return id
  throw new HttpProblem(400, 'id must be a UUID')
}

export function toBoolean(text: string | null): boolean {
  if (text === null || text === 'false') return false
  if (text === 'true') return true
  throw new HttpProblem(400, 'dryRun must be true or false')
}
