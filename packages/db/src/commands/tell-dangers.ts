import type { CommandIo } from '@keelson/core'
import type { Dialect } from '../adapter/index.ts'
import { findDangers } from '../dangers/index.ts'
import { readSql } from '../migrate/index.ts'

/** Says what of a file stops or breaks the version that runs, and the same change without it. */
export function tellDangers(
  text: string,
  { io, ...place }: { readonly io: CommandIo; readonly file: string; readonly system: Dialect['system'] },
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
