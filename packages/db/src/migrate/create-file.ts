import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SetupError } from '@keelson/core'
import { digitsOf, readFileNames } from './file-names.ts'
import { CANNOT_RUN, listFolder } from './read-folder.ts'

const SQL = '-- Write the statements of the migration here.\n\n-- down\n-- Write here what takes them back.\n'
const TS = `import { migration } from '@keelson/db/migrations'

export default migration({
  up: async ({ sql }) => {
    await sql\`\`
  },
})
`

const TEXTS = { sql: SQL, ts: TS }

/** What kind of file is made. */
export type FileKind = keyof typeof TEXTS

/** A file that is made. */
export interface NewFile {
  /** Default `sql`. */
  readonly kind?: FileKind | undefined
  /** Default: a form to be filled in. */
  readonly text?: string | undefined
}

/**
 * Makes the next file of a folder, and the folder where there is none.
 *
 * @param words - what it does: `add notes`, `Add notes`, `add-notes`
 * @returns its path
 * @throws {SetupError} `ERR_DB_MIGRATION_FILE` for a name without a letter or digit, and where the numbers of the folder are not in order
 */
export async function createFile(
  folder: string,
  words: string,
  { kind = 'sql', text = TEXTS[kind] }: NewFile = {},
): Promise<string> {
  const name = toAscii(words)
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
  if (name === '')
    throw refusal(
      folder,
      `'${words}' has no letter or digit of ASCII.`,
      'Say in words what the migration does: add-notes.',
    )
  await mkdir(folder, { recursive: true })
  const { names, problems } = readFileNames(await listFolder(folder))
  if (problems.length > 0)
    throw new SetupError(
      problems.map((one) => ({ ...one, place: join(folder, one.place) })),
      undefined,
      CANNOT_RUN,
    )
  const path = join(folder, `${digitsOf((names.at(-1)?.number ?? 0) + 1)}-${name}.${kind}`)
  // Another process may make the same: then one of the two is refused.
  await writeFile(path, text, { flag: 'wx' })
  return path
}

/** Letters of Latin that are more than one with an accent. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
}

/** `Créer` is `Creer`. */
function toAscii(words: string): string {
  return words
    .normalize('NFD')
    .replaceAll(/\p{M}+/gu, '')
    .replaceAll(/[ßæœøłđðþı]/giu, (letter) => LETTERS[letter.toLowerCase()] ?? letter)
}

function refusal(place: string, message: string, remedy: string): SetupError {
  return new SetupError([{ code: 'ERR_DB_MIGRATION_FILE', place, message, remedy }], undefined, CANNOT_RUN)
}
