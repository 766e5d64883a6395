import { describe, expect, it } from 'vitest'
import { bind, createContainer, DisposeError, lazy, token } from './index.ts'

interface Database {
  readonly name: string
}
const DATABASE = token<Database>('database')
const CACHE = token<Database>('cache')

/** A promise to be settled by the test. */
function deferred<T>() {
  let resolve!: (value: T) => void
  let reject!: (reason: unknown) => void
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { promise, resolve, reject }
}

class Store {
  static inject = [CACHE, DATABASE] as const
  static scope = 'request'
  readonly names: string
  constructor(cache: Database, database: Database) {
    this.names = `${cache.name} ${database.name}`
  }
}

describe('warming', () => {
  it('awaits singletons made by a promise, in the order of needs, for services of any scope', async () => {
    const order: string[] = []
    const make = async (name: string): Promise<Database> => {
      order.push(`begin ${name}`)
      await Promise.resolve()
      order.push(`end ${name}`)
      return { name }
    }
    const container = createContainer([
      bind(CACHE, { needs: [DATABASE], make: (database) => make(`cache of ${database.name}`) }),
      bind(DATABASE, { make: () => make('db') }),
    ])
    await container.warm([Store])
    expect(order).toEqual(['begin db', 'end db', 'begin cache of db', 'end cache of db'])
    expect(container.createScope().resolve(Store).names).toBe('cache of db db')
    expect(container.resolve(DATABASE)).toEqual({ name: 'db' })
  })

  it('constructs every singleton that is needed, and leaves what is needed lazily to others', async () => {
    const made: string[] = []
    const note = (name: string) => () => ({ name: String(made.push(name)) })
    const OTHER = token<Database>('other')
    const container = createContainer([
      bind(DATABASE, { needs: [lazy(() => OTHER)], make: note('database') }),
      bind(CACHE, { needs: [DATABASE], make: note('cache') }),
      bind(OTHER, { make: note('other') }),
    ])
    await container.warm([Store])
    expect(made).toEqual(['database', 'cache'])
  })

  it('makes each once, also when called twice at the same time', async () => {
    let made = 0
    const gate = deferred<Database>()
    const make = (): Promise<Database> => {
      made++
      return gate.promise
    }
    const container = createContainer([bind(DATABASE, { make })])
    const warming = [container.warm([DATABASE]), container.warm([DATABASE])]
    gate.resolve({ name: 'db' })
    await Promise.all(warming)
    expect(made).toBe(1)
  })

  it('must come before the first use of what a promise makes; that use is not lost', async () => {
    let made = 0
    const make = async (): Promise<Database> => ({ name: String(++made) })
    const container = createContainer([bind(DATABASE, { make })])
    expect(() => container.resolve(DATABASE)).toThrow('DATABASE is made by a promise that is not settled yet')
    await container.warm([DATABASE])
    expect(container.resolve(DATABASE)).toEqual({ name: '1' })
  })

  it('rejects with the service and what its promise rejects with, and may be tried again', async () => {
    const error = new Error('no database')
    let attempts = 0
    const make = async (): Promise<Database> => {
      if (attempts++ === 0) throw error
      return { name: 'db' }
    }
    const container = createContainer([bind(DATABASE, { make })])
    await expect(container.warm([DATABASE])).rejects.toMatchObject({
      problems: [{ code: 'ERR_CORE_SERVICE_START', place: 'service DATABASE' }],
      cause: error,
    })
    await container.warm([DATABASE])
    expect(container.resolve(DATABASE).name).toBe('db')
  })

  it('is the only one to hear of a promise that rejects: none is left unhandled', async () => {
    const unhandled: unknown[] = []
    const note = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', note)
    const container = createContainer([
      bind(DATABASE, { make: () => Promise.reject(new Error('no database')) }),
    ])
    expect(() => container.resolve(DATABASE)).toThrow('is not settled yet')
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })

  it('ends with the signal, before or during a promise', async () => {
    const reason = new Error('stop')
    const container = createContainer([
      bind(DATABASE, { make: () => new Promise<Database>(() => undefined) }),
    ])
    const ending = new AbortController()
    const warming = container.warm([DATABASE], { signal: ending.signal })
    ending.abort(reason)
    await expect(warming).rejects.toBe(reason)
    await expect(container.warm([DATABASE], { signal: ending.signal })).rejects.toBe(reason)
  })
})

describe('closing an app while it starts', () => {
  it('waits for what is being made and closes it', async () => {
    const gate = deferred<Database>()
    const closed: string[] = []
    const dispose = (database: Database): void => void closed.push(database.name)
    const container = createContainer([bind(DATABASE, { make: () => gate.promise, dispose })])
    const warming = container.warm([DATABASE])
    const closing = container.dispose()
    gate.resolve({ name: 'db' })
    await Promise.all([warming, closing])
    expect(closed).toEqual(['db'])
  })

  it('makes nothing more', async () => {
    const gate = deferred<Database>()
    let made = 0
    const make = (): Database => ({ name: String(++made) })
    const container = createContainer([
      bind(DATABASE, { make: () => gate.promise }),
      bind(CACHE, { needs: [DATABASE], make }),
    ])
    const warming = container.warm([CACHE])
    const closing = container.dispose()
    gate.resolve({ name: 'db' })
    await expect(warming).rejects.toThrow('CACHE was asked for after its app or request had ended')
    await closing
    expect(made).toBe(0)
  })

  it('reports what was not made in time, and closes it when it comes', async () => {
    const gate = deferred<Database>()
    const late = deferred<string>()
    const dispose = (database: Database): void => late.resolve(database.name)
    const container = createContainer([bind(DATABASE, { make: () => gate.promise, dispose })])
    const warming = container.warm([DATABASE])
    const error: unknown = await container.dispose({ timeoutMs: 1 }).catch((thrown: unknown) => thrown)
    expect((error as DisposeError).failures.map((failure) => failure.service)).toEqual(['DATABASE'])
    gate.resolve({ name: 'db' })
    expect(await late.promise).toBe('db')
    await warming
  })
})
