// The list of dangerous changes, applied to a file of migrations.
import type { WrittenStatement } from '../sql/index.ts'
import type { Danger, DangerInput, DangerTexts, Found } from './contract.ts'
import { FileFacts, type DangerSubject } from './file-facts.ts'
import { fillText } from './fill-text.ts'
import { mysqlDangers } from './mysql-dangers.ts'
import { MYSQL_TEXTS } from './mysql-texts.ts'
import { postgresDangers } from './postgres-dangers.ts'
import { POSTGRES_TEXTS } from './postgres-texts.ts'
import { withRunComments } from './run-comments.ts'
import { sqliteDangers } from './sqlite-dangers.ts'
import { SQLITE_TEXTS } from './sqlite-texts.ts'
import { wordsOf } from './words.ts'

/** The dangers that are known of each system. */
export const DANGER_TEXTS: Readonly<Record<DangerInput['system'], DangerTexts>> = {
  postgresql: POSTGRES_TEXTS,
  mysql: MYSQL_TEXTS,
  mariadb: MYSQL_TEXTS,
  sqlite: SQLITE_TEXTS,
}

/**
 * Finds the changes of a file that stop or break a running system. A table that the file makes is used by nobody yet, so that its changes
 * are harmless. A comment `-- safe: reason` right above a statement lets its findings pass.
 *
 * @returns in the order of the statements; empty for a file without a danger
 */
export function findDangers(input: DangerInput): Danger[] {
  const facts = new FileFacts(input)
  const texts = DANGER_TEXTS[input.system]
  let end = 0
  return input.statements.flatMap((statement) => {
    const found = findIn(statement, input, facts)
    const isSafe = isSaidSafe(statement, end)
    end = statement.line + linesIn(statement.text)
    if (isSafe) return []
    const place = `${input.file}:${statement.line}`
    return found.map(({ code, parts }) => ({
      code,
      place,
      message: fillText(texts[code]!.message, parts),
      safe: fillText(texts[code]!.safe, parts),
    }))
  })
}

function findIn(written: WrittenStatement, { system }: DangerInput, facts: FileFacts): Found[] {
  const list: Found[] = []
  const statement = withRunComments(written, system)
  const subject: DangerSubject = {
    system,
    words: wordsOf(statement, system),
    text: statement.text,
    facts,
    found: (code, parts = {}) => {
      if (!list.some((other) => other.code === code && other.parts.column === parts.column))
        list.push({ code, parts })
    },
  }
  if (system === 'postgresql') postgresDangers(subject)
  else if (system === 'sqlite') sqliteDangers(subject)
  else mysqlDangers(subject)
  return list
}

const SAFE = /^-- *safe: *\S/i

/** Whether one of the comments right above a statement says why it is safe; one that ends the line of another statement is not above. */
function isSaidSafe({ comments, line }: WrittenStatement, end: number): boolean {
  let next = line
  for (const comment of comments.toReversed()) {
    if (comment.line <= end || comment.line + linesIn(comment.text) + 1 < next) return false
    if (SAFE.test(comment.text)) return true
    next = comment.line
  }
  return false
}

function linesIn(text: string): number {
  return text.split('\n').length - 1
}
