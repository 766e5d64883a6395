// What commands that run files write into `checksums`.
import { join } from 'node:path'
import {
  addChecksums,
  CHECKSUMS,
  removeChecksums,
  type FileChecksum,
  type MigrationEvent,
  type MigrationPlace,
  type RunOptions,
} from '../migrate/index.ts'
import type { CommandParts } from './contract.ts'

/** Gives files that are applied the checksums of the texts that ran, by which others see whether they were altered. */
export class FileNotes {
  readonly #place: MigrationPlace
  readonly #parts: CommandParts
  readonly #read = new Map<string, FileChecksum>()
  readonly #applied = new Set<string>()

  constructor(place: MigrationPlace, parts: CommandParts) {
    this.#place = place
    this.#parts = parts
  }

  /** Notes the files of a run, of one that fails those before the failure. @returns what the run returns */
  async during<T, O extends RunOptions>(options: O, run: (options: O) => Promise<T>): Promise<T> {
    const onRead = (files: readonly FileChecksum[]): void => {
      for (const { file, checksum } of files) this.#read.set(file, { file, checksum })
    }
    const onEvent = (event: MigrationEvent): void => {
      if (event.kind === 'done' || event.kind === 'assumed') this.#applied.add(event.file)
      options.onEvent?.(event)
    }
    try {
      const out = await run({ ...options, onRead, onEvent })
      // Those that a start has applied have no line yet.
      for (const file of this.#read.keys()) this.#applied.add(file)
      return out
    } finally {
      await this.#write()
    }
  }

  async #write(): Promise<void> {
    const files = [...this.#read.values()].filter(({ file }) => this.#applied.has(file))
    if (files.length === 0) return
    await change(this.#place, this.#parts, async (folder) => void (await addChecksums(folder, files)))
  }
}

/** Files that are taken back may be changed; in production others have them. */
export async function forgetFiles(
  place: MigrationPlace,
  parts: CommandParts,
  files: readonly string[],
): Promise<void> {
  if (parts.mode === 'production') return
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
