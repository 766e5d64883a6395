import type { ColumnFacts } from '../table/index.ts'
import type { Codec, DriverValue } from './contract.ts'
import type { DefaultDescription } from './description.ts'

/** How a system says defaults. */
export interface DefaultWords {
  codecOf(column: ColumnFacts): Codec
  textLiteral(text: string): string
  /** Bytes in hex as a literal. */
  bytesLiteral(hex: string): string
  /** The present instant, in UTC and to the millisecond. */
  readonly now: string
  /** What may stand after `default` for such a column: an expression in brackets where a literal may not. */
  wrap?(text: string, column: ColumnFacts): string
}

/** What the first version of a row is. */
const FIRST_VERSION = '1'

/**
 * What a column is in a row that does not say it: rows of the version of a program that does not know the column yet. Repositories say
 * every value.
 */
export function columnDefault(column: ColumnFacts, words: DefaultWords): DefaultDescription | undefined {
  const { made, default: value } = column
  if (made === 'now') return { text: words.now, value: undefined }
  if (made === 'version') return { text: FIRST_VERSION, value: FIRST_VERSION }
  if (made !== 'default' || value === null) return undefined
  const { encode } = words.codecOf({ ...column, as: undefined })
  const literal = literalOf(encode === undefined ? (value as DriverValue) : encode(value), column, words)
  return { text: words.wrap?.(literal, column) ?? literal, value: literal }
}

function literalOf(value: DriverValue, { kind }: ColumnFacts, words: DefaultWords): string {
  if (value instanceof Uint8Array) return words.bytesLiteral(Buffer.from(value).toString('hex'))
  if (typeof value !== 'string' || kind === 'decimal' || kind === 'bigint') return String(value)
  return words.textLiteral(value)
}
