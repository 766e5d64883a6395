// As docs/guides/sessions.md has it: sessions in a table of the app's own.
import type { StoreCallOptions } from '@keelson/core'
import { conditionsOn, not } from '@keelson/core/conditions'
import {
  defineTables,
  integer,
  table,
  text,
  timestamp,
  UniqueViolationError,
  type Database,
} from '@keelson/db'
import type { DestroyByUserOptions, SessionStore, StoredSession } from '@keelson/auth'

const SessionRows = table(
  'sessions',
  {
    id: text({ maxLength: 22 }).primary(),
    userId: text({ maxLength: 200 }),
    revision: integer(),
    data: text(),
    expiresAt: timestamp(),
  },
  { indexes: [['userId'], ['expiresAt']] },
)
export const tables = defineTables({ sessions: SessionRows })

const row = conditionsOn(SessionRows.columns)

export class SqlSessions implements SessionStore {
  readonly #db: Database<typeof tables>

  constructor(db: Database<typeof tables>) {
    this.#db = db
  }

  async read(id: string, { signal }: StoreCallOptions = {}) {
    signal?.throwIfAborted()
    const found = await this.#db.sessions.byId(id)
    return found && sessionOf(found)
  }

  async write(session: StoredSession, { signal }: StoreCallOptions = {}) {
    signal?.throwIfAborted()
    await this.#db.sessions.deleteMany({ where: row.expiresAt.below(new Date().toISOString()) })
    try {
      await this.#db.sessions.insert({ ...rowOf(session), id: session.id, userId: session.userId })
      return true
    } catch (error) {
      if (UniqueViolationError.is(error)) return false
      throw error
    }
  }

  async rotate(next: StoredSession, { signal }: StoreCallOptions = {}) {
    signal?.throwIfAborted()
    const where = { id: next.id, revision: next.revision - 1 }
    return (await this.#db.sessions.updateMany({ where, set: rowOf(next) })) === 1
  }

  async destroy(id: string, userId: string, { signal }: StoreCallOptions = {}) {
    signal?.throwIfAborted()
    return (await this.#db.sessions.deleteMany({ where: { id, userId } })) === 1
  }

  async listByUser(userId: string, { signal }: StoreCallOptions = {}) {
    signal?.throwIfAborted()
    return (await this.#db.sessions.find({ where: { userId } })).map(sessionOf)
  }

  async destroyByUser(userId: string, { signal, except = [] }: DestroyByUserOptions = {}) {
    signal?.throwIfAborted()
    const ended = await this.#db.sessions.find({ where: [{ userId }, not(row.id.isIn(except))] })
    const ids = ended.map(({ id }) => id)
    await this.#db.sessions.deleteMany({ where: row.id.isIn(ids) })
    return ids
  }
}

function sessionOf({ data }: { readonly data: string }): StoredSession {
  return JSON.parse(data) as StoredSession
}

function rowOf(session: StoredSession) {
  const { revision, expiresAt } = session
  return { revision, data: JSON.stringify(session), expiresAt: new Date(expiresAt).toISOString() }
}
