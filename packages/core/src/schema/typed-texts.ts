import type { Place } from '../errors/index.ts'
import { SchemaDocument } from './document.ts'
import type { SchemaLike, FieldSchemas } from './schema-like.ts'
import { compileInput } from './input.ts'
import { textFieldsOf, type RawText } from './text-fields.ts'
import { createTextReader, takenBy, type TextPlan } from './text-reader.ts'
import { Problems } from './setup-problem.ts'

/** The keys that a schema of a place declares; `undefined` where they are unknown. */
function planOf(schema: SchemaLike | FieldSchemas, place: Place): TextPlan | undefined {
  const { jsonSchema } = compileInput(schema, place)
  if (jsonSchema === undefined) return undefined
  return textFieldsOf({
    document: new SchemaDocument(jsonSchema),
    problems: new Problems(place),
    isLenient: true,
    isHeader: place === 'headers',
    isForm: false,
    isTyped: false,
  }).plan
}

/**
 * Coerces texts by name, like those of a URL, to the types that a schema declares, for a call with typed values. Validates
 * nothing: a text that cannot be coerced stays, and so does an undeclared key.
 */
export function toTypedTexts(
  schema: SchemaLike | FieldSchemas,
  place: Place,
  texts: RawText,
): Readonly<Record<string, unknown>> {
  const plan = planOf(schema, place)
  if (plan === undefined) return texts
  return createTextReader(plan, { isFresh: false, isForm: false, canGenerate: false, takesAll: true })(texts)
}

/** Makes a function that says whether a schema declares a name (of a header in lower case); `undefined` where it is unknown. */
export function declaresName(
  schema: SchemaLike | FieldSchemas,
  place: Place,
): ((name: string) => boolean) | undefined {
  const plan = planOf(schema, place)
  return plan && takenBy(plan)
}
