// What a column of MySQL or MariaDB is besides type, default and expression: `modify column` drops what it does not say again.
import { rowText, type DriverRow } from '../adapter/index.ts'
import { quoteText } from './quote-text.ts'

/** MariaDB says it within the type. */
const COMPRESSED = /\s*\/\*M?!\d+ COMPRESSED(=\w+)?\*\//

/** The type that the catalogue shows, without attributes. */
export function bareType(shown: string): string {
  return shown.replace(COMPRESSED, '')
}

/** Whether a column of MariaDB is compressed. */
export function isCompressed(row: DriverRow): boolean {
  return COMPRESSED.test(rowText(row, 'type'))
}

/** Attributes as DDL says them; undefined for none. */
export function attributesOf(row: DriverRow): string | undefined {
  const extra = rowText(row, 'extra')
  const comment = rowText(row, 'comment')
  const compressed = COMPRESSED.exec(rowText(row, 'type'))
  const said = [
    ...(compressed === null ? [] : [`compressed${compressed[1] ?? ''}`]),
    ...(/\bINVISIBLE\b/.test(extra) ? ['invisible'] : []),
    ...(/\bWITHOUT SYSTEM VERSIONING\b/.test(extra) ? ['without system versioning'] : []),
    ...(comment === '' ? [] : [`comment ${quoteText(comment)}`]),
  ]
  return said.length === 0 ? undefined : said.join(' ')
}
