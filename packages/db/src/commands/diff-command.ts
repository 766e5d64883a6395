import { relative } from 'node:path'
import { draftText } from '../diff/index.ts'
import { createFile } from '../migrate/index.ts'
import { migratedDatabase } from './choose-database.ts'
import { compareMigrations } from './compare-migrations.ts'
import type { CommandParts } from './contract.ts'
import { tellDangers } from './tell-dangers.ts'

/** Writes the next migration, where migrations and tables differ. */
export async function diffCommand(
  parts: CommandParts,
  { words, drops }: { readonly words: readonly string[]; readonly drops: readonly string[] },
): Promise<number> {
  const { io, signal } = parts
  const database = migratedDatabase(parts)
  const draft = await compareMigrations(database, {
    signal,
    drops,
    tell: (sentence) => io.err(`${sentence}\n`),
  })
  if (draft === undefined) {
    io.out('Nothing to do: the migrations make the tables.\n')
    return 0
  }
  const text = draftText(draft)
  const path = await createFile(database.migrations.folder, words.join(' '), { text })
  for (const told of draft.told) io.out(`${told}\n`)
  for (const sentence of draft.notes) io.err(`${sentence}.\n`)
  for (const sentence of draft.lost) io.err(`The way back does not give all back: ${sentence}.\n`)
  tellDangers(text, { file: relative(io.cwd, path), system: draft.system, io })
  io.out(`${relative(io.cwd, path)}\n`)
  return 0
}
