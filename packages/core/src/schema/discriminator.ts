import type { Contradiction } from './contradiction.ts'
import type { SchemaDocument } from './document.ts'
import { isRecord, type JsonSchema, type JsonSchemaObject } from './json-schema.ts'

type Literal = string | number | boolean

/** What a schema says of the property by which a discriminator chooses. */
interface Tag {
  readonly isDeclared: boolean
  readonly isRequired: boolean
  /** All that it may be; `undefined` where that is not said by literals. */
  readonly values: ReadonlySet<Literal> | undefined
}

const UNTAGGED: Tag = { isDeclared: false, isRequired: false, values: undefined }

/** A branch of a union, with the values of the discriminating property that stand for it. */
export interface Branch {
  readonly schema: JsonSchema
  /** Where it stands among the branches. */
  readonly index: number
  readonly tag: Tag
}

/** The branches between which a property chooses: all but null, which is told by itself. */
export function branchesOf(
  document: SchemaDocument,
  branches: readonly JsonSchema[],
  name: string,
): Branch[] {
  return branches
    .map((schema, index) => ({ schema, index, tag: readTag(schema, { document, name, seen: new Set() }) }))
    .filter(({ schema }) => !isNull(document, schema))
}

/**
 * What is wrong with the `discriminator` that a schema declares: generated clients choose a branch by it, so that one which
 * cannot tell them apart promises what no value can keep.
 *
 * @see OpenAPI 3.1 §4.8.25
 */
export function discriminatorFault(
  document: SchemaDocument,
  node: JsonSchemaObject,
): Contradiction | undefined {
  const { discriminator } = node
  if (discriminator === undefined) return undefined
  if (!isDiscriminator(discriminator))
    return {
      message: 'Its discriminator does not say which property tells the branches apart.',
      remedy: "Write discriminator: { propertyName: 'kind' }.",
    }
  const { propertyName: name, mapping = {} } = discriminator
  const reason = reasonOf(document, node, { name, keys: Object.keys(mapping) })
  if (reason === undefined) return undefined
  return {
    message: `Its discriminator '${name}' does not tell the branches apart: ${reason}.`,
    remedy: `Give each branch ${name}: t.Literal('…') with values of its own, or remove the discriminator.`,
  }
}

interface Discriminator {
  readonly propertyName: string
  readonly mapping?: Readonly<Record<string, string>> | undefined
}

function isDiscriminator(value: unknown): value is Discriminator {
  if (!isRecord(value)) return false
  const { propertyName, mapping = {}, ...rest } = value
  return (
    typeof propertyName === 'string' &&
    isRecord(mapping) &&
    Object.values(mapping).every((one) => typeof one === 'string') &&
    Object.keys(rest).every((key) => key.startsWith('x-'))
  )
}

function reasonOf(
  document: SchemaDocument,
  node: JsonSchemaObject,
  { name, keys }: { readonly name: string; readonly keys: readonly string[] },
): string | undefined {
  const whole = readTag(node, { document, name, seen: new Set() })
  const union = unionOf(node) ?? unionOf(document.target(node))
  // A schema that others are made of by allOf has the property, and they its values.
  if (union === undefined) return faultOfTag(whole, name, false)?.replace(/^#/, 'the schema')
  const owners = new Map<string, string>()
  for (const { schema, index, tag } of branchesOf(document, union, name)) {
    const branch = nameOf(document, schema) ?? `branch ${index + 1}`
    const fault = faultOfTag({ ...tag, isRequired: tag.isRequired || whole.isRequired }, name, true)
    if (fault !== undefined) return fault.replace(/^#/, branch)
    for (const value of tag.values ?? []) {
      const owner = owners.get(String(value))
      if (owner !== undefined) return `'${value}' stands for ${owner} and for ${branch}`
      owners.set(String(value), branch)
    }
  }
  const stray = keys.find((key) => !owners.has(key))
  return stray === undefined ? undefined : `its mapping has '${stray}', which stands for no branch`
}

/** Begins with `#` for what the schema is called. */
function faultOfTag(
  { isDeclared, isRequired, values }: Tag,
  name: string,
  isBranch: boolean,
): string | undefined {
  if (!isDeclared) return `# does not have the property '${name}'`
  if (isBranch && (values === undefined || values.size === 0))
    return `# has a '${name}' that is not a literal or an enum of them`
  return isRequired ? undefined : `# does not require '${name}'`
}

function unionOf(schema: JsonSchema | undefined): readonly JsonSchema[] | undefined {
  if (!isRecord(schema)) return undefined
  const list = [schema['oneOf'], schema['anyOf']].find(Array.isArray)
  return list as readonly JsonSchema[] | undefined
}

function nameOf(document: SchemaDocument, schema: JsonSchema): string | undefined {
  const target = document.target(schema)
  const id = isRecord(target) ? target['$id'] : undefined
  return typeof id === 'string' ? id : undefined
}

function isNull(document: SchemaDocument, schema: JsonSchema): boolean {
  const target = document.target(schema)
  return isRecord(target) && (target['type'] === 'null' || target['const'] === null)
}

interface Reading {
  readonly document: SchemaDocument
  readonly name: string
  readonly seen: ReadonlySet<JsonSchemaObject>
}

function readTag(schema: unknown, reading: Reading): Tag {
  if (!isRecord(schema) || reading.seen.has(schema)) return UNTAGGED
  const { document, name } = reading
  const within = { document, name, seen: new Set([...reading.seen, schema]) }
  const { properties, required, allOf } = schema
  const isDeclared = isRecord(properties) && Object.hasOwn(properties, name)
  const parts: Tag[] = [
    {
      isDeclared,
      isRequired: Array.isArray(required) && required.includes(name),
      values: isDeclared ? literalsOf(document, properties[name]) : undefined,
    },
    readTag(document.resolve(schema), within),
    ...(Array.isArray(allOf) ? allOf.map((part) => readTag(part, within)) : []),
  ]
  for (const list of [schema['anyOf'], schema['oneOf']]) {
    if (Array.isArray(list)) parts.push(either(list.map((part) => readTag(part, within))))
  }
  return parts.reduce(both)
}

/** Of what holds for one value together. */
function both(a: Tag, b: Tag): Tag {
  const values = b.values ?? a.values
  return {
    isDeclared: a.isDeclared || b.isDeclared,
    isRequired: a.isRequired || b.isRequired,
    values: values && new Set([...values].filter((value) => a.values?.has(value) ?? true)),
  }
}

function either(tags: readonly Tag[]): Tag {
  return {
    isDeclared: tags.every((tag) => tag.isDeclared),
    isRequired: tags.every((tag) => tag.isRequired),
    values: unionOfSets(tags.map(({ values }) => values)),
  }
}

type Literals = ReadonlySet<Literal> | undefined

function unionOfSets(sets: readonly Literals[]): Literals {
  const all: Literal[] = []
  for (const set of sets) {
    if (set === undefined) return undefined
    all.push(...set)
  }
  return new Set(all)
}

/** How deep unions of literals are followed; one that has itself as a branch has no end. */
const MAX_DEPTH = 16

function literalsOf(document: SchemaDocument, schema: unknown, depth = 0): Literals {
  const target = isRecord(schema) ? document.target(schema) : undefined
  if (!isRecord(target) || depth > MAX_DEPTH) return undefined
  const { const: value, enum: list } = target
  const union = unionOf(target)
  if (union !== undefined) return unionOfSets(union.map((one) => literalsOf(document, one, depth + 1)))
  const values: readonly unknown[] = Array.isArray(list) ? list : [value]
  return values.every(isLiteral) ? new Set(values) : undefined
}

function isLiteral(value: unknown): value is Literal {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}
