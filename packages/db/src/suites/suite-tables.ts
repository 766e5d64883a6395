import { t } from '@keelson/core'
import {
  bigint,
  boolean,
  bytes,
  date,
  decimal,
  defineTables,
  integer,
  json,
  table,
  text,
  timestamp,
  uuid,
} from '../table/index.ts'

/** The tables of the suite. */
export const SUITE_TABLES = defineTables({
  people: table('suite_people', {
    id: uuid().primary(),
    name: text({ maxLength: 50 }).unique(),
    age: integer({ minimum: 0 }).nullable(),
    fortune: decimal(12, 2),
    visits: bigint(),
    isActive: boolean(),
    bornOn: date(),
    seenAt: timestamp(),
    digest: bytes({ maxLength: 64 }),
    tags: json(t.Array(t.String())),
  }),
  pets: table('suite_pets', {
    id: uuid().primary(),
    ownerId: uuid().references('people', { inverse: 'pets' }),
  }),
})
