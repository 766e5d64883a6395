// The draft of a migration: what makes the tables of what the migrations make, proven before anybody sees it.
import { SetupError, type SetupProblem } from '@keelson/core'
import {
  withScratchDatabase,
  type Adapter,
  type Change,
  type ChangeEnds,
  type DatabaseDescription,
  type Dialect,
  type SchemaTools,
} from '../adapter/index.ts'
import { declared } from '../create-tables/index.ts'
import { MigrationError } from '../errors.ts'
import type { TablesFacts } from '../table/index.ts'
import { brokenViews, newlyBroken, refusingViews, viewProblems } from './broken-views.ts'
import { compare } from './compare.ts'
import { constraintRenames, type ConstraintNames } from './constraint-names.ts'
import { constraintNames, formerNames } from './former-names.ts'
import { withKeptParts, type Compared } from './kept-parts.ts'
import type { CompareOptions } from './left-parts.ts'
import { lostParts } from './lost-parts.ts'
import { inOurSpelling, withOurTables } from './our-spelling.ts'
import { orderChanges } from './order-changes.ts'
import { conversionProblems, dropProblems, repeatedProblems, requiredProblems } from './refused-changes.ts'
import { findRenames, type Renames } from './renames.ts'
import { ScratchConnection, type ScratchPurpose } from './scratch-connection.ts'
import { describeTables, schemaToolsOf } from './describe-tables.ts'
import { tellChange } from './tell-change.ts'

/** What {@link draftMigration} is given. */
export interface DraftRequest {
  /** Where scratch databases are made: beside its own, which is not touched. */
  readonly adapter: Adapter
  readonly tables: TablesFacts
  /** Runs all migrations in an empty database. */
  applyFiles(scratch: Adapter): Promise<void>
  /** Tables, and `table.column`, that are to go with their data; `all` where the draft is only looked at. */
  readonly drops: readonly string[] | 'all'
  /** Whether a table, or a column of it, is one that migrations make and no table value says. */
  isIgnored(table: string, column?: string): boolean
  /** Renames that a migration has made, as it says them: {@link Draft.marks}. */
  readonly renamed: ReadonlySet<string>
}

/** A migration that can be written to a file. */
export interface Draft {
  readonly up: readonly string[]
  /** What takes it back, as far as data allows. */
  readonly down: readonly string[]
  /** Why the way back does not give all back, a sentence each. */
  readonly lost: readonly string[]
  /** Renames after which an old name is there again, for the head of the file. */
  readonly marks: readonly string[]
  /** What a reader may not expect, a sentence each. */
  readonly notes: readonly string[]
  /** Whether tables of SQLite are made anew, with foreign keys off. */
  readonly rebuilds: boolean
  /** The system that it is written for. */
  readonly system: Dialect['system']
  /** The changes in words. */
  readonly told: readonly string[]
}

/**
 * Compares what migrations make with what tables say, in two databases of their own.
 *
 * @returns undefined where there is nothing to do
 * @throws {SetupError} `ERR_DB_MIGRATION` for what is not written by itself: drops that are not named, columns that rows could not have
 */
export async function draftMigration(request: DraftRequest): Promise<Draft | undefined> {
  const work = async (scratch: Adapter): Promise<Draft | undefined> => {
    await request.applyFiles(scratch)
    await using connection = await ScratchConnection.open(scratch)
    // Those of the one that is connected: MySQL and MariaDB are told apart by the server.
    const tools = await schemaToolsOf(scratch)
    return await new Drafting(request, tools, connection).draft()
  }
  // What files leave open is there what it is where they will run.
  return withScratchDatabase(request.adapter, work, { isLikeOwn: true }).catch((error: unknown) => {
    if (!SetupError.is(error)) throw error
    throw new SetupError(error.problems, error.cause, request.drops === 'all' ? NOT_COMPARED : NOT_WRITTEN)
  })
}

const NOT_WRITTEN = 'No migration is written'
const NOT_COMPARED = 'The migrations cannot be compared with the tables'

const BY_HAND = 'Write this migration by hand, or change the tables in several steps.'
const DRAFT: ScratchPurpose = { failed: 'The draft does not run', remedy: BY_HAND }
const WAY_BACK: ScratchPurpose = { failed: 'The way back of the draft does not run', remedy: BY_HAND }

/** One comparison, in the database that the migrations have made. */
class Drafting {
  readonly #request: DraftRequest
  readonly #tools: SchemaTools
  readonly #connection: ScratchConnection
  readonly #options: CompareOptions

  constructor(request: DraftRequest, tools: SchemaTools, connection: ScratchConnection) {
    this.#request = request
    this.#tools = tools
    this.#connection = connection
    this.#options = { readingOf: tools.readingOf, isIgnored: request.isIgnored }
  }

  async draft(): Promise<Draft | undefined> {
    const before = await this.#describe()
    const renames = this.#renames(before)
    const renaming = this.#write(renames.changes, before, before)
    const broken = await brokenViews(before, this.#connection)
    await this.#connection.run(renaming, DRAFT)
    const from = renaming.length === 0 ? before : await this.#describe()
    const to = await this.#wanted(from)
    const found = this.#compare(from, to, renames)
    const changes = this.#ordered(found, { from, to, names: constraintNames(this.#request.tables) })
    const ours = declared(this.#request.tables, this.#connection.dialect)
    const spelled = changes.map((change) => inOurSpelling(change, ours))
    const wanted = withKeptParts(withOurTables(to, ours), { from, to, changes: found })
    const making = this.#write(spelled, from, wanted)
    const up = [...renaming, ...making]
    if (up.length === 0) return undefined
    const { system } = this.#connection.dialect
    const told = [...renames.changes, ...changes].map(tellChange)
    const { marks, notes } = renames
    if (this.#request.drops === 'all')
      return { up, down: [], lost: [], marks, notes, rebuilds: false, system, told }
    await this.#run(making, { from, changes: found })
    refuse(
      viewProblems(newlyBroken(await brokenViews(await this.#describe(), this.#connection), broken), [
        ...renames.changes,
        ...found,
      ]),
    )
    await this.#prove({ from, to, changes: found })
    const back = await this.#back(from, renames, before)
    return {
      up,
      ...back,
      marks,
      notes,
      rebuilds: [...up, ...back.down].some((text) => this.#isRebuild(text)),
      system,
      told,
    }
  }

  #renames(from: DatabaseDescription): Renames {
    const { tables, renamed, drops } = this.#request
    const renames = findRenames({
      from,
      former: formerNames(tables),
      made: renamed,
      drops: drops === 'all' ? [] : drops,
    })
    refuse(renames.problems)
    return renames
  }

  /** What the tables make in a database of their own. */
  #wanted({ others }: DatabaseDescription): Promise<DatabaseDescription> {
    const { adapter, tables } = this.#request
    return describeTables(tables, { adapter, others })
  }

  /** @throws {SetupError} for what is not written by itself */
  #compare(from: DatabaseDescription, to: DatabaseDescription, { aside }: Renames): Change[] {
    const { drops } = this.#request
    const changes = compare(from, to, this.#options)
    if (drops === 'all') return changes
    const dropped = drops.map((name) => aside.get(name) ?? name)
    refuse([
      ...dropProblems(changes, dropped),
      ...requiredProblems(changes, from),
      ...repeatedProblems(changes, from),
      ...conversionProblems(from, to, this.#tools.readingOf),
    ])
    return changes
  }

  #ordered(
    changes: readonly Change[],
    { from, to, names }: ChangeEnds & { readonly names: ConstraintNames },
  ): Change[] {
    const all = [...constraintRenames(from, to, names), ...changes]
    return orderChanges({ changes: all, from, to, detachesReferences: this.#detaches })
  }

  /** Runs the draft where the migrations have run. @throws {SetupError} where a view stands against it */
  async #run(texts: readonly string[], { from, changes }: Omit<Compared, 'to'>): Promise<void> {
    try {
      await this.#connection.run(texts, DRAFT)
    } catch (error) {
      if (MigrationError.is(error)) refuse(viewProblems(refusingViews(from, changes, error.cause), changes))
      throw error
    }
  }

  /** Looks whether a draft that has run made what was wanted, and took nothing else away. */
  async #prove({ from, to, changes }: Compared): Promise<void> {
    const made = await this.#describe()
    const remedy = 'Write this migration by hand.'
    refuse([
      ...compare(made, to, this.#options).map((change) => ({
        code: 'ERR_DB_MIGRATION',
        place: 'table' in change ? change.table : change.to,
        message: `The draft would not make what the tables say: left is ${tellChange(change)}.`,
        remedy,
      })),
      ...lostParts({ from, made, changes }).map(({ place, part }) => ({
        code: 'ERR_DB_MIGRATION',
        place,
        message: `The draft would lose what no table says: ${part}.`,
        remedy,
      })),
    ])
  }

  /** The way back, which is run as well: where it does not give what was there before, it says so. */
  async #back(
    from: DatabaseDescription,
    renames: Renames,
    before: DatabaseDescription,
  ): Promise<Pick<Draft, 'down' | 'lost'>> {
    const now = await this.#describe()
    const options = { ...this.#options, dropsNumbering: true }
    const wanted = compare(now, from, options)
    const lost = requiredProblems(wanted, now).map(
      ({ place }) => `${place} was required, and its values are gone`,
    )
    const to = withoutRequired(from, wanted, now)
    const found = compare(now, to, options)
    const changes = this.#ordered(found, { from: now, to, names: EVERY_NAME })
    const down = [
      ...this.#write(changes, now, withKeptParts(to, { from: now, to, changes: found })),
      ...this.#write(renames.changes.toReversed().map(reversed), from, from),
    ]
    await this.#connection.run(down, WAY_BACK)
    if (lost.length > 0) return { down, lost }
    const made = await this.#describe()
    const left = compare(made, before, this.#options)
    const gone = lostParts({ from: before, made, changes: left, isExact: true })
    return { down, lost: [...left.map(tellChange), ...gone.map(({ place, part }) => `${place}: ${part}`)] }
  }

  #describe(): Promise<DatabaseDescription> {
    return this.#tools.describe(this.#connection.ask)
  }

  #write(changes: readonly Change[], from: DatabaseDescription, to: DatabaseDescription): readonly string[] {
    return changes.length === 0 ? [] : this.#tools.write(changes, { from, to })
  }

  get #detaches(): boolean {
    return this.#connection.dialect.system !== 'sqlite'
  }

  #isRebuild(text: string): boolean {
    return this.#connection.dialect.system === 'sqlite' && text.startsWith('drop table')
  }
}

/** On the way back, constraints get the names that they had. */
const EVERY_NAME: ConstraintNames = { isSaid: () => true, formerNames: () => new Map() }

/** Rows that are there have no value for a column that comes back: it is not required any more. */
function withoutRequired(
  wanted: DatabaseDescription,
  changes: readonly Change[],
  now: DatabaseDescription,
): DatabaseDescription {
  const tables = new Map(wanted.tables)
  for (const change of changes) {
    const table = change.kind === 'add column' ? tables.get(change.table) : undefined
    if (change.kind !== 'add column' || table === undefined) continue
    if (requiredProblems([change], now).length === 0) continue
    const columns = table.columns.map((column) =>
      column.name === change.column.name ? { ...column, isNullable: true } : column,
    )
    tables.set(change.table, { ...table, columns })
  }
  return { ...wanted, tables }
}

function reversed(change: Change): Change {
  return change.kind === 'rename table' || change.kind === 'rename column'
    ? { ...change, from: change.to, to: change.from }
    : change
}

function refuse(problems: readonly SetupProblem[]): void {
  if (problems.length > 0) throw new SetupError(problems)
}
