// What cases of the suite share.
import type { SuiteTools } from '@keelson/core/suites'
import type { Database } from '../database/index.ts'
import type { SUITE_TABLES } from './suite-tables.ts'

/** A database with the tables of the suite, which are empty. */
export type SuiteDatabase = Database<typeof SUITE_TABLES>

/** Cases by title. */
export type Cases = Readonly<
  Record<string, (db: SuiteDatabase, expect: SuiteTools['expect']) => Promise<void>>
>

/** A row with a value of each kind that is easily changed on its way. */
export const PERSON = {
  name: "O'Brien \\ \u{1F600}",
  age: null,
  fortune: '9999999999.99',
  visits: '9223372036854775807',
  isActive: true,
  bornOn: '2024-02-29',
  seenAt: '2026-11-29T22:13:33.120Z',
  digest: 'AP8nXAo',
  tags: ['é', '"'],
} as const

/** The row with another name. */
export function person(name: string, age: number | null = null): (typeof SUITE_TABLES.people)['~insert'] {
  return { ...PERSON, tags: [...PERSON.tags], name, age }
}

/** What work fails with; undefined where it does not. */
export async function errorOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work
    return undefined
  } catch (error) {
    return error
  }
}
