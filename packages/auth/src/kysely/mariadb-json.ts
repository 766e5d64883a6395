// Documents on MariaDB, which has no type for JSON: it compares their texts, and another program may have written `"\u0061"` for `"a"`.
import type { SqlNode } from './contract.ts'
import { sql } from './sql-node.ts'

/** Pairs of backslashes, each of which is one of a text, with none before them: what follows begins an escape. */
const PAIRS = String.raw`(?<!\\)((?:\\\\)*)`
/** Escapes of controls as no writer of ours has them: such a document is compared with nothing. */
const ODD = String.raw`${PAIRS}\\u00(?:0[89aAcCdD]|[01][A-F])`

/** Whether a document is an array with an element. Its json_contains looks into lists within, and takes 0.3 for 0.30000000000000004. */
export function containsOnMariadb(column: SqlNode, element: SqlNode): SqlNode {
  const elements = sql`json_table(${column}, '$[*]' columns (element json path '$')) as elements`
  const isEqual = sql`${normalized(unescaped(sql`element`))} = ${normalized(element)}`
  // 1 where none is equal, and one cannot be compared.
  const found = sql`(select coalesce(max(coalesce(2 * (${isEqual}), 1)), 0) from ${elements})`
  return sql`if(${column} is null, null, json_type(${column}) = 'ARRAY' and nullif(${found}, 1))`
}

/** In a list: it reads on behind a number with an exponent that ends the text. */
export function normalized(document: SqlNode): SqlNode {
  return sql`json_normalize(concat('[', ${document}, ']'))`
}

/**
 * A document with its characters in place of their escapes, but for those that JSON must escape. As a text of JSON, its quotes and the escapes
 * that stay being escaped themselves, it is unquoted.
 */
export function unescaped(document: SqlNode): SqlNode {
  const text = sql`convert(${document} using utf8mb4) collate utf8mb4_bin`
  const quotes = replaced(text, String.raw`${PAIRS}\\u0022`, String.raw`\1\\"`)
  const backslashes = replaced(quotes, String.raw`${PAIRS}\\u005[cC]`, String.raw`\1\\\\`)
  const kept = replaced(backslashes, String.raw`(\\\\|\\(?=["bfnrt]|u00[01]))`, String.raw`\1\1`)
  // Between its parts: in a text they would be escaped.
  const oneLine = replaced(kept, String.raw`[\t\n\r]`, ' ')
  const quote = literal('"')
  const quoted = sql`concat(${quote}, replace(${oneLine}, ${quote}, ${literal(String.raw`\"`)}), ${quote})`
  const isPlain = sql`instr(${text}, ${literal('\\')}) = 0`
  return sql`case when ${isPlain} then ${text} when ${text} regexp ${literal(ODD)} then null else json_unquote(${quoted}) end`
}

function replaced(text: SqlNode, pattern: string, by: string): SqlNode {
  return sql`regexp_replace(${text}, ${literal(pattern)}, ${literal(by)})`
}

/** A text as the digits of its bytes, whatever a backslash and a quotation mark are to the session. */
export function literal(text: string): SqlNode {
  const node = { kind: 'RawNode', sqlFragments: [`_utf8mb4 x'${Buffer.from(text).toString('hex')}'`] }
  return { ...node, parameters: [] } as SqlNode
}
