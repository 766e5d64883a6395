// The commands that compare migrations with tables.
import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { findDangers } from '../dangers/index.ts'
import { draftMigration, draftText, swapsIn, type Draft } from '../diff/index.ts'
import { applyPending, connectTo, createFile, migrationPaths, readSql } from '../migrate/index.ts'
import { migratedDatabase, type MigratedDatabase } from './choose-database.ts'
import type { CommandParts } from './contract.ts'

const DIFFERS = 1

/** Writes the next migration, where migrations and tables differ. */
export async function diffCommand(
  parts: CommandParts,
  { words, drops }: { readonly words: readonly string[]; readonly drops: readonly string[] },
): Promise<number> {
  const { io } = parts
  const database = migratedDatabase(parts)
  const draft = await draftOf(database, { parts, drops })
  if (draft === undefined) {
    io.out('Nothing to do: the migrations make the tables.\n')
    return 0
  }
  const text = draftText(draft)
  const path = await createFile(database.migrations.folder, words.join(' '), { text })
  for (const told of draft.told) io.out(`${told}\n`)
  for (const sentence of draft.lost) io.err(`The way back does not give all back: ${sentence}.\n`)
  tellDangers(text, { file: relative(io.cwd, path), system: draft.system, io })
  io.out(`${relative(io.cwd, path)}\n`)
  return 0
}

/** Says what stops or breaks the version that runs, and the same change without it. */
function tellDangers(
  text: string,
  { io, ...place }: Pick<CommandParts, 'io'> & { readonly file: string; readonly system: Draft['system'] },
): void {
  const { content } = readSql(text, place)
  if (content === undefined) return
  for (const { place: at, code, message, safe } of findDangers({
    ...place,
    ...content,
    statements: content.up,
  }))
    io.err(`${at}: ${code}: ${message} The safe way:\n${safe.replaceAll(/^/gm, '  ')}\n`)
}

/** Says in what migrations and tables differ. @returns 1 where they do */
export async function checkCommand(parts: CommandParts): Promise<number> {
  const { io } = parts
  const draft = await draftOf(migratedDatabase(parts), { parts, drops: 'all' })
  if (draft === undefined) {
    io.out('The migrations make the tables.\n')
    return 0
  }
  for (const told of draft.told) io.err(`${told}\n`)
  io.err('The migrations do not make these tables yet: keelson db diff writes what is missing.\n')
  return DIFFERS
}

async function draftOf(
  { name, adapter, tables, migrations }: MigratedDatabase,
  { parts, drops }: { readonly parts: CommandParts; readonly drops: readonly string[] | 'all' },
): Promise<Draft | undefined> {
  const { signal } = parts
  const files = await migrationPaths(migrations.folder)
  const texts = await Promise.all(files.filter(isSql).map((path) => readFile(path, 'utf8')))
  const settings = { ...migrations, adapter: undefined }
  return draftMigration({
    adapter: migrations.adapter ?? adapter,
    tables,
    drops,
    swapped: new Set(texts.flatMap(swapsIn)),
    isIgnored: (table, column) =>
      ignores(column === undefined ? table : `${table}.${column}`, migrations.ignore),
    applyFiles: async (scratch) => {
      if (files.length === 0) return
      const target = {
        name,
        adapter: scratch,
        connect: (end: AbortSignal | undefined) => connectTo(scratch, end),
      }
      await applyPending({ target, settings }, { signal })
    },
  })
}

function isSql(path: string): boolean {
  return path.endsWith('.sql')
}

/** Whether a table, or a column as `table.column`, is one of those that a comparison leaves: `audit_*`, `orders.note`. */
export function ignores(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    if (!pattern.endsWith('*')) return name === pattern
    const start = pattern.slice(0, -1)
    // The star of a table's name does not reach into its columns.
    return name.startsWith(start) && (start.includes('.') || !name.includes('.'))
  })
}
