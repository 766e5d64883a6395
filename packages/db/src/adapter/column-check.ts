import type { ColumnFacts } from '../table/index.ts'

/** How a system says what a CHECK needs. */
export interface CheckWords {
  quote(name: string): string
  textLiteral(text: string): string
  /** Name of the function that counts the characters of a text. */
  readonly charLength: string
  /** Name of the function that counts bytes. */
  readonly byteLength: string
  /** A bound as a literal of the type that the column has there. */
  numberLiteral(value: number | string, column: ColumnFacts): string
  /** Bounds of a number that follow from its kind, and that the type of the column does not hold. */
  impliedBounds(column: ColumnFacts): readonly [minimum: string, maximum: string] | undefined
  /** What else this system checks, for the quoted column. */
  further(column: ColumnFacts, quoted: string): readonly string[]
}

/** The expression of a CHECK that holds a column to its limits; undefined where its type holds them all. Null passes. */
export function columnCheck(column: ColumnFacts, words: CheckWords): string | undefined {
  const quoted = words.quote(column.name)
  const checks = [
    ...valueChecks(column, quoted, words),
    ...lengthChecks(column, quoted, words),
    ...boundChecks(column, quoted, words),
    ...words.further(column, quoted),
  ]
  return checks.length === 0 ? undefined : checks.join(' and ')
}

function valueChecks({ limits }: ColumnFacts, quoted: string, { textLiteral }: CheckWords): string[] {
  if (limits.values === undefined) return []
  return [`${quoted} in (${limits.values.map((value) => textLiteral(value)).join(', ')})`]
}

function lengthChecks({ kind, limits }: ColumnFacts, quoted: string, words: CheckWords): string[] {
  if (kind !== 'text' && kind !== 'bytes') return []
  const length = `${kind === 'text' ? words.charLength : words.byteLength}(${quoted})`
  const { minLength = 0, maxLength } = limits
  return [
    ...(minLength > 0 ? [`${length} >= ${minLength}`] : []),
    ...(maxLength === undefined ? [] : [`${length} <= ${maxLength}`]),
  ]
}

function boundChecks(column: ColumnFacts, quoted: string, words: CheckWords): string[] {
  if (column.kind !== 'integer' && column.kind !== 'bigint' && column.kind !== 'decimal') return []
  const [least, most] = words.impliedBounds(column) ?? []
  const minimum = boundOf(column.limits.minimum, least, { column, words })
  const maximum = boundOf(column.limits.maximum, most, { column, words })
  return [
    ...(minimum === undefined ? [] : [`${quoted} >= ${minimum}`]),
    ...(maximum === undefined ? [] : [`${quoted} <= ${maximum}`]),
  ]
}

/** A declared bound is within that of the kind, which then need not be said. */
function boundOf(
  declared: number | string | undefined,
  implied: string | undefined,
  { column, words }: { readonly column: ColumnFacts; readonly words: CheckWords },
): string | undefined {
  return declared === undefined ? implied : words.numberLiteral(declared, column)
}
