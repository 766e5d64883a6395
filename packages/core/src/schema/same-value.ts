// On the request path: the validator calls it for literals that are objects or arrays.

/**
 * Whether a value equals a literal of a schema by the rules of JSON Schema (draft 2020-12 §4.2.2). Goes as deep as the
 * literal, and calls no method of the value, which may have a member `toString`.
 */
export function isSameValue(literal: unknown, value: unknown): boolean {
  if (typeof literal !== 'object' || literal === null) return literal === value
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(literal) !== Array.isArray(value)) return false
  const names = Object.keys(literal)
  if (Object.keys(value).length !== names.length) return false
  return names.every(
    (name) => Object.hasOwn(value, name) && isSameValue(member(literal, name), member(value, name)),
  )
}

function member(of: object, name: string): unknown {
  return (of as Readonly<Record<string, unknown>>)[name]
}
