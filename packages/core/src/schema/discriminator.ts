import type { SchemaDocument } from './document.ts'
import { isRecord, type JsonSchema, type JsonSchemaObject } from './json-schema.ts'
import type { SchemaProblem } from './setup-problem.ts'

type Literal = string | number | boolean

/** What a schema says about the property of a discriminator. */
interface Tag {
  readonly isDeclared: boolean
  readonly isRequired: boolean
  /** All its values; `undefined` where no literals say them. */
  readonly values: ReadonlySet<Literal> | undefined
}

const UNTAGGED: Tag = { isDeclared: false, isRequired: false, values: undefined }

/** A branch of a union, with the values of the discriminator's property that choose it. */
export interface Branch {
  readonly schema: JsonSchema
  /** Its position among the branches. */
  readonly index: number
  readonly tag: Tag
}

/** The branches between which a property chooses: all except null. */
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
 * What is wrong with the `discriminator` of a schema: generated clients choose a branch by it, so it must tell the branches
 * apart.
 *
 * @see OpenAPI 3.1 §4.8.25
 */
export function discriminatorProblem(
  document: SchemaDocument,
  node: JsonSchemaObject,
): SchemaProblem | undefined {
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
  // Others extend this schema by allOf: it has the property, and they have its values.
  if (union === undefined) return tagProblem(whole, 'the schema', { name, isBranch: false })
  const owners = new Map<string, string>()
  for (const { schema, index, tag } of branchesOf(document, union, name)) {
    const branch = nameOf(document, schema) ?? `branch ${index + 1}`
    const isRequired = tag.isRequired || whole.isRequired
    const problem = tagProblem({ ...tag, isRequired }, branch, { name, isBranch: true })
    if (problem !== undefined) return problem
    for (const value of tag.values ?? []) {
      const owner = owners.get(String(value))
      if (owner !== undefined) return `'${value}' is a value of ${owner} and of ${branch}`
      owners.set(String(value), branch)
    }
  }
  const unknown = keys.find((key) => !owners.has(key))
  return unknown === undefined
    ? undefined
    : `its mapping has '${unknown}', which is not a value of any branch`
}

function tagProblem(
  { isDeclared, isRequired, values }: Tag,
  owner: string,
  { name, isBranch }: { readonly name: string; readonly isBranch: boolean },
): string | undefined {
  if (!isDeclared) return `${owner} does not have the property '${name}'`
  if (isBranch && (values === undefined || values.size === 0))
    return `${owner} has a '${name}' that is not a literal or an enum`
  return isRequired ? undefined : `${owner} does not require '${name}'`
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

/** The tag where both schemas hold for a value. */
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

/** How deep unions of literals are followed; one with itself as a branch is endless. */
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
