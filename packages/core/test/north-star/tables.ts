import { defineError, token } from '@keelson/core'
import {
  decimal,
  defineTables,
  oneOf,
  table,
  text,
  timestamp,
  uuid,
  version,
  type Database,
} from './stand-ins/db.ts'

export const EmailTaken = defineError('EMAIL_TAKEN', { status: 409, title: 'The e-mail is taken' })
const Customers = table('customers', { id: uuid().primary(), name: text() })
export const Orders = table('orders', {
  id: uuid().primary(),
  customerId: uuid().references('customers'),
  email: text({ format: 'email', maxLength: 254 }).unique(EmailTaken),
  status: oneOf('open', 'closed').default('open'),
  total: decimal(12, 2, { minimum: 0 }),
  version: version(),
  createdAt: timestamp().now(),
})
export const tables = defineTables({ orders: Orders, customers: Customers })
export const DB = token<Database<typeof tables>>('db')
