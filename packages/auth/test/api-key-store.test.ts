import { createMemoryStore, systemClock } from '@keelson/core/ports'
import { defineTables, openDatabase, table, uuid } from '@keelson/db'
import { sqlite } from '@keelson/db/sqlite'
import { describe, expect, it } from 'vitest'
import { keyValueApiKeyStore } from '@keelson/auth/api-keys'
import { apiKeyStoreSuite } from '@keelson/auth/suites'

const tools = { describe, it, expect }
const tables = defineTables({ notes: table('notes', { id: uuid().primary() }) })

apiKeyStoreSuite(tools, {
  name: 'in the process',
  make: () => {
    const store = createMemoryStore()
    return { store: keyValueApiKeyStore(store, systemClock), dispose: () => store.close() }
  },
})

apiKeyStoreSuite(tools, {
  name: 'in a database',
  make: async () => {
    const db = await openDatabase(sqlite(':memory:'), tables)
    const store = keyValueApiKeyStore(db.keyValueStore({ joins: true }), systemClock)
    return { store, dispose: async () => db[Symbol.asyncDispose]() }
  },
})
