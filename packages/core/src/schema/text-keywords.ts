// On the request path: generates the code of the validator for `minLength`, `maxLength` and `pattern`.
// Not from 'ajv', which also loads the class of another draft.
import { _, str, type Code } from 'ajv/dist/compile/codegen/index.js'
import type { KeywordCxt } from 'ajv/dist/compile/validate/index.js'
import { usePattern } from 'ajv/dist/vocabularies/code.js'
import type { CodeKeywordDefinition } from 'ajv/dist/types/index.js'

/** The functions of ajv that are used here, so that our declarations do not need its own. */
interface Keywords {
  removeKeyword(keyword: string): unknown
  addKeyword(definition: never): unknown
}

/**
 * Keyword of derived schemas, beside `pattern`: a longer text is not matched against the pattern, because it is refused
 * anyway. The cost of a pattern grows with the text, for some patterns exponentially, so only the length bounds it.
 */
export const PATTERN_BOUND = 'patternBound'

/** Value of {@link PATTERN_BOUND}. */
export interface PatternBound {
  readonly maxLength: number
  /** Whether a longer text does not match; otherwise it matches, and another keyword refuses it. */
  readonly isCondition: boolean
}

/**
 * Replaces `pattern`, which is then not run on texts longer than its {@link PATTERN_BOUND}, and `minLength` and `maxLength`,
 * which count code points (JSON Schema validation, §6.3). A text has at most as many code points as code units and at least
 * half as many, so most need not be counted: ajv's own keywords count each text for each bound, which for a body of 1 KB
 * cost more than all other checks.
 */
export function replaceTextKeywords(validator: Keywords): void {
  validator.removeKeyword('pattern')
  validator.addKeyword({ ...PATTERN } as never)
  replace(validator, 'maxLength', { word: 'more', code: failAbove })
  replace(validator, 'minLength', { word: 'fewer', code: failBelow })
}

interface Bound {
  readonly word: 'more' | 'fewer'
  readonly code: CodeKeywordDefinition['code']
}

function replace(validator: Keywords, keyword: string, { word, code }: Bound): void {
  const definition: CodeKeywordDefinition = {
    keyword,
    code,
    type: 'string',
    schemaType: 'number',
    // A bound of the length also bounds the cost of the pattern.
    before: 'pattern',
    error: {
      message: ({ schemaCode }) => str`must NOT have ${word} than ${schemaCode} characters`,
      params: ({ schemaCode }) => _`{limit: ${schemaCode}}`,
    },
  }
  validator.removeKeyword(keyword)
  validator.addKeyword(definition as never)
}

/** The pattern of a text that has more than blanks, which people are told in words. */
const NOT_BLANK = String.raw`\S`

const PATTERN: CodeKeywordDefinition = {
  keyword: 'pattern',
  code: failMismatch,
  type: 'string',
  schemaType: 'string',
  before: 'format',
  error: {
    message: ({ schema, schemaCode }) =>
      schema === NOT_BLANK ? str`must not be blank` : str`must match pattern "${schemaCode}"`,
    params: ({ schemaCode }) => _`{pattern: ${schemaCode}}`,
  },
}

function failMismatch(cxt: KeywordCxt): void {
  const { data, schema, parentSchema, it } = cxt
  const mismatch = _`!${usePattern(cxt, schema as string)}.test(${data})`
  const bound = (parentSchema as { readonly [PATTERN_BOUND]?: PatternBound })[PATTERN_BOUND]
  // The length was checked before, and the first error ends the check.
  const isBounded = it.allErrors !== true && parentSchema['maxLength'] === bound?.maxLength
  if (bound === undefined || isBounded) {
    cxt.fail(mismatch)
    return
  }
  const { maxLength, isCondition } = bound
  const isLonger = _`${data}.length > ${maxLength} && ${counted(cxt)} > ${maxLength}`
  cxt.fail(isCondition ? _`(${isLonger}) || ${mismatch}` : _`!(${isLonger}) && ${mismatch}`)
}

function failAbove(cxt: KeywordCxt): void {
  const limit = cxt.schema as number
  cxt.fail(_`${cxt.data}.length > ${limit} && ${counted(cxt)} > ${limit}`)
}

function failBelow(cxt: KeywordCxt): void {
  const limit = cxt.schema as number
  // A text with fewer code units may have too few code points.
  const doubtful = 2 * limit - 1
  if (limit <= 1) cxt.fail(_`${cxt.data}.length < ${limit}`)
  else cxt.fail(_`${cxt.data}.length < ${doubtful} && ${counted(cxt)} < ${limit}`)
}

function counted({ gen, data }: KeywordCxt): Code {
  return _`${gen.scopeValue('func', { ref: countCodePoints })}(${data})`
}

/** Unicode code points of a text; a surrogate alone counts as one. */
export function countCodePoints(text: string): number {
  let count = text.length
  for (let i = 1; i < text.length; i++) {
    if (isLow(text.charCodeAt(i)) && isHigh(text.charCodeAt(i - 1))) count--
  }
  return count
}

function isHigh(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800
}

function isLow(unit: number): boolean {
  return (unit & 0xfc00) === 0xdc00
}
