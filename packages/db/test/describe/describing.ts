// Databases that are described: one for the tests of a block, emptied before each.
import { afterAll, beforeAll, type TestContext } from 'vitest'
import type { DatabaseDescription, Dialect, SchemaTools, TableDescription } from '../../src/adapter/index.ts'
import { createTables } from '../../src/create-tables/index.ts'
import type { TablesFacts } from '../../src/table/index.ts'
import { openSession, type OpenedSession } from '../open-session.ts'
import type { MadeDatabase, MakeDatabase } from '../systems.ts'

/** A database, and what describes it. */
export interface Described {
  readonly db: OpenedSession
  readonly tools: SchemaTools
  readonly dialect: Dialect
  describe(): Promise<DatabaseDescription>
  create(tables: TablesFacts): Promise<void>
  /** Runs statements. */
  run(...texts: readonly string[]): Promise<void>
}

/** Opens a database for the tests of the block around, which are skipped where there is not one. */
export function describing(
  make: MakeDatabase,
): (work: (described: Described) => Promise<void>) => (context: TestContext) => Promise<void> {
  let made: MadeDatabase | undefined
  let opened: Described | undefined
  beforeAll(async () => {
    made = await make()
    if (made === undefined) return
    const db = await openSession(made.adapter)
    const tools = await made.adapter.schemaTools?.()
    if (tools === undefined) throw new Error('the adapter describes nothing')
    opened = {
      db,
      tools,
      dialect: db.session.dialect,
      describe: () => tools.describe((text, values) => db.run(text, values, true)),
      create: (tables) => createTables({ '~internal': { session: db.session, tables } }),
      run: async (...texts) => {
        for (const text of texts) await db.run(text)
      },
    }
  }, 120_000)
  afterAll(async () => {
    await opened?.db[Symbol.asyncDispose]()
    await made?.drop()
  })
  return (work) => async (context) => {
    if (opened === undefined) return context.skip('the server is not at hand')
    await dropAll(opened)
    await work(opened)
  }
}

/** Drops tables, whatever refers to them, and what stands beside them. */
async function dropAll({ dialect, describe, run }: Described): Promise<void> {
  if (dialect.system === 'postgresql') return run('drop schema public cascade', 'create schema public')
  const { tables, others } = await describe()
  const quote = (name: string): string => dialect.quote(name)
  if (dialect.system === 'sqlite') {
    for (const { kind, name } of others)
      await run(`drop ${kind === 'view' ? 'view' : 'table'} ${quote(name)}`)
    await run('pragma foreign_keys = off', ...[...tables.keys()].map((name) => `drop table ${quote(name)}`))
    return run('pragma foreign_keys = on')
  }
  await run(...others.map(({ kind, name }) => `drop ${kind} ${quote(name)}`))
  await run(
    ...[...tables.values()].flatMap(({ name, references, others: parts }) => [
      ...references.map((reference) => dropKey(name, reference.name ?? '')),
      ...parts.filter(({ kind }) => kind === 'foreign key').map((part) => dropKey(name, part.name)),
    ]),
    ...[...tables.keys()].map((name) => `drop table ${quote(name)}`),
  )

  function dropKey(table: string, key: string): string {
    return `alter table ${quote(table)} drop foreign key ${quote(key)}`
  }
}

/** The table of this name. */
export function tableIn({ tables }: DatabaseDescription, name: string): TableDescription {
  const found = tables.get(name)
  if (found === undefined) throw new Error(`no table ${name} in ${[...tables.keys()].join(', ')}`)
  return found
}

/** A table without the names of its constraints, in an order that follows from what they say. */
export function withoutNames(table: TableDescription): TableDescription {
  const sorted = <T>(list: readonly T[]): T[] =>
    [...list].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  return {
    ...table,
    primary: table.primary && { ...table.primary, name: undefined },
    indexes: sorted(table.indexes.map((index) => ({ ...index, name: '', isConstraint: false }))),
    checks: sorted(table.checks.map((check) => ({ ...check, name: undefined, column: undefined }))),
    references: sorted(table.references.map((reference) => ({ ...reference, name: undefined }))),
    columns: table.columns.map((column) => ({
      ...column,
      // By its value, where it has one.
      default: column.default && { ...column.default, text: column.default.value ?? column.default.text },
    })),
  }
}
