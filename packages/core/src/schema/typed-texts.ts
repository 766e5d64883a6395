import type { Place } from '../errors/index.ts'
import { SchemaDocument } from './document.ts'
import type { SchemaLike, FieldSchemas } from './infer.ts'
import { compileInput } from './input.ts'
import { textFieldsOf, type RawText, type TextFields } from './text-fields.ts'
import { createTextReader, takenBy } from './text-reader.ts'
import { Problems } from './setup-problem.ts'

/** What a schema declares of a place; `undefined` where it does not say. */
function fieldsOf(schema: SchemaLike | FieldSchemas, place: Place): TextFields | undefined {
  const { jsonSchema } = compileInput(schema, place)
  if (jsonSchema === undefined) return undefined
  return textFieldsOf({
    document: new SchemaDocument(jsonSchema),
    problems: new Problems(place),
    isLenient: true,
    isHeader: place === 'headers',
    isForm: false,
    isTyped: false,
  })
}

/**
 * Texts by name as the values that a schema takes: what a URL says, for a call that brings values. Nothing is held to the schema: a
 * text that is no such value stays, and so does what is not declared.
 */
export function toTypedTexts(
  schema: SchemaLike | FieldSchemas,
  place: Place,
  texts: RawText,
): Readonly<Record<string, unknown>> {
  const plan = fieldsOf(schema, place)?.plan
  if (plan === undefined) return texts
  return createTextReader(plan, { isFresh: false, isForm: false, canGenerate: false, takesAll: true })(texts)
}

/** Whether a name, of a header in lower case, is one that a schema takes; `undefined` where it does not say. */
export function declaresName(
  schema: SchemaLike | FieldSchemas,
  place: Place,
): ((name: string) => boolean) | undefined {
  const plan = fieldsOf(schema, place)?.plan
  return plan && takenBy(plan)
}
