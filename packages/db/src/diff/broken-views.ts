// Views that read what a draft drops or renames: PostgreSQL refuses the statement, MySQL, MariaDB and SQLite leave a view that fails when it is read.
import type { SetupProblem } from '@keelson/core'
import { serverText, type Change, type DatabaseDescription, type OtherObject } from '../adapter/index.ts'
import { mentions } from './mentions.ts'
import type { ScratchConnection } from './scratch-connection.ts'
import { tellChange } from './tell-change.ts'

/** Views that cannot be read, each with what the database says. */
export type BrokenViews = ReadonlyMap<OtherObject, string>

/** Asks each view for no row. */
export async function brokenViews(
  { others }: DatabaseDescription,
  { ask, dialect }: ScratchConnection,
): Promise<BrokenViews> {
  const broken = new Map<OtherObject, string>()
  for (const view of others.filter(isView)) {
    try {
      await ask(`select * from ${dialect.quote(view.name)} limit 0`, [])
    } catch (error) {
      broken.set(view, messageOf(error))
    }
  }
  return broken
}

/** Views that could be read before, and cannot be any more. */
export function newlyBroken(now: BrokenViews, before: BrokenViews): BrokenViews {
  const known = new Set([...before.keys()].map(({ name }) => name))
  return new Map([...now].filter(([{ name }]) => !known.has(name)))
}

/** Views that name what the changes of a statement take, which has failed. */
export function refusingViews(
  { others }: DatabaseDescription,
  changes: readonly Change[],
  error: unknown,
): BrokenViews {
  const found = others.filter((one) => isView(one) && changesNamedBy(one, changes).length > 0)
  return new Map(found.map((view) => [view, messageOf(error)]))
}

/** Says the view, what it loses, and the ways out. */
export function viewProblems(broken: BrokenViews, changes: readonly Change[]): SetupProblem[] {
  return [...broken].map(([view, said]) => {
    const told = changesNamedBy(view, changes).map(tellChange).join('; ')
    return {
      code: 'ERR_DB_MIGRATION',
      place: view.name,
      message: `The draft would break this ${view.kind}${told === '' ? '' : `, which names what changes: ${told}`}. The database says: ${said}`,
      remedy: `Drop the ${view.kind} by a migration of its own before, and make it again by one behind; or leave what it reads as it is.`,
    }
  })
}

function isView({ kind }: OtherObject): boolean {
  return kind === 'view' || kind === 'materialized view'
}

function changesNamedBy({ text = '' }: OtherObject, changes: readonly Change[]): Change[] {
  return changes.filter((change) => {
    const name = takenBy(change)
    return name !== undefined && mentions(text, name)
  })
}

/** A name that goes, or stands for another type. */
function takenBy(change: Change): string | undefined {
  switch (change.kind) {
    case 'drop table':
      return change.table
    case 'drop column':
      return change.column
    case 'alter column':
      return change.from.name
    case 'rename table':
    case 'rename column':
      return change.from
    default:
      return undefined
  }
}

/** Without the hint of PostgreSQL, which is to drop the view with the column. */
function messageOf(error: unknown): string {
  return serverText(error).replace(/ Hint: .*$/s, '')
}
