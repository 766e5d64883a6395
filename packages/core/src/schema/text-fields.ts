import type { RawValue } from './coerce-value.ts'
import { coercionOf, kindsOf, type CoercionContext } from './coercion.ts'
import { Declared } from './declared.ts'
import { allPartsOf, type SchemaDocument } from './document.ts'
import type { JsonSchema } from './json-schema.ts'
import { toRegExp } from './pattern.ts'
import type { TextPlan } from './text-reader.ts'

/** Text by name as it comes from a request: what `parseQuery` and the like make. */
export type RawText = Readonly<Record<string, RawValue | undefined>>

/** What a schema for a string place declares. */
export interface TextFields {
  readonly plan: TextPlan
  /** Whether the schema itself says that nothing else may be there. */
  readonly isClosed: boolean
  /** Whether what it says of all else can hold for the text of others, which is rarely a number. */
  readonly takesAnyText: boolean
  /** What is declared of each key. */
  readonly schemas: ReadonlyMap<string, JsonSchema>
}

/**
 * Reads from the schema of a string place which keys it declares, and how the text of each is coerced.
 *
 * @param context.isHeader - whether names are looked up in lower case
 */
export function textFieldsOf(context: CoercionContext): TextFields {
  const { document, problems, isHeader } = context
  const kinds = kindsOf(document.root, document)
  if (!kinds.has('object') && !kinds.has('any')) {
    problems.add('', {
      code: 'ERR_CORE_SCHEMA_INVALID',
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
      code: 'ERR_CORE_SCHEMA_INVALID',
      message: 'A header is declared twice, in different case.',
      remedy: 'Header names have no case: declare it once.',
    })
  }
  const patterns = [...declared.patterns].map(([source, schemas]) => ({
    pattern: toRegExp(source),
    coerce: coercionOf(oneOf(schemas), `names like ${source}`, context),
  }))
  const { rest } = declared
  const isAny = declared.properties.size === 0 && patterns.length === 0 && !declared.isListed
  return {
    plan: {
      fields,
      patterns,
      rest:
        rest.length > 0
          ? { coerce: coercionOf(oneOf(rest), 'other names', context) }
          : isAny
            ? { coerce: null }
            : undefined,
    },
    isClosed: refusesUndeclared(document),
    takesAnyText: rest.every((one) => TEXT_KINDS.some((kind) => kindsOf(one, document).has(kind))),
    schemas: new Map(fields.map(({ to, schema }) => [to, schema])),
  }
}

/** What any text is, or becomes. */
const TEXT_KINDS = ['any', 'string', 'array'] as const

function oneOf(schemas: readonly JsonSchema[]): JsonSchema {
  return schemas.length === 1 ? schemas[0]! : { anyOf: schemas }
}

/** Whether the schema of a string place itself says that nothing may be there that it does not declare. */
export function refusesUndeclared(document: SchemaDocument): boolean {
  const { isClosed, rest } = new Declared(allPartsOf(document, document.root))
  return isClosed && rest.length === 0
}
