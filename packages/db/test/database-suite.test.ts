import { describe, expect, it } from 'vitest'
import { databaseSuite } from '../src/suites/index.ts'
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
