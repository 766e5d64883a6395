import { hash } from 'node:crypto'
import type { KeyValueStore } from '@keelson/core'
import { createFakeClock, createMemoryStore, systemClock } from '@keelson/core/ports'
import { describe, expect, it } from 'vitest'
import { keyValueApiKeyStore, type StoredApiKey } from '@keelson/auth/api-keys'
import { apiKeyStoreSuite } from '@keelson/auth/suites'
import { describeStores } from './stores.ts'

describeStores((name, make) =>
  apiKeyStoreSuite(
    { describe, it, expect },
    {
      name,
      make: async () => {
        const { store, dispose } = await make()
        return { store: keyValueApiKeyStore(store, systemClock), dispose }
      },
    },
  ),
)

it('lists a key whose record was being written when another one was added', async () => {
  const kept = createMemoryStore()
  let open = (): void => {}
  const gate = new Promise<void>((resolve) => (open = resolve))
  const slow: KeyValueStore = new Proxy(kept, {
    get: (store, name) => {
      if (name === 'add')
        return (...args: Parameters<KeyValueStore['add']>) => gate.then(() => store.add(...args))
      const value: unknown = Reflect.get(store, name, store)
      return typeof value === 'function' ? value.bind(store) : value
    },
  })
  const first = keyValueApiKeyStore(slow, systemClock).add(keyOf('AbCdEfGh0001'))
  const store = keyValueApiKeyStore(kept, systemClock)
  await new Promise(setImmediate)
  await store.add(keyOf('AbCdEfGh0002'))
  open()
  await first
  const listed = await store.listByUser('ada')
  expect(listed.map(({ id }) => id).toSorted()).toEqual(['AbCdEfGh0001', 'AbCdEfGh0002'])
})

it('leaves nothing behind when the last key of a user has ended, and keeps the list of one that does not end', async () => {
  const clock = createFakeClock({ now: 1_800_000_000_000 })
  const kept = createMemoryStore({ clock })
  const store = keyValueApiKeyStore(kept, clock)
  const listOf = (userId: string) => kept.get(`api-keys:user:${hash('sha256', userId, 'base64url')}`)
  await store.add({ ...keyOf('AbCdEfGh0001'), expiresAt: clock.now() + 60_000 })
  await store.add({ ...keyOf('AbCdEfGh0002'), userId: 'eve', expiresAt: clock.now() + 60_000 })
  await store.add({ ...keyOf('AbCdEfGh0003'), userId: 'eve' })
  await clock.advance(59_999)
  expect(await listOf('ada')).toBeDefined()
  await clock.advance(1)
  expect(await listOf('ada')).toBeUndefined()
  expect((await store.listByUser('eve')).map(({ id }) => id)).toEqual(['AbCdEfGh0003'])
})

function keyOf(id: string): StoredApiKey {
  return { id, userId: 'ada', name: '', abilities: [], createdAt: 1_800_000_000_000, hash: id }
}
