// What commands that run files write into `checksums`.
import { join } from 'node:path'
import {
  addChecksums,
  CHECKSUMS,
  readFolderState,
  removeChecksums,
  type MigrationPlace,
  type MigrationRun,
} from '../migrate/index.ts'
import type { CommandParts } from './contract.ts'

/** Gives the files that are applied their checksums, by which others see whether they were altered. */
export async function noteFiles(place: MigrationPlace, parts: CommandParts): Promise<void> {
  await change(place, parts, async (folder) => {
    await addChecksums(folder, (await readFolderState(folder)).withoutChecksum)
  })
}

/** Files that are taken back may be changed; in production others have them. */
export async function forgetFiles(
  place: MigrationPlace,
  parts: CommandParts,
  runs: readonly MigrationRun[],
): Promise<void> {
  if (parts.mode === 'production') return
  const files = runs.map(({ file }) => file)
  await change(place, parts, (folder) => removeChecksums(folder, files))
}

/** Where the folder cannot be written, as in an image of a container, the files are not changed either. */
async function change(
  { settings: { folder } }: MigrationPlace,
  { io }: CommandParts,
  work: (folder: string) => Promise<void>,
): Promise<void> {
  try {
    await work(folder)
  } catch (error) {
    io.err(`${join(folder, CHECKSUMS)} cannot be written: ${(error as Error).message}.\n`)
  }
}
