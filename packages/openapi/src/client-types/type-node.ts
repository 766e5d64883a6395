/** A type before it is written: named types get their names when all are known. */
export type TypeNode =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'noted'
      readonly type: TypeNode
      /** Written after it as a comment. */ readonly note: string
    }
  | ObjectType
  | { readonly kind: 'list'; readonly item: TypeNode }
  | { readonly kind: 'tuple'; readonly items: readonly TypeNode[]; readonly rest: TypeNode | undefined }
  | { readonly kind: 'any' | 'all'; readonly parts: readonly TypeNode[] }
  | { readonly kind: 'named'; readonly type: NamedType }
  | { readonly kind: 'generic'; readonly name: string; readonly parts: readonly TypeNode[] }

/** An object with members. */
export interface ObjectType {
  readonly kind: 'object'
  readonly members: readonly Member[]
  readonly index?: Index | undefined
}

/** A member of an object. */
export interface Member {
  readonly name: string
  readonly type: TypeNode
  readonly isOptional?: boolean
  readonly isReadonly?: boolean
  /** Lines of its comment. */
  readonly doc?: readonly string[]
}

/** The index signature: type of members without declared names. */
export interface Index {
  readonly key: 'string' | 'number'
  readonly type: TypeNode
}

/** A type that gets a name. */
export interface NamedType {
  /** The name that it should get. */
  readonly wanted: string
  /** Whether the name is made up, and gives way to names that users chose. */
  readonly isMadeUp: boolean
  /** Whether callers send it: if a received type has the same name, it is called `…Input`. */
  readonly isInput: boolean
  /** `undefined` while it is being read. */
  body: TypeNode | undefined
}

/** A type that is written as it is. */
export function textType(text: string): TypeNode {
  return { kind: 'text', text }
}

/** `unknown`, with the reason. */
export function unknownType(note: string): TypeNode {
  return { kind: 'noted', type: UNKNOWN, note }
}

export const UNKNOWN = textType('unknown')
export const UNDEFINED = textType('undefined')
export const NEVER = textType('never')

/** The type of one value: `'a'`, `1`, `{ a: 1 }`. */
export function literalType(value: unknown): TypeNode {
  if (Array.isArray(value)) return { kind: 'tuple', items: value.map(literalType), rest: undefined }
  if (typeof value !== 'object' || value === null)
    return textType(typeof value === 'string' ? quoted(value) : JSON.stringify(value))
  const members = Object.entries(value).map(([name, one]) => ({ name, type: literalType(one) }))
  return { kind: 'object', members }
}

/** A text as a literal in single quotes. */
export function quoted(text: string): string {
  return `'${JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`)}'`
}

/** Any of several types, without duplicates. */
export function unionOf(parts: readonly TypeNode[]): TypeNode {
  return join('any', parts, NEVER)
}

/** All of several types at once. */
export function intersectionOf(parts: readonly TypeNode[]): TypeNode {
  return join(
    'all',
    parts.filter((one) => one !== UNKNOWN),
    UNKNOWN,
  )
}

function join(kind: 'any' | 'all', parts: readonly TypeNode[], none: TypeNode): TypeNode {
  const flat = parts.flatMap((one) => (one.kind === kind ? one.parts : [one]))
  if (kind === 'any' && flat.includes(UNKNOWN)) return UNKNOWN
  const distinct = [...new Map(flat.map((one) => [identityOf(one), one])).values()]
  const [first = none] = distinct
  return distinct.length < 2 ? first : { kind, parts: distinct }
}

function identityOf(type: TypeNode): unknown {
  if (type.kind === 'named') return type.type
  return type.kind === 'text' ? type.text : type
}

/** Whether `{}` has the type, so that a caller may omit the value. A type that is not known does not count. */
export function takesEmpty(type: TypeNode): boolean {
  if (type.kind === 'object') return type.members.every(({ isOptional }) => isOptional === true)
  if (type.kind === 'any') return type.parts.some(takesEmpty)
  if (type.kind === 'all') return type.parts.every(takesEmpty)
  if (type.kind === 'noted') return type.type !== UNKNOWN && takesEmpty(type.type)
  if (type.kind === 'named') return type.type.body !== undefined && takesEmpty(type.type.body)
  return type.kind === 'text' && type.text === 'unknown'
}

/** Whether `undefined` has the type. */
export function takesNothing(type: TypeNode): boolean {
  if (type.kind === 'any') return type.parts.some(takesNothing)
  if (type.kind === 'noted') return type.type !== UNKNOWN && takesNothing(type.type)
  return type.kind === 'text' && ['unknown', 'undefined'].includes(type.text)
}
