import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Adapter, Databases } from './contract.ts'
import { databaseProblem } from './server-databases.ts'

/** How a system has a database in the file system. */
export interface FileDatabasesParts {
  /** Of the adapter, for messages. */
  readonly place: string
  /** What the names of its files end with: `.sqlite`. */
  readonly extension: string
  /** Ends of the names of files beside it. */
  readonly companions: readonly string[]
  readonly isFolder: boolean
  at(path: string): Adapter
}

/** What a name of a database may be, as part of a path. */
const NAME = /^\w{1,100}$/

/** Databases in the folder for temporary files, which nobody else may read. */
export function fileDatabases({ place, extension, companions, isFolder, at }: FileDatabasesParts): Databases {
  const pathOf = (name: string): string => {
    if (NAME.test(name)) return join(tmpdir(), `${name}${extension}`)
    throw databaseProblem(place, {
      message: `A database cannot have the name '${name}'.`,
      remedy: 'Give it a name of 1 to 100 letters, digits and _.',
    })
  }
  const partsOf = (name: string): string[] => ['', ...companions].map((end) => `${pathOf(name)}${end}`)
  const attempt = async (task: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      throw refused(place, task, error)
    }
  }
  const create = async (name: string): Promise<void> => {
    const path = pathOf(name)
    if (isFolder) await mkdir(path, { mode: 0o700 })
    else await writeFile(path, '', { flag: 'wx', mode: 0o600 })
  }
  const eachPart = async (work: (end: string) => Promise<void>): Promise<void> => {
    const missing = (error: unknown): void => {
      if ((error as { code?: unknown }).code !== 'ENOENT') throw error
    }
    // What stands beside a file is there only where its last connection did not end well.
    for (const end of companions) await work(end).catch(missing)
    await work('')
  }
  return {
    create: (name) => attempt(`make ${name}`, () => create(name)),
    drop: (name) =>
      attempt(`drop ${name}`, async () => {
        for (const path of partsOf(name)) await rm(path, { force: true, recursive: true, maxRetries: 5 })
      }),
    at: (name) => at(pathOf(name)),
    list: async (prefix) => {
      const files = await readdir(tmpdir())
      return files
        .filter((file) => file.startsWith(prefix) && file.endsWith(extension))
        .map((file) => ({ name: file.slice(0, -extension.length), isInUse: true }))
    },
    rightsBeyond: () => Promise.resolve(undefined),
    copies: {
      create: (name, template) =>
        attempt(`copy ${template}`, () =>
          eachPart((end) =>
            cp(`${pathOf(template)}${end}`, `${pathOf(name)}${end}`, {
              recursive: true,
              errorOnExist: true,
              force: false,
            }),
          ),
        ),
      rename: (from, to) =>
        attempt(`rename ${from}`, () =>
          eachPart((end) => rename(`${pathOf(from)}${end}`, `${pathOf(to)}${end}`)),
        ),
    },
  }
}

function refused(place: string, task: string, error: unknown): Error {
  return databaseProblem(place, {
    message: `The system does not ${task} in ${tmpdir()}: ${(error as Error).message}.`,
    remedy: 'Look whether the folder for temporary files can be written, or set TMPDIR to another.',
    cause: error,
  })
}
