import { callable, ofKind, optionTable, required, withMethods } from '@keelson/core/options'
import { defineSuite, type Suite, type SuiteCases } from '@keelson/core/suites'
import type { SessionStore, StoredSession } from '../sessions/index.ts'

/** An empty store that no other case uses. */
export interface SessionStoreSubject {
  readonly store: SessionStore
  readonly dispose?: (() => void | Promise<void>) | undefined
}

const SESSION: StoredSession = {
  id: 'AbCdEfGhIjKlMnOpQr0000',
  userId: 'ada',
  createdAt: 1_800_000_000_000,
  authenticatedAt: 1_800_000_000_001,
  lastSeenAt: 1_800_000_000_002,
  factors: ['pwd', 'otp'],
  device: 'Mozilla/5.0 (X11; Linux x86_64) “é🌳”',
  secretHash: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
  previous: [
    {
      hash: 'J8qdYW5-8fk0Fv8TOCzzJcrmQrk5zR9aJfV-yDkPpJk',
      until: 1_800_000_010_000,
      authenticatedAt: 1_800_000_000_000,
      factors: ['pwd'],
    },
  ],
  revision: 1,
  isPersistent: true,
  expiresAt: 4_100_000_000_000,
  endsAt: 4_100_000_000_001,
}

function idOf(at: number): string {
  return SESSION.id.slice(0, -1) + at
}

const SUBJECT = optionTable<SessionStoreSubject>({
  store: required(
    ofKind(
      withMethods('a store of sessions', [
        'read',
        'write',
        'rotate',
        'destroy',
        'listByUser',
        'destroyByUser',
      ]),
      'An empty store.',
    ),
  ),
  dispose: callable('Called after each case.'),
})

const CASES: SuiteCases<SessionStoreSubject> = {
  'reads a session as it was written': async ({ store }, expect) => {
    const { device: _, ...rest } = SESSION
    const bare: StoredSession = { ...rest, id: idOf(1), factors: [], previous: [], isPersistent: false }
    expect(await store.write(SESSION)).toEqual(true)
    expect(await store.write(bare)).toEqual(true)
    expect(await store.read(SESSION.id)).toEqual(SESSION)
    expect(await store.read(bare.id)).toEqual(bare)
  },
  'reads nothing that was not written, also in another case': async ({ store }, expect) => {
    await store.write(SESSION)
    expect(await store.read(idOf(9))).toEqual(undefined)
    expect(await store.read(SESSION.id.toLowerCase())).toEqual(undefined)
    for (const other of ['Ada', 'ada ', 'adá']) expect(await store.listByUser(other)).toEqual([])
  },
  'writes no second session of an id': async ({ store }, expect) => {
    await store.write(SESSION)
    expect(await store.write({ ...SESSION, userId: 'eve', secretHash: 'other' })).toEqual(false)
    expect(await store.read(SESSION.id)).toEqual(SESSION)
    expect(await store.listByUser('eve')).toEqual([])
  },
  'lists the sessions of a user, also those that were written at once': async ({ store }, expect) => {
    const ids = [1, 2, 3, 4].map(idOf)
    await store.write({ ...SESSION, userId: 'eve' })
    await Promise.all(ids.map((id) => store.write({ ...SESSION, id })))
    const listed = await store.listByUser('ada')
    expect(listed.map(({ id }) => id).toSorted()).toEqual(ids)
    expect(listed.find(({ id }) => id === ids[0])).toEqual({ ...SESSION, id: ids[0] })
  },
  'rotates a session whose revision is the one before, and no other': async ({ store }, expect) => {
    await store.write(SESSION)
    const second = { ...SESSION, revision: 2, secretHash: 'second', lastSeenAt: 1_800_000_060_000 }
    for (const revision of [1, 3]) expect(await store.rotate({ ...second, revision })).toEqual(false)
    expect(await store.read(SESSION.id)).toEqual(SESSION)
    expect(await store.rotate(second)).toEqual(true)
    expect(await store.read(SESSION.id)).toEqual(second)
    expect(await store.rotate(second)).toEqual(false)
    expect(await store.rotate({ ...second, revision: 3, previous: [], factors: ['hwk'] })).toEqual(true)
    expect(await store.listByUser('ada')).toEqual([
      { ...second, revision: 3, previous: [], factors: ['hwk'] },
    ])
  },
  'lets one of several rotations at once through': async ({ store }, expect) => {
    await store.write(SESSION)
    const nexts = ['a', 'b', 'c', 'd', 'e'].map((secretHash) => ({ ...SESSION, revision: 2, secretHash }))
    const put = await Promise.all(nexts.map((next) => store.rotate(next)))
    expect(put.filter(Boolean).length).toEqual(1)
    expect(await store.read(SESSION.id)).toEqual(nexts[put.indexOf(true)])
  },
  'destroys a session of its user alone': async ({ store }, expect) => {
    await store.write(SESSION)
    await store.write({ ...SESSION, id: idOf(1) })
    expect(await store.destroy(SESSION.id, 'eve')).toEqual(false)
    expect(await store.read(SESSION.id)).toEqual(SESSION)
    expect(await store.destroy(SESSION.id, 'ada')).toEqual(true)
    expect(await store.destroy(SESSION.id, 'ada')).toEqual(false)
    expect(await store.read(SESSION.id)).toEqual(undefined)
    expect((await store.listByUser('ada')).map(({ id }) => id)).toEqual([idOf(1)])
  },
  'does not bring a session back that was destroyed': async ({ store }, expect) => {
    await store.write(SESSION)
    const next = { ...SESSION, revision: 2 }
    await Promise.all([store.destroy(SESSION.id, 'ada'), store.rotate(next)])
    await store.destroy(SESSION.id, 'ada')
    expect(await store.rotate({ ...SESSION, revision: 3 })).toEqual(false)
    expect(await store.rotate(next)).toEqual(false)
    expect(await store.read(SESSION.id)).toEqual(undefined)
    expect(await store.listByUser('ada')).toEqual([])
  },
  'destroys all sessions of a user, and says which': async ({ store }, expect) => {
    const ids = [1, 2, 3].map(idOf)
    await store.write({ ...SESSION, userId: 'eve' })
    for (const id of ids) await store.write({ ...SESSION, id })
    expect((await store.destroyByUser('ada')).toSorted()).toEqual(ids)
    expect(await store.destroyByUser('ada')).toEqual([])
    for (const id of ids) expect(await store.read(id)).toEqual(undefined)
    expect(await store.listByUser('ada')).toEqual([])
    expect(await store.read(SESSION.id)).toEqual({ ...SESSION, userId: 'eve' })
    await store.write({ ...SESSION, id: idOf(4) })
    expect((await store.listByUser('ada')).map(({ id }) => id)).toEqual([idOf(4)])
  },
  'destroys all but some': async ({ store }, expect) => {
    for (const at of [1, 2, 3, 4]) await store.write({ ...SESSION, id: idOf(at) })
    const ended = await store.destroyByUser('ada', { except: [idOf(2), idOf(4), idOf(9)] })
    expect(ended.toSorted()).toEqual([idOf(1), idOf(3)])
    expect((await store.listByUser('ada')).map(({ id }) => id).toSorted()).toEqual([idOf(2), idOf(4)])
    expect((await store.destroyByUser('ada', { except: [] })).toSorted()).toEqual([idOf(2), idOf(4)])
  },
  'takes ids of users of any characters': async ({ store }, expect) => {
    const users = ['é', 'user:7', '7\n8', 'x'.repeat(200), '🌳', "'; --"]
    for (const [at, userId] of users.entries()) await store.write({ ...SESSION, id: idOf(at), userId })
    for (const userId of users) {
      const listed = await store.listByUser(userId)
      expect(listed.map((one) => one.userId)).toEqual([userId])
    }
  },
  'waits no longer than its signal': async ({ store }, expect) => {
    const signal = AbortSignal.abort(new Error('too late'))
    const calls = [
      store.read(SESSION.id, { signal }),
      store.write(SESSION, { signal }),
      store.rotate({ ...SESSION, revision: 2 }, { signal }),
      store.destroy(SESSION.id, 'ada', { signal }),
      store.listByUser('ada', { signal }),
      store.destroyByUser('ada', { signal }),
    ]
    // All at once: each may reject before the one ahead of it.
    const said = await Promise.all(calls.map((call) => call.then(String, String)))
    for (const one of said) expect(one.includes('too late')).toEqual(true)
  },
}

/**
 * Proves that a store of sessions does what {@link SessionStore} promises.
 *
 * @example
 * import { describe, expect, it } from 'vitest'
 * const make = () => ({ store: keyValueSessionStore(createMemoryStore(), systemClock) })
 * sessionStoreSuite({ describe, it, expect }, { name: 'in the process', make })
 */
export const sessionStoreSuite: Suite<SessionStoreSubject> = defineSuite<SessionStoreSubject>({
  name: 'sessionStoreSuite',
  subject: SUBJECT,
  cases: CASES,
})
