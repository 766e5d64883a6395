// Comments that MySQL and MariaDB run, read as the statements that they are.
import type { Dialect } from '../adapter/index.ts'
import { tokensOf, type WrittenStatement } from '../sql/index.ts'

/** Versions of MySQL whose comments MariaDB does not run. */
const FIRST_OTHER = 50_700
const LAST_OTHER = 99_999

/** A statement as the server runs it: with what its comments of the form `/*! … *\/` hold, at the same places. */
export function withRunComments(statement: WrittenStatement, system: Dialect['system']): WrittenStatement {
  const { tokens, at: start } = statement
  let { text } = statement
  for (const { kind, at } of tokens) {
    if (kind !== 'hidden') continue
    const from = at - start
    const end = text.indexOf('*/', from) + 2
    const comment = text.slice(from, end)
    text = text.slice(0, from) + opened(comment, system) + text.slice(end)
  }
  if (text === statement.text) return statement
  return {
    ...statement,
    text,
    tokens: tokensOf(text, { system }).map((token) => ({ ...token, at: token.at + start })),
  }
}

/** Blanks for its marks, or for all of one that the server does not run. */
function opened(comment: string, system: Dialect['system']): string {
  const [mark = '', version = ''] = /^\/\*M?!(\d*)/.exec(comment) ?? []
  const isOfMysql = Number(version) >= FIRST_OTHER && Number(version) <= LAST_OTHER
  const isRun = system === 'mariadb' ? mark.startsWith('/*M') || !isOfMysql : !mark.startsWith('/*M')
  if (!isRun) return blank(comment)
  // A comment within it has taken its end.
  const inner = comment.slice(mark.length, -2).replace(/\/\*[^]*$/, blank)
  return `${blank(mark)}${inner}  `
}

function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ')
}
