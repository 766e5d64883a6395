// Documents on MariaDB, which has no type for JSON: it compares their texts, and another program may have written `"\u0061"` for `"a"`.

/** Pairs of backslashes, each of which is one of a text, with none before them: what follows begins an escape. */
const PAIRS = String.raw`(?<!\\)((?:\\\\)*)`
/** Escapes of controls as no writer of ours has them: such a document is compared with nothing. */
const ODD = String.raw`${PAIRS}\\u00(?:0[89aAcCdD]|[01][A-F])`

/** Whether two documents are equal; a placeholder stands for one that was written here. */
export function jsonEqualsOnMariadb(document: string, other: string): string {
  // Its json_equals holds for a row without a value.
  return `${normalized(document)} = ${normalized(other)}`
}

/** Whether a document is an array with an element. Its json_contains looks into lists within, and takes 0.3 for 0.30000000000000004. */
export function jsonContainsOnMariadb(column: string, placeholder: string): string {
  // No table of the statement has this name.
  const elements = `json_table(${column}, '$[*]' columns (element json path '$')) as keelson_elements`
  const isEqual = `${normalized('element')} = ${normalized(placeholder)}`
  // 1 where none is equal, and one cannot be compared.
  const found = `(select coalesce(max(coalesce(2 * (${isEqual}), 1)), 0) from ${elements})`
  return `if(${column} is null, null, json_type(${column}) = 'ARRAY' and nullif(${found}, 1))`
}

/** In a list: it reads on behind a number with an exponent that ends the text. */
function normalized(document: string): string {
  return `json_normalize(concat('[', ${document === '?' ? document : unescaped(document)}, ']'))`
}

/**
 * A document with its characters in place of their escapes, but for those that JSON must escape. As a text of JSON, its quotes and the escapes
 * that stay being escaped themselves, it is unquoted.
 */
function unescaped(document: string): string {
  const text = `convert(${document} using utf8mb4) collate utf8mb4_bin`
  const quotes = replaced(text, String.raw`${PAIRS}\\u0022`, String.raw`\1\\"`)
  const backslashes = replaced(quotes, String.raw`${PAIRS}\\u005[cC]`, String.raw`\1\\\\`)
  const kept = replaced(backslashes, String.raw`(\\\\|\\(?=["bfnrt]|u00[01]))`, String.raw`\1\1`)
  // Between its parts: in a text they would be escaped.
  const oneLine = replaced(kept, String.raw`[\t\n\r]`, ' ')
  const quoted = `concat('"', replace(${oneLine}, '"', ${literal(String.raw`\"`)}), '"')`
  const isPlain = `instr(${text}, ${literal('\\')}) = 0`
  return `case when ${isPlain} then ${document} when ${text} regexp ${literal(ODD)} then null else json_unquote(${quoted}) end`
}

function replaced(text: string, pattern: string, by: string): string {
  return `regexp_replace(${text}, ${literal(pattern)}, ${literal(by)})`
}

/** Whatever a backslash is to the session. */
function literal(text: string): string {
  return `_utf8mb4 x'${Buffer.from(text).toString('hex')}'`
}
