import type { RawValue } from './coerce-value.ts'
import { coercionOf, kindsOf, type CoercionContext } from './coercion.ts'
import { Declared } from './declared.ts'
import { allPartsOf, type SchemaDocument } from './document.ts'
import type { JsonSchema } from './json-schema.ts'
import { toRegExp } from './pattern.ts'
import type { TextPlan } from './text-reader.ts'

/** Text by name from a request, like the result of `parseQuery`. */
export type RawText = Readonly<Record<string, RawValue | undefined>>

/** What a schema of text by name declares. */
export interface TextFields {
  readonly plan: TextPlan
  /** Whether the schema itself refuses undeclared keys. */
  readonly isClosed: boolean
  /** Whether undeclared keys may have any text, not only numbers for instance. */
  readonly takesAnyText: boolean
  /** The schema of each key. */
  readonly schemas: ReadonlyMap<string, JsonSchema>
}

/**
 * Reads from a schema of text by name which keys it declares, and how the text of each is coerced.
 *
 * @param context.isHeader - whether names are looked up in lower case
 */
export function textFieldsOf(context: CoercionContext): TextFields {
  const { document, problems, isHeader } = context
  const kinds = kindsOf(document.root, document)
  if (!kinds.has('object') && !kinds.has('any')) {
    problems.add('', {
      message: 'The schema does not describe an object.',
      remedy: 'Use t.Object({ … }), or a plain object of schemas by name.',
    })
  }
  const declared = new Declared(allPartsOf(document, document.root))
  const fields = [...declared.properties].map(([name, schemas]) => ({
    from: isHeader ? name.toLowerCase() : name,
    to: name,
    coerce: coercionOf(oneOf(schemas), name, context),
    schema: oneOf(schemas),
  }))
  if (new Set(fields.map((field) => field.from)).size < fields.length) {
    problems.add('', {
      message: 'A header is declared twice, in different case.',
      remedy: 'Case does not matter in the names of headers: declare it once.',
    })
  }
  const { rest } = declared
  const patterns = [...declared.patterns].map(([source, schemas]) => ({
    pattern: toRegExp(source),
    coerce: coercionOf(oneOf(schemas), `names like ${source}`, context),
  }))
  const others =
    rest.length > 0
      ? { coerce: coercionOf(oneOf(rest), 'other names', context) }
      : declared.isListed
        ? undefined
        : { coerce: null }
  return {
    plan: { fields, patterns, rest: others },
    isClosed: declared.isClosed && rest.length === 0,
    takesAnyText: rest.every((one) => TEXT_KINDS.some((kind) => kindsOf(one, document).has(kind))),
    schemas: new Map(fields.map(({ to, schema }) => [to, schema])),
  }
}

/** Kinds that any text has, or can be coerced to. */
const TEXT_KINDS = ['any', 'string', 'array'] as const

function oneOf(schemas: readonly JsonSchema[]): JsonSchema {
  return schemas.length === 1 ? schemas[0]! : { anyOf: schemas }
}

/** Whether a schema of text by name itself refuses undeclared keys. */
export function refusesUndeclared(document: SchemaDocument): boolean {
  const { isClosed, rest } = new Declared(allPartsOf(document, document.root))
  return isClosed && rest.length === 0
}
