import type { SetupProblem } from '@keelson/core'
import {
  CLOSED_BY_LAYOUT,
  closingOf,
  holdersOf,
  isCertain,
  isPlainRegExp,
  isRecord,
  mapSubschemas,
  membersOf,
  relationOf,
  suggestedNameOf,
  type JsonSchema,
  type JsonSchemaObject,
} from '@keelson/core/spi'
import { ComponentRegistry } from './component-registry.ts'
import { completeDiscriminator } from './discriminator.ts'
import { findWrongExamples } from './example-check.ts'
import { VALUES, WRITTEN } from './keywords.ts'
import { mergeLiterals } from './literal-union.ts'
import type { SchemaSource } from './schema-source.ts'
import { sideOf, traitsOf, type Side } from './side.ts'

/** The place of a schema that is written. */
export interface WriteContext {
  readonly source: SchemaSource
  readonly side: Side
  /** For messages: `route orders.show (GET /orders/:id), response 200`. */
  readonly place: string
  /** Name for a recursive schema that has none: `OrdersShowResponse`. */
  readonly hint: string
  /** Name that the schema's maker suggests: `Orders` of a table. */
  readonly suggested?: string | undefined
}

/** Ids that libraries make up by counting: of `t.Recursive`, of zod. */
export const MADE_UP = /^(?:T\d+|__schema\d+)$/

const PARTS = holdersOf('part', 'branch', 'condition', 'memberCondition', 'content')
const MEMBERS = holdersOf('member')

type Written = Record<string, unknown>

/**
 * Writes the schemas of a document: named ones as references to components, the others in place. Keywords have a fixed
 * order, independent of the library's.
 */
export class SchemaWriter {
  readonly components = new ComponentRegistry()
  readonly #problems: SetupProblem[]
  readonly #checked = new Set<object>()
  readonly #referenced = new Map<object, Set<Side>>()

  constructor(problems: SetupProblem[]) {
    this.#problems = problems
  }

  /** Writes the root of a source, or a schema within it. */
  write(context: WriteContext, node: unknown = context.source.document.root): JsonSchema {
    if (typeof node === 'boolean') return node
    if (!isRecord(node)) return true
    const id = node['$id']
    if (typeof id === 'string') return this.#reference(node, MADE_UP.test(id) ? undefined : id, context)
    if (node === context.source.document.root && refersToRoot(node))
      return this.#reference(node, undefined, context)
    const suggested = suggestedNameOf(node)
    if (suggested !== undefined) return this.#reference(node, undefined, { ...context, suggested })
    return this.#writeKeywords(node, context)
  }

  #reference(node: JsonSchemaObject, name: string | undefined, context: WriteContext): JsonSchemaObject {
    const { side, place, hint, suggested } = context
    const within = { ...context, suggested: undefined }
    const id = name ?? `~${suggested ?? ''}${JSON.stringify(node)}`
    // Marked before it is written, since it may refer to itself. Copies, as t.Optional makes them, are compared.
    const sides = this.#referenced.get(node) ?? new Set()
    this.#referenced.set(node, sides)
    if (sides.has(side)) return this.components.placeholder(id, side)
    sides.add(side)
    const title =
      typeof node['title'] === 'string' && /^[\w .-]+$/.test(node['title']) ? node['title'] : undefined
    return this.components.reference({
      id,
      wanted: name ?? suggested ?? title?.replaceAll(' ', '') ?? hint,
      isMadeUp: name === undefined,
      side,
      place,
      write: () => this.#writeKeywords(node, within),
    })
  }

  #writeKeywords(node: JsonSchemaObject, context: WriteContext): JsonSchema {
    this.#checkExamples(node, context)
    if (isPlainRegExp(node)) return { type: 'string', pattern: node['source'] }
    const written: Written = {}
    const within = withinOf(node, context)
    if (node['$ref'] !== undefined) {
      const target = this.#target(node, within.parts)
      if (!isRecord(target)) return target
      Object.assign(written, target)
    }
    for (const keyword of VALUES) if (node[keyword] !== undefined) written[keyword] = node[keyword]
    if (node['example'] !== undefined && node['examples'] === undefined)
      written['examples'] = [node['example']]
    for (const keyword of extensionsOf(node)) written[keyword] = node[keyword]
    this.#writeParts(node, written, within.parts)
    this.#writeMembers(node, written, within.members)
    this.#adjustObject(node, written, context)
    if (within.closedBy !== undefined) written[within.closedBy] = false
    return inOrder(mergeLiterals(completeDiscriminator(node, written, context.source.document)))
  }

  #target(node: JsonSchemaObject, context: WriteContext): JsonSchema {
    const { document } = context.source
    const target = document.resolve(node)
    if (target === undefined) {
      this.#problems.push(unresolved(node, context))
      return true
    }
    if (typeof target === 'boolean') return target
    const id = target['$id']
    const name = typeof id === 'string' ? id : definitionName(String(node['$ref']))
    return this.#reference(target, name === undefined || MADE_UP.test(name) ? undefined : name, context)
  }

  /** Writes schemas of the same value: parts, branches and conditions. */
  #writeParts(node: JsonSchemaObject, written: Written, context: WriteContext): void {
    const changeOf = (keyword: string) => {
      const inner = contextOf(node, keyword, context)
      return (one: JsonSchema) => this.write(inner, one)
    }
    Object.assign(written, mapSubschemas(node, PARTS, changeOf))
  }

  /** Writes schemas of members and items. */
  #writeMembers(node: JsonSchemaObject, written: Written, context: WriteContext): void {
    const write = (one: JsonSchema): JsonSchema => this.write(context, one)
    Object.assign(
      written,
      mapSubschemas(membersOf(node), MEMBERS, () => write),
    )
    // Linters require items for every array.
    if (written['items'] === undefined && [node['type']].flat().includes('array'))
      written['items'] = node['maxItems'] === 0 ? false : {}
  }

  #adjustObject(node: JsonSchemaObject, written: Written, { source, side }: WriteContext): void {
    // Responses are filtered to what is declared; clients should expect more members in later versions.
    if (source.isStandard && side === 'out' && written['additionalProperties'] === false)
      delete written['additionalProperties']
    const { required, properties } = node
    if (!Array.isArray(required)) return
    // Callers may omit members with a default.
    const { isFilled } = traitsOf(side)
    const isSent = (name: unknown): boolean => !isFilled || !hasDefault(properties, String(name))
    const kept = required.filter(isSent)
    if (kept.length > 0) written['required'] = kept
    else delete written['required']
  }

  #checkExamples(node: JsonSchemaObject, context: WriteContext): void {
    if (this.#checked.has(node)) return
    this.#checked.add(node)
    for (const { message, remedy } of findWrongExamples(node, context.source)) {
      this.#problems.push({ code: 'ERR_OPENAPI_EXAMPLE', place: context.place, message, remedy })
    }
  }
}

/** The contexts of a schema's parts and members, and the keyword that refuses undeclared members. */
interface Within {
  readonly parts: WriteContext
  readonly members: WriteContext
  readonly closedBy: 'additionalProperties' | 'unevaluatedProperties' | undefined
}

/** Undeclared members are refused as the validator of the server refuses them: see `closingOf`. */
function withinOf(node: JsonSchemaObject, context: WriteContext): Within {
  const { side, source } = context
  const { isFilled, closes } = traitsOf(side)
  if (closes === 'nothing') return { parts: context, members: context, closedBy: undefined }
  const at = (which: 'all' | 'members' | 'nothing'): WriteContext => ({
    ...context,
    side: sideOf({ isFilled, closes: which }),
  })
  if (closes === 'members') return { parts: context, members: at('all'), closedBy: undefined }
  const closing = closingOf(source.document, node)
  // JSON Schema cannot refuse members that no part declares within a member: only the outermost object is closed.
  if (closing === CLOSED_BY_LAYOUT) {
    const open = { ...context, side: isFilled ? ('open' as const) : ('out' as const) }
    return { parts: open, members: open, closedBy: 'unevaluatedProperties' }
  }
  const parts = closing.parts === undefined ? context : at('members')
  return { parts, members: context, closedBy: closing.keyword }
}

/**
 * Nothing is added to a condition, which would change its meaning. No default is filled in within unions whose branch is not
 * certain; other libraries fill in theirs everywhere, and say so in the schema that they give.
 */
function contextOf(node: JsonSchemaObject, keyword: string, context: WriteContext): WriteContext {
  const { source, side } = context
  if (side === 'out') return context
  const relation = relationOf(keyword)
  if (relation === 'condition' || relation === 'memberCondition')
    return { ...context, side: source.isStandard ? 'open' : 'out' }
  if (source.isStandard || relation !== 'branch') return context
  if (isCertain(source.document, node, node[keyword] as readonly JsonSchema[])) return context
  const { closes } = traitsOf(side)
  return { ...context, side: sideOf({ isFilled: false, closes }) }
}

function hasDefault(properties: unknown, name: string): boolean {
  const member = isRecord(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined
  return isRecord(member) && member['default'] !== undefined
}

/** Keywords for tools (OpenAPI 3.1 §4.9). */
function extensionsOf(schema: JsonSchemaObject): string[] {
  return Object.keys(schema)
    .filter((keyword) => keyword.startsWith('x-'))
    .sort()
}

function inOrder(written: Written): JsonSchemaObject {
  const ordered: Written = {}
  for (const keyword of [...WRITTEN, ...extensionsOf(written)])
    if (written[keyword] !== undefined) ordered[keyword] = written[keyword]
  return ordered
}

/** zod writes `#` for a recursive schema without a name. */
export function refersToRoot(root: JsonSchemaObject): boolean {
  return JSON.stringify(root).includes('"$ref":"#"')
}

export function definitionName(ref: string): string | undefined {
  if (!ref.includes('#')) return ref
  const name = /^#\/(?:\$defs|definitions)\/([^/]+)$/.exec(ref)?.[1]
  return name === undefined ? undefined : decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~')
}

function unresolved(node: JsonSchemaObject, { place }: WriteContext): SetupProblem {
  return {
    code: 'ERR_OPENAPI_UNDESCRIBABLE',
    place,
    message: `The reference ${JSON.stringify(node['$ref'])} does not lead to a schema.`,
    remedy: 'Put the schema itself there, or declare both in one t.Module.',
  }
}
