export type { StandardSchemaV1 } from '@standard-schema/spec'
export type { BodyOutput } from './infer.ts'
export type { PropertySchemas } from './schema-like.ts'
export type { DateTime } from './schema-builder.ts'
export { createValidator, type Validator } from './ajv.ts'
export { explainCookies, parseCookies } from './cookie.ts'
export { mismatchOf, showValue } from './default-check.ts'
export { derive } from './derive.ts'
export { CLOSED_BY_LAYOUT, closingOf } from './derive-closing.ts'
export { isCertain } from './derive-union.ts'
export { branchesOf } from './discriminator.ts'
export { SchemaDocument } from './document.ts'
export { findPromises, isUnawaited } from './find-promises.ts'
export { compileInput } from './input.ts'
export type { InputOptions, InputParser, UnknownRule } from './input-contract.ts'
export { MAX_JSON_DEPTH, parseJson, refuseOverflow, type ParseJsonOptions } from './json.ts'
export { escapePointer, isRecord, othersOf, unescapePointer } from './json-schema.ts'
export type { JsonSchema, JsonSchemaObject } from './json-schema.ts'
export { parseForm, parseQuery, type ParsedFields } from './query.ts'
export { readUtf8 } from './body-text.ts'
export { compileResponse, type ResponseGuard, type ResponseOptions } from './response.ts'
export { isPlainRegExp } from './schema-keywords.ts'
export { isNothing, mayBeMissing, mayBeNothing } from './nothing.ts'
export {
  isOptional,
  isSchema,
  isStandardSchema,
  isTypeBoxSchema,
  kindOf,
  standardJsonSchema,
} from './schema-kind.ts'
export { holdersOf, mapSubschemas, membersOf, relationOf, subschemasOf } from './subschema.ts'
export { refusesUndeclared } from './text-fields.ts'
export { declaresName, toTypedTexts } from './typed-texts.ts'
export { t } from './t.ts'
export type * from './t.ts'
export { validator, type SchemaValidator, type ValidatorOptions } from './validator.ts'
export { MAX_VIOLATIONS } from './violation.ts'
export type { Place, Violation } from '../errors/index.ts'
