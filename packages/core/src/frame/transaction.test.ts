import { setImmediate as immediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { SetupError } from '../errors/index.ts'
import {
  afterCommit,
  createTransactionScope,
  currentFrame,
  currentTransaction,
  currentTransactions,
  Frame,
  frameKey,
  runInFrame,
  runInTransaction,
  runOutsideTransaction,
  TransactionOverError,
  type OwnedTransactionScope,
} from './index.ts'

const TENANT = frameKey<string>('tenant')

interface Noted {
  readonly scope: OwnedTransactionScope
  readonly done: string[]
  readonly failures: unknown[]
  note(text: string): () => void
}

function open(name = 'db', owner?: unknown): Noted {
  const done: string[] = []
  const failures: unknown[] = []
  const scope = createTransactionScope({ name, owner, onError: (error) => failures.push(error) })
  return { scope, done, failures, note: (text) => () => void done.push(text) }
}

describe('the current transaction', () => {
  it('is that around the code, wherever it goes on, and gone afterwards', async () => {
    const { scope } = open()
    expect(currentTransaction()).toBeUndefined()
    await runInTransaction(scope, async () => {
      await immediate()
      expect(currentTransaction()).toBe(scope)
    })
    expect(currentTransaction()).toBeUndefined()
  })

  it('is the innermost, or that of one database', () => {
    const [orders, stock] = [{}, {}]
    const outer = open('orders', orders).scope
    const inner = open('stock', stock).scope
    runInTransaction(outer, () =>
      runInTransaction(inner, () => {
        expect(currentTransaction()).toBe(inner)
        expect(currentTransaction(stock)).toBe(inner)
        expect(currentTransaction(orders)).toBe(outer)
        expect(currentTransaction({})).toBeUndefined()
      }),
    )
  })

  it('is one of all that are around, savepoints included', () => {
    const outer = open('orders', {}).scope
    const savepoint = outer.savepoint()
    const inner = open('stock', {}).scope
    expect(currentTransactions()).toEqual([])
    runInTransaction(outer, () =>
      runInTransaction(savepoint, () =>
        runInTransaction(inner, () => expect(currentTransactions()).toEqual([inner, savepoint, outer])),
      ),
    )
  })

  it('is one for all frames that are opened within it', () => {
    const { scope } = open()
    runInTransaction(scope, () =>
      runInFrame(new Frame('r'), () => {
        expect(currentTransaction()).toBe(scope)
        expect(runOutsideTransaction(() => [currentTransaction(), currentFrame()?.id])).toEqual([
          undefined,
          'r',
        ])
      }),
    )
  })

  it('is each its own for what runs side by side', async () => {
    const scopes = Array.from({ length: 20 }, (_, at) => open(`t${at}`).scope)
    const seen = await Promise.all(
      scopes.map((scope) =>
        runInTransaction(scope, async () => {
          await immediate()
          return currentTransaction()
        }),
      ),
    )
    expect(seen).toEqual(scopes)
  })
})

describe('afterCommit', () => {
  it('does its work at once without a transaction, and gives what becomes of it', async () => {
    const done: string[] = []
    const promise = afterCommit(async () => {
      done.push('begun')
      await immediate()
      done.push('ended')
    })
    expect(done).toEqual(['begun'])
    await promise
    expect(done).toEqual(['begun', 'ended'])
    await expect(
      afterCommit(() => {
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
  })

  it('does its work after the commit of the innermost transaction, outside of it and in the frame where it was given', async () => {
    const { scope, done } = open()
    const frame = new Frame('r')
    await runInFrame(frame, () =>
      runInTransaction(scope, async () => {
        await runInFrame(frame.with(TENANT, 'acme'), () =>
          afterCommit(() => done.push(`${currentFrame()?.get(TENANT)} ${typeof currentTransaction()}`)),
        )
        done.push('COMMIT')
      }),
    )
    await scope.committed()
    expect(done).toEqual(['COMMIT', 'acme undefined'])
  })

  it('is waited for, in the order in which it was given, whoever of them fails', async () => {
    const { scope, done, failures, note } = open()
    scope.afterCommit(async () => {
      done.push('1 begun')
      await immediate()
      done.push('1 ended')
    })
    scope.afterCommit(() => {
      throw new Error('cache is away')
    })
    scope.afterCommit(() => Promise.reject(new Error('bus is away')))
    scope.afterCommit(note('4'))
    await scope.committed()
    expect(done).toEqual(['1 begun', '4', '1 ended'])
    expect(failures.map(String)).toEqual(['Error: cache is away', 'Error: bus is away'])
    expect(scope.state).toBe('committed')
  })

  it('is done for an unknown end where it was asked for that alone, savepoints included', async () => {
    const { scope, done, note } = open()
    const noteAll = (one: OwnedTransactionScope, name: string): void => {
      one.afterCommit(note(`${name} commit`))
      one.afterRollback(note(`${name} rollback`))
      one.afterUnknown(note(`${name} unknown`))
    }
    noteAll(scope, 'outer')
    const [released, undone] = [scope.savepoint(), scope.savepoint()]
    noteAll(released, 'released')
    noteAll(undone, 'undone')
    await released.committed()
    await undone.rolledBack()
    expect(done.splice(0)).toEqual(['undone rollback'])
    await scope.unknown()
    expect([done, scope.state]).toEqual([['outer unknown', 'released unknown'], 'unknown'])
    scope.afterUnknown(note('late'))
    expect(done.at(-1)).toBe('late')
    for (const late of [() => scope.afterCommit(() => {}), () => scope.afterRollback(() => {})])
      expect(late).toThrow('nobody knows whether it has committed')
    await expect(scope.committed()).rejects.toThrow('has already ended (unknown)')
  })

  it('is never done after a rollback, and afterRollback never after a commit', async () => {
    const rolledBack = open()
    rolledBack.scope.afterCommit(rolledBack.note('commit'))
    rolledBack.scope.afterRollback(rolledBack.note('rollback'))
    await rolledBack.scope.rolledBack()
    expect(rolledBack.done).toEqual(['rollback'])
    const committed = open()
    committed.scope.afterCommit(committed.note('commit'))
    committed.scope.afterRollback(committed.note('rollback'))
    await committed.scope.committed()
    expect(committed.done).toEqual(['commit'])
  })
})

describe('a savepoint', () => {
  it('hands its work up, and has it done after the commit of all', async () => {
    const { scope, done, note } = open()
    scope.afterCommit(note('outer'))
    const inner = scope.savepoint()
    inner.afterCommit(note('inner'))
    await inner.committed()
    expect(inner.state).toBe('released')
    expect(done).toEqual([])
    inner.afterCommit(note('late'))
    await scope.committed()
    expect(done).toEqual(['outer', 'inner', 'late'])
  })

  it('drops its work when it is rolled back, and nothing else', async () => {
    const { scope, done, note } = open()
    scope.afterCommit(note('outer'))
    const inner = scope.savepoint('two')
    inner.afterCommit(note('inner'))
    inner.afterRollback(note('inner undone'))
    await inner.rolledBack()
    expect(done).toEqual(['inner undone'])
    await scope.committed()
    expect(done).toEqual(['inner undone', 'outer'])
  })

  it('that was released is undone with what is around it', async () => {
    const { scope, done, note } = open()
    const inner = scope.savepoint()
    inner.afterCommit(note('inner'))
    inner.afterRollback(note('inner undone'))
    await inner.committed()
    await scope.rolledBack()
    expect(done).toEqual(['inner undone'])
  })

  it('that is open ends with a rollback around it, and forbids a commit', async () => {
    const { scope, done, note } = open('orders')
    const inner = scope.savepoint('step')
    inner.savepoint('deeper').afterRollback(note('deeper'))
    inner.afterRollback(note('inner'))
    scope.afterRollback(note('outer'))
    await expect(scope.committed()).rejects.toThrow(
      "The transaction 'orders' cannot end before 'step', which is within it, has.",
    )
    await scope.rolledBack()
    expect(done).toEqual(['deeper', 'inner', 'outer'])
    expect(inner.state).toBe('rolled-back')
  })

  it('has the owner of its transaction', () => {
    const owner = {}
    const { scope } = open('db', owner)
    const inner = scope.savepoint()
    runInTransaction(scope, () =>
      runInTransaction(inner, () => expect(currentTransaction(owner)).toBe(inner)),
    )
  })
})

describe('a transaction that is over', () => {
  it('says so of work that can no longer be done', async () => {
    const { scope } = open('orders')
    const inner = scope.savepoint('step')
    await inner.rolledBack()
    const late = (): void => inner.afterCommit(() => {})
    expect(late).toThrow(TransactionOverError)
    expect(late).toThrow("The transaction 'step' was rolled back: work for after its commit would never run.")
    await scope.committed()
    expect(() => scope.afterRollback(() => {})).toThrow('has committed')
    expect(() => scope.savepoint()).toThrow('is over')
    await expect(scope.committed()).rejects.toThrow('has already ended (committed)')
    await expect(scope.rolledBack()).rejects.toThrow('has already ended (committed)')
  })

  it('does at once what waits for the end that it had, and reports its failure', async () => {
    const committed = open()
    await committed.scope.committed()
    committed.scope.afterCommit(committed.note('at once'))
    committed.scope.afterCommit(() => Promise.reject(new Error('no')))
    await immediate()
    expect(committed.done).toEqual(['at once'])
    expect(committed.failures.map(String)).toEqual(['Error: no'])
  })
})

describe('createTransactionScope', () => {
  it('refuses options that do not exist or are missing', () => {
    expect(() => createTransactionScope({ name: 'db' } as never)).toThrow(SetupError)
    expect(() => createTransactionScope({ name: 'db', onEror: () => {} } as never)).toThrow(
      "Did you mean 'onError'?",
    )
  })
})
