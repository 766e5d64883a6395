import { describe, expect, it } from 'vitest'
import { databaseSuite } from '../src/suites/index.ts'
import { DATABASE_CASES } from '../src/suites/database-cases.ts'
import { findMariadb, findPostgres } from './servers.ts'
import { ALL_SYSTEMS } from './systems.ts'

const missing: Readonly<Record<string, string>> = {
  PostgreSQL: (await findPostgres()).reason,
  MariaDB: (await findMariadb()).reason,
}

for (const [name, make] of ALL_SYSTEMS)
  if ((missing[name] ?? '') === '')
    databaseSuite(
      { describe, it, expect },
      {
        name,
        make: async () => {
          const made = await make()
          if (made === undefined) throw new Error(`${name} is gone`)
          return { adapter: made.adapter, dispose: made.drop }
        },
      },
    )

describe('databaseSuite', () => {
  it('refuses an adapter that is none, and lists what is skipped with its reason', async () => {
    const cases: (() => Promise<void>)[] = []
    const skipped: string[] = []
    const tools = {
      describe: (_: string, body: () => void) => body(),
      it: Object.assign((_: string, body: () => Promise<void>) => cases.push(body), {
        skip: (title: string) => skipped.push(title),
      }),
      expect,
    }
    const [title = ''] = Object.keys(DATABASE_CASES)
    databaseSuite(tools, { name: 'none', make: () => ({ adapter: {} }) as never, skip: { [title]: 'why' } })
    expect(skipped).toEqual([`${title} (why)`])
    await expect(cases[0]?.()).rejects.toThrow(
      'databaseSuite, what make returns: Option adapter must be an adapter',
    )
  })
})
