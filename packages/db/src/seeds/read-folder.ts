// The files of a folder of seeds, in the order in which they run.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { SeedError } from '../errors.ts'

const FILE = /\.m?[jt]s$/
const DECLARATIONS = /\.d\.m?ts$/
const NOT_A_MODULE = /\.(?:sql|json|csv|c[jt]s)$/i

/**
 * The names of the files of a folder.
 *
 * @throws {SeedError} where it cannot be read, or has files that are meant as seeds and are none
 */
export async function readFolder(folder: string): Promise<readonly string[]> {
  const all = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw new SeedError({ message: `${folder}: ${reasonOf(error)}`, cause: error })
  })
  const shown = all.filter((name) => !name.startsWith('.'))
  const other = shown.find((name) => NOT_A_MODULE.test(name))
  if (other !== undefined)
    throw new SeedError({
      message: `${join(folder, other)}: this file is not a seed. Write it as TypeScript: export default seed(tables, async ({ put }) => { … }), or put it into another folder.`,
    })
  // `2-orders.ts` comes before `10-notes.ts`; the same on every machine.
  const { compare } = new Intl.Collator('en', { numeric: true })
  return shown.filter((name) => FILE.test(name) && !DECLARATIONS.test(name)).sort(compare)
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT')
    return "there is no such folder. Make it, or give the right one: seeds: { folder: new URL('./seeds', import.meta.url) }."
  if (code === 'ENOTDIR') return 'this is not a folder. Give the folder of the files.'
  return `the folder cannot be read: ${message}. Give the process the right to read it.`
}

/**
 * The files that were named, in the order in which they run: all where none is.
 *
 * @param names - with or without the ending: `roles`, `roles.ts`
 * @throws {SeedError} for a name that no file has
 */
export function chosenFiles(files: readonly string[], names: readonly string[]): readonly string[] {
  const unknown = names.find((name) => !files.some((file) => isNamed(file, name)))
  if (unknown !== undefined)
    throw new SeedError({
      message: `${unknown}: there is no such seed. ${files.length === 0 ? 'The folder has none.' : `Name one of: ${files.join(', ')}.`}`,
    })
  return names.length === 0 ? files : files.filter((file) => names.some((name) => isNamed(file, name)))
}

function isNamed(file: string, name: string): boolean {
  return file === name || file.replace(FILE, '') === name
}
