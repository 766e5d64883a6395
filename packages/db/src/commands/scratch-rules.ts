import { databasesOf, type Adapter } from '../adapter/index.ts'
import type { ScratchRules } from '../migrate/index.ts'

/** Of what the files are that run. */
interface ScratchFiles {
  readonly files: readonly string[]
  /** Of those of SQL. */
  readonly texts: readonly string[]
  tell(sentence: string): void
}

/** Of all databases that are made beside that of an app. */
const PREFIX = 'keelson_'
/** The quotes of PostgreSQL around bodies: texts, of which the words say little. */
const BODY = /\$\w*\$/

/** What files keep to in a scratch database; says so once where only rights would hold them back. */
export async function scratchRules(
  adapter: Adapter,
  { files, texts, tell }: ScratchFiles,
): Promise<ScratchRules> {
  const databases = databasesOf(adapter)
  const beyond = await databases.rightsBeyond(PREFIX)
  const isSeen = files.length === texts.length && !texts.some((text) => BODY.test(text))
  if (beyond !== undefined && !isSeen)
    tell(
      `${adapter.place}: the user ${beyond}, and what files of code and bodies of functions do outside of the scratch database is not seen before. Give it a user that can change nothing else: migrations: { scratch: … }.`,
    )
  const names = (await databases.list('')).map(({ name }) => name.toLowerCase())
  return {
    // To read this one changes nothing.
    databases: new Set(names.filter((name) => name !== 'information_schema')),
    isConfined: beyond === undefined,
    onOmitted: tell,
  }
}
