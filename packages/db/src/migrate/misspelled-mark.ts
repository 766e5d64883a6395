// Comments that are meant as marks of a file, in the spelling of another tool or with a slip: read by nobody, the way back would run forward.
import { nearestName } from '@keelson/core/options'

/** Why a comment is refused. */
export interface MisspelledMark {
  readonly message: string
  readonly remedy: string
}

const BACK = new Set('down downs downgrade undo rollback revert'.split(' '))
/** What stands beside such a word in a mark: `-- migrate:down`, `-- +goose Down`, `-- Down Migration`, `-- rollback section`. */
const BESIDE = new Set(
  'begin start end section script sql step steps direction way up migrate migration migrations goose micrate transaction true false'.split(
    ' ',
  ),
)
/** `-- down (drops all)`, `-- undo - the notes`: such a sign follows no word of a sentence. */
const BEGINS = /^\W*(?:down|downs|downgrade|undo|rollback|revert)\s*(?:[(:=]|[-–—]\s)/i
/** The statement itself, in the comment. */
const WITH_STATEMENT =
  /^\W*rollback\s+(?:drop|alter|delete|update|insert|create|truncate|rename|empty|not required)\b/i
const BELOW = /^\W*create above\W+drop below\W*$/i

const HEADERS = ['transaction', 'foreign keys'] as const
const HEADER =
  /^(?:-+|#+|\/\*+)\s*([a-z]+(?:[ _-][a-z]+)?)\s*(?:[:=]\s*(?:[a-z]*)|\s(?:on|off))\s*(?:\*\/)?$/i

/**
 * Why a comment, alone on its line, is refused that is not one of our marks; undefined for a remark.
 *
 * @param comment - `--` and `/*` included
 */
export function misspelledMark(comment: string): MisspelledMark | undefined {
  if (isWayBack(comment))
    return {
      message: `'${firstLine(comment)}' does not begin the way back: what follows would run forward.`,
      remedy:
        "Write '-- down' alone on a line, and the statements of the way back below it. Omit the line where there is no way back; a remark says more, or stands after a statement.",
    }
  const header = nearestName(HEADER.exec(comment)?.[1] ?? '', HEADERS)
  if (header === undefined) return undefined
  return { message: `'${firstLine(comment)}' is not understood.`, remedy: `Write '-- ${header}: off'.` }
}

function isWayBack(comment: string): boolean {
  const words = comment.toLowerCase().match(/[a-z]+/g) ?? []
  if (words.length === 1 && words[0]!.startsWith('d') && nearestName(words[0]!, ['down']) !== undefined)
    return true
  const isMark =
    words.some((word) => BACK.has(word)) && words.every((word) => BACK.has(word) || BESIDE.has(word))
  return isMark || [BEGINS, WITH_STATEMENT, BELOW].some((pattern) => pattern.test(comment))
}

function firstLine(comment: string): string {
  return comment.split('\n')[0]!
}
