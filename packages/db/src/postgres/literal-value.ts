// Values of defaults that are literals. The server writes a constant as the text of its value and a type; any other expression might be
// another value the next time, or need the server.

const CAST = String.raw`(?:::(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$ ]*)(?:\.(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$ ]*))?(?:\([0-9, ]+\))?(?: with(?:out)? time zone)?(?:\[\])*)`
const TEXT = new RegExp(String.raw`^E?'((?:[^']|'')*)'(${CAST})$`, 'u')
const NUMBER = new RegExp(String.raw`^(-?[0-9]+(?:\.[0-9]+)?)${CAST}?$`, 'u')
const NUMERIC = /^-?[0-9]+\.[0-9]+$/
/** Types of which one value may have several texts with more or fewer zeros. */
const HAS_PLACES = /^::(?:numeric|integer|bigint|smallint|real|double precision)\b/

/** The value of a default as text; undefined for one that is not a literal. `'0.00'::numeric` is `0`. */
export function literalValue(expression: string): string | undefined {
  const text = inner(expression)
  if (text === 'true' || text === 'false') return text
  const quoted = TEXT.exec(text)
  if (quoted !== null) {
    const value = (quoted[1] ?? '').replaceAll("''", "'")
    return HAS_PLACES.test(quoted[2] ?? '') ? withoutZeros(value) : value
  }
  const number = NUMBER.exec(text)?.[1]
  return number === undefined ? undefined : withoutZeros(number)
}

/** `(-5)` and `(0)::numeric` without the parentheses, and `('a'::character varying)::text` as `'a'::text`. */
function inner(expression: string): string {
  const text = /^\(('(?:[^']|'')*')::[a-z ]+\)(::(?:text|character varying|bpchar|citext))$/.exec(expression)
  if (text !== null) return `${text[1]}${text[2]}`
  const number = /^\((-?[0-9.]+)\)(::[a-z ]+)?$/.exec(expression)
  return number === null ? expression : (number[1] ?? '')
}

function withoutZeros(value: string): string {
  return NUMERIC.test(value) ? value.replace(/\.?0+$/, '') : value
}
