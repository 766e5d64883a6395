// On the request path of calls within the process.
import { ValidationError, type Violation } from '../errors/index.ts'
import { parsePattern } from '../path/index.ts'
import type { InputParser } from '../schema/index.ts'

/**
 * The params of a call with values. Those that no schema describes are texts, as in a path; if there is a schema, they are
 * checked and not passed on.
 */
export function typedParams(pattern: string, described: InputParser | undefined): InputParser | undefined {
  const { segments } = parsePattern(pattern, pattern)
  const names = namesOf(described)
  const texts = segments.flatMap((segment) =>
    segment.kind === 'static' || (described !== undefined && names?.has(segment.name) !== false)
      ? []
      : [{ name: segment.name, takesEmpty: segment.kind === 'wildcard' && segment.takesEmpty === true }],
  )
  if (texts.length === 0) return described
  return {
    place: 'params',
    jsonSchema: described?.jsonSchema,
    boundsDepth: true,
    boundsNumbers: true,
    parse(raw) {
      const params = { ...(raw as Record<string, unknown>) }
      const violations = texts.flatMap(({ name, takesEmpty }) => {
        const value = params[name]
        if (described !== undefined) delete params[name]
        if (takesEmpty && (value === undefined || value === '')) {
          if (described === undefined) params[name] = ''
          return []
        }
        return textViolation(name, value)
      })
      if (violations.length > 0) throw new ValidationError({ place: 'params', violations })
      return described === undefined ? params : described.parse(params)
    },
  }
}

/** Names that a schema describes; `undefined` if that is not known. */
function namesOf(described: InputParser | undefined): ReadonlySet<string> | undefined {
  const properties = described?.jsonSchema?.['properties']
  return typeof properties === 'object' && properties !== null ? new Set(Object.keys(properties)) : undefined
}

function textViolation(name: string, value: unknown): Violation[] {
  const at = { in: 'params', pointer: `/${name}` } as const
  if (value === undefined) return [{ ...at, code: 'required', message: 'is required' }]
  if (typeof value !== 'string') return [{ ...at, code: 'type', message: 'must be string' }]
  return value === '' ? [{ ...at, code: 'minLength', message: 'must not be empty' }] : []
}
