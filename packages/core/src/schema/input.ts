import type { Place } from '../errors/index.ts'
import type { SchemaLike, FieldSchemas } from './schema-like.ts'
import { inputSetup, type InputOptions, type InputParser } from './input-contract.ts'
import { compileShape } from './input-shape.ts'
import { compileStandard } from './input-standard.ts'
import { compileTypeBox } from './input-typebox.ts'
import { isRecord } from './json-schema.ts'
import { isStandardSchema, isTypeBoxSchema } from './schema-kind.ts'
import { notASchema } from './unmade-schema.ts'

/**
 * Makes the parser for the input at one place of a request (or for the configuration) from its schema. Problems of the schema
 * are found here; the code of the validator is generated at the first request.
 *
 * Text (all places except the body) is coerced by the declared type only: `"1"` to 1, `"true"` to true, a repeated key to a
 * list. A JSON body is never coerced.
 *
 * @param schema - TypeBox or Standard Schema, or for text by name a plain object of schemas
 * @throws {SetupError} `ERR_CORE_SETUP`, with all problems of the schema
 * @example
 * const query = compileInput({ page: t.Integer({ minimum: 1, default: 1 }) }, 'query')
 * query.parse(parseQuery('?page=2')) // { page: 2 }
 */
export function compileInput(
  schema: SchemaLike | FieldSchemas,
  place: Place,
  options: InputOptions = {},
): InputParser {
  const setup = inputSetup(place, options)
  if (isTypeBoxSchema(schema)) return compileTypeBox(schema, setup)
  if (isStandardSchema(schema)) return compileStandard(schema, setup)
  if (isRecord(schema) && setup.isText) return compileShape(schema as FieldSchemas, setup)
  return setup.problems.refuse('', notASchema(schema))
}
