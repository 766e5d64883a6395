import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ignores } from '../migrate/index.ts'
import { pull } from '../pull/index.ts'
import { chosenDatabase, refusal } from './choose-database.ts'
import { scratchAdapter } from './compare-migrations.ts'
import type { CommandParts } from './contract.ts'
import { DIFFERS } from './exit-codes.ts'
import { orGiveUp } from './give-up.ts'

/**
 * Writes table values for the database as it is.
 *
 * @returns 1 where what they make is not what is there
 */
export async function pullCommand(
  parts: CommandParts,
  { out }: { readonly out: string | undefined },
): Promise<number> {
  const { io, signal } = parts
  const database = chosenDatabase(parts)
  const { migrations } = database
  const { source, left } = await orGiveUp(
    signal,
    pull(
      migrations?.adapter ?? database.adapter,
      (table) => ignores(table, migrations?.ignore ?? []),
      scratchAdapter(database),
    ),
  )
  if (out === undefined) io.out(source)
  else await write(resolve(io.cwd, out), source)
  for (const one of left) io.err(`The tables do not make the same: ${one}.\n`)
  return left.length === 0 ? 0 : DIFFERS
}

async function write(path: string, source: string): Promise<void> {
  try {
    await writeFile(path, source, { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw refusal('--out', `${path} is there already.`, 'Name a new file, or delete this one.')
  }
}
