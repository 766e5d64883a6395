// On the request path: checks the JSON types of coerced text before the library of a Standard Schema validates it.
import { kindsOf, memberSchemaOf, type Kind } from './coercion.ts'
import type { SchemaDocument } from './document.ts'
import { typeOf, type JsonSchema } from './json-schema.ts'
import type { ViolationList } from './violation.ts'

/**
 * Adds a violation for a value of another type than the declared one, and returns whether it did. Text that could not be
 * coerced is still a text; a library that coerces might read it as 0 or `true`.
 */
export type TypeCheck = (value: unknown, pointer: string, open: () => ViolationList) => boolean

/** Makes the check of one key; `undefined` where its schema does not declare a type. */
export function typeCheckOf(schema: JsonSchema, document: SchemaDocument): TypeCheck | undefined {
  const kinds = kindsOf(schema, document)
  // Text by name cannot hold objects: the library of the schema reads them.
  if (kinds.size === 0 || kinds.has('any') || kinds.has('object')) return undefined
  const members = kinds.has('array') ? memberSchemaOf(schema, document) : undefined
  const checkMember = members === undefined ? undefined : typeCheckOf(members, document)
  const message = `must be ${[...kinds].join(' or ')}`
  return (value, pointer, open) => {
    const kind = typeOf(value) as Kind
    if (kinds.has(kind)) return kind === 'array' && checkMembers(checkMember, value, { pointer, open })
    const isRepeated = kind === 'array'
    open().add(pointer, isRepeated ? 'must be given only once' : message, 'type')
    return true
  }
}

function checkMembers(
  check: TypeCheck | undefined,
  value: unknown,
  { pointer, open }: { readonly pointer: string; readonly open: () => ViolationList },
): boolean {
  if (check === undefined) return false
  let isWrong = false
  ;(value as readonly unknown[]).forEach((member, at) => {
    if (check(member, `${pointer}/${at}`, open)) isWrong = true
  })
  return isWrong
}
