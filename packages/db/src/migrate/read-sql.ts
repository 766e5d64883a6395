// What an SQL file says: the comments at its head, the statements, and the way back after `-- down`.
import type { SetupProblem } from '@keelson/core'
import type { Dialect } from '../adapter/index.ts'
import { splitStatements, type SplitText, type WrittenComment, type WrittenStatement } from '../sql/index.ts'
import type { SqlContent } from './contract.ts'
import { misspelledMark } from './misspelled-mark.ts'
import { refusalOf } from './refusal.ts'

/** What was read, or why it cannot be. */
export interface ReadSql {
  readonly content: SqlContent | undefined
  readonly problems: readonly SetupProblem[]
}

interface Place {
  readonly file: string
  readonly system: Dialect['system']
}

const DOWN = /^-- *down *(?:: *(.*))?$/i
const HEADER = /^-- *(transaction|foreign keys|foreign-keys|foreign_keys) *: *(.*)$/i

/** Reads the text of a file, with `\n` as the end of lines. */
export function readSql(text: string, place: Place): ReadSql {
  const cut = cutAtDown(text, place)
  const found = textProblem(text, cut, place)
  if (found !== undefined) return { content: undefined, problems: [found] }
  const { all, up, back } = cut
  const headers = readHeaders(up, all.comments, place)
  if ('problem' in headers) return { content: undefined, problems: [headers.problem] }
  const content = { kind: 'sql', ...headers, up: up.statements, down: back?.statements } as const
  const refused = refusedIn(content, place)
  return refused === undefined ? { content, problems: [] } : { content: undefined, problems: [refused] }
}

/** A file in its two ways. */
interface CutText {
  readonly all: SplitText
  /** The lines that begin the way back: more than one is an error. */
  readonly downs: readonly WrittenComment[]
  readonly up: SplitText
  readonly back: SplitText | undefined
}

function cutAtDown(text: string, { system }: Place): CutText {
  const all = splitStatements(text, system)
  const downs = all.comments.filter(({ text: comment, at }) => DOWN.test(comment) && isAlone(text, at))
  const [down] = downs
  if (down === undefined) return { all, downs, up: all, back: undefined }
  const up = splitStatements(text.slice(0, down.at), system)
  return { all, downs, up, back: splitStatements(text.slice(down.at + down.text.length), system, down.line) }
}

function textProblem(text: string, cut: CutText, place: Place): SetupProblem | undefined {
  const { all, downs, up, back } = cut
  return (
    markProblem(text, all.comments, { ...place, until: downs[0]?.at ?? text.length }) ??
    [up, ...(back === undefined ? [] : [back])].flatMap((part) => partProblem(part, place) ?? [])[0] ??
    downProblem(downs, back, place) ??
    (up.statements.length === 0 ? problemAt(place, 1, ...EMPTY) : undefined)
  )
}

const EMPTY = [
  'The file has no statement.',
  'Write its statements, or delete it if it was applied nowhere.',
] as const

const BOTH_OFF = [
  "'-- foreign keys: off' and '-- transaction: off' are both given.",
  'Omit the second: foreign keys are turned off before the transaction begins.',
] as const

/** A comment after other text of its line is a remark. */
function isAlone(text: string, at: number): boolean {
  return text.slice(text.lastIndexOf('\n', at - 1) + 1, at).trim() === ''
}

/** Below our own mark all is the way back already. */
function markProblem(
  text: string,
  comments: readonly WrittenComment[],
  { until, ...place }: Place & { readonly until: number },
): SetupProblem | undefined {
  for (const { text: comment, line, at } of comments) {
    if (at >= until) return undefined
    const { message, remedy } =
      (isMark(comment) || !isAlone(text, at) ? undefined : misspelledMark(comment)) ?? {}
    if (message !== undefined && remedy !== undefined) return problemAt(place, line, message, remedy)
  }
  return undefined
}

function isMark(comment: string): boolean {
  return DOWN.test(comment) || HEADER.test(comment)
}

/** A statement that is refused, as `copy … from stdin`, may be why what follows cannot be read. */
function partProblem({ statements, problem }: SplitText, place: Place): SetupProblem | undefined {
  for (const statement of statements) {
    const refused = refusalOf(statement, { system: place.system, isTransactional: false })
    if (refused !== undefined) return problemAt(place, refused.line, refused.message, refused.remedy)
  }
  if (problem === undefined) return undefined
  return problemAt(place, problem.line, problem.message, 'Close what is open: a file is not run by halves.')
}

function refusedIn(content: SqlContent, place: Place): SetupProblem | undefined {
  const { isTransactional, hasForeignKeys, up, down = [] } = content
  // The count of rows that refer to nothing, before its end, could then take nothing back.
  if (!hasForeignKeys && !isTransactional) return problemAt(place, 1, ...BOTH_OFF)
  for (const statement of [...up, ...down]) {
    const refused = refusalOf(statement, { system: place.system, isTransactional })
    if (refused !== undefined) return problemAt(place, refused.line, refused.message, refused.remedy)
  }
  return undefined
}

/** `-- down` without a statement may be a way back that was forgotten. */
function downProblem(
  downs: readonly WrittenComment[],
  back: SplitText | undefined,
  place: Place,
): SetupProblem | undefined {
  const [first, second] = downs
  if (first === undefined) return undefined
  if (second !== undefined)
    return problemAt(place, second.line, `'-- down' is in line ${first.line} already.`, 'Write one way back.')
  const said = DOWN.exec(first.text)?.[1]?.trim().toLowerCase()
  if (said !== undefined && said !== 'nothing')
    return problemAt(
      place,
      first.line,
      `'${first.text}' is not understood.`,
      `${WRITE_DOWN}, or '-- down: nothing'.`,
    )
  return emptyDown(first, back?.statements[0], { place, isNothing: said === 'nothing' })
}

const WRITE_DOWN = "Write '-- down'"

function emptyDown(
  down: WrittenComment,
  statement: WrittenStatement | undefined,
  { place, isNothing }: { readonly place: Place; readonly isNothing: boolean },
): SetupProblem | undefined {
  if (statement !== undefined && isNothing)
    return problemAt(
      place,
      statement.line,
      "There is a statement after '-- down: nothing'.",
      `${WRITE_DOWN}.`,
    )
  if (statement !== undefined || isNothing) return undefined
  return problemAt(
    place,
    down.line,
    "There is no statement after '-- down'.",
    "Write the way back, '-- down: nothing' where there is nothing to take back, or omit the line where there is no way back.",
  )
}

type Headers = Pick<SqlContent, 'isTransactional' | 'hasForeignKeys'>

/** A header below the first statement would be read by nobody. */
function readHeaders(
  { statements }: SplitText,
  comments: readonly WrittenComment[],
  place: Place,
): Headers | { readonly problem: SetupProblem } {
  const headers = { isTransactional: true, hasForeignKeys: true }
  const first = statements[0]!
  for (const { text, line, at } of comments) {
    const [, key = '', value = ''] = HEADER.exec(text) ?? []
    if (key === '') continue
    const refuse = (message: string, remedy: string): { readonly problem: SetupProblem } => ({
      problem: problemAt(place, line, message, remedy),
    })
    const isOff = value.trim().toLowerCase() === 'off'
    if (!isOff && value.trim().toLowerCase() !== 'on')
      return refuse(`'${text}' is not understood.`, `Write '-- ${key.toLowerCase()}: off'.`)
    if (at > first.at)
      return refuse(`'${text}' is below the first statement.`, 'Write it at the head of the file.')
    if (key.toLowerCase() === 'transaction') headers.isTransactional = !isOff
    else if (place.system !== 'sqlite')
      return refuse(
        `'${text}' is for SQLite alone.`,
        `Give ${place.system} a folder of migrations of its own. Where this is it, remove the line.`,
      )
    else headers.hasForeignKeys = !isOff
  }
  return headers
}

function problemAt(
  { file }: Place,
  line: number,
  ...[message, remedy]: readonly [message: string, remedy: string]
): SetupProblem {
  return { code: 'ERR_DB_MIGRATION_FILE', place: `${file}:${line}`, message, remedy }
}
