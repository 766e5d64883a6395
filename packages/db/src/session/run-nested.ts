// Savepoints within a transaction.
import { currentFrame, type Frame } from '@keelson/core'
import { runInTransaction, type OwnedTransactionScope } from '@keelson/core/frames'
import { bounded, type AfterEndHost } from './after-end.ts'
import type { TransactionOptions } from './contract.ts'
import { Level } from './level.ts'
import type { Site } from './site.ts'
import { reasonOf } from './cancellation.ts'
import { errorOf, StatementFailure } from './statement-failure.ts'

/** What {@link runNested} runs in. */
export interface Nesting {
  readonly around: Level
  readonly options: TransactionOptions
  readonly site: Site
  /** The scope of the savepoint, which the caller ends. Default: one within that of the transaction around. */
  readonly scope?: OwnedTransactionScope
}

/** Runs work in a savepoint of the transaction around. */
export async function runNested<T>(
  host: AfterEndHost,
  work: () => T | PromiseLike<T>,
  { around, options, site, scope: own }: Nesting,
): Promise<T> {
  const name = options.name ?? `${around.name}, nested`
  const { unit } = around
  const scope = own ?? around.scope.savepoint(name)
  const savepoint = `keelson_${depthOf(around)}`
  const level = new Level({
    name: scope.name,
    owner: scope.owner,
    unit,
    around,
    makeScope: () => scope,
    savepoint,
    site,
  })
  try {
    await enter(level, name)
    const result = await runInTransaction(level, work)
    await releaseSavepoint(level, currentFrame())
    if (own === undefined) await scope.committed()
    return result
  } catch (error) {
    await rollBackTo(level, error)
    if (own === undefined) await bounded(scope.rolledBack(), host, scope)
    throw error
  }
}

/** Begins the savepoint when what was begun before it has ended. */
async function enter(level: Level, name: string): Promise<void> {
  const { around, unit, savepoint } = level as Level & { readonly around: Level }
  await send(level, `savepoint ${savepoint}`, () => {
    const problem = around.problem(`the transaction '${name}'`)
    if (problem !== undefined) throw problem
    unit.innermost = level
  })
}

async function releaseSavepoint(level: Level, frame: Frame | undefined): Promise<void> {
  const problem = level.problemAtEnd() ?? (frame?.isAborted === true ? reasonOf(frame) : undefined)
  if (problem !== undefined) throw problem
  await send(level, `release savepoint ${level.savepoint}`)
  level.over()
  level.unit.innermost = level.around
}

async function rollBackTo(level: Level, error: unknown): Promise<void> {
  const { around, unit, savepoint } = level as Level & { readonly around: Level }
  if (level.isOver) return
  level.fail(error)
  level.over()
  // It has not begun.
  if (unit.innermost === around) return
  // Those within it that have not ended are gone with it.
  if (unit.innermost !== level) around.fail(error)
  unit.innermost = around
  if (around.failure === undefined)
    try {
      await unit.control(`rollback to savepoint ${savepoint}`)
      await unit.control(`release savepoint ${savepoint}`)
    } catch (failure) {
      around.fail(errorOf(failure), true)
    }
}

async function send(level: Level, text: string, begin?: () => void): Promise<void> {
  try {
    await level.unit.control(text, begin)
  } catch (error) {
    if (!(error instanceof StatementFailure)) throw error
    level.fail(error.error, true)
    throw error.error
  }
}

function depthOf(level: Level): number {
  return level.around === undefined ? 1 : 1 + depthOf(level.around)
}
