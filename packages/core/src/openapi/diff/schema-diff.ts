import { isRecord, type JsonSchema, type JsonSchemaObject } from '../../schema/index.ts'
import type { OpenApiDocument } from '../contract.ts'
import type { Side } from '../component-registry.ts'
import type { Changes } from './change.ts'
import { constraintChanges, type ConstraintChange } from './constraint-changes.ts'
import { branchesOf, isUnion, namesOf, recordOf, resolveSchema } from './resolved-schema.ts'

/** Two documents that are compared. */
export interface DocumentPair {
  readonly base: OpenApiDocument
  readonly head: OpenApiDocument
}

interface Position {
  readonly side: Side
  readonly place: string
  /** Path of members within the place: `items[].total`. */
  readonly path: string
}

/**
 * Compares two schemas of what is sent (`in`: the head must take all that the base took) or received (`out`: the head must
 * give nothing that the base did not).
 */
export class SchemaDiff {
  readonly #pair: DocumentPair
  readonly #changes: Changes
  /** Pairs that are being compared, since schemas may contain themselves. */
  readonly #open = new Set<string>()

  constructor(pair: DocumentPair, changes: Changes) {
    this.#pair = pair
    this.#changes = changes
  }

  compare(base: JsonSchema | undefined, head: JsonSchema | undefined, at: Omit<Position, 'path'>): void {
    this.#compare(base, head, { ...at, path: '' })
  }

  #compare(base: JsonSchema | undefined, head: JsonSchema | undefined, at: Position): void {
    const key = `${at.side} ${JSON.stringify(base)} ${JSON.stringify(head)}`
    if (this.#open.has(key)) return
    this.#open.add(key)
    const before = resolveSchema(this.#pair.base, base)
    const after = resolveSchema(this.#pair.head, head)
    if (isUnion(before) || isUnion(after))
      this.#compareUnions(isUnion(before) ? before : base, isUnion(after) ? after : head, at)
    else this.#compareKeywords(before, after, at)
    this.#open.delete(key)
  }

  #compareKeywords(before: JsonSchemaObject, after: JsonSchemaObject, at: Position): void {
    for (const change of constraintChanges(before, after)) this.#report(change, at)
    this.#compareDefault(before, after, at)
    this.#compareProperties(before, after, at)
    this.#compareOthers(before, after, at)
    this.#compareItems(before, after, at)
  }

  #report({ effect, message }: ConstraintChange, at: Position): void {
    const isBreaking =
      effect === 'changed' || (at.side === 'in' ? effect === 'narrowed' : effect === 'widened')
    const kind = `type-${effect}` as const
    if (isBreaking) this.#changes.breaking(kind, placeOf(at), message)
    else this.#changes.harmless(kind, placeOf(at), message)
  }

  #compareDefault(before: JsonSchemaObject, after: JsonSchemaObject, at: Position): void {
    const [was, is] = [JSON.stringify(before['default']), JSON.stringify(after['default'])]
    // Who leaves it out gets another behaviour. One that is new, or gone, shows in what is required.
    if (at.side === 'out' || was === undefined || is === undefined || was === is) return
    this.#changes.breaking('default-changed', placeOf(at), `Its default was ${was}, now it is ${is}.`)
  }

  #compareProperties(before: JsonSchemaObject, after: JsonSchemaObject, at: Position): void {
    const [was, is] = [recordOf(before['properties']), recordOf(after['properties'])]
    const [wasRequired, isRequired] = [namesOf(before['required']), namesOf(after['required'])]
    for (const name of Object.keys(was)) {
      const inner = member(at, name)
      if (!Object.hasOwn(is, name)) {
        this.#changes.breaking('property-removed', placeOf(inner), 'It is no longer there.')
        continue
      }
      this.#compareRequired(wasRequired.includes(name), isRequired.includes(name), inner)
      this.#compare(was[name], is[name], inner)
    }
    for (const name of Object.keys(is)) {
      if (Object.hasOwn(was, name)) continue
      const isMandatory = at.side === 'in' && isRequired.includes(name)
      if (isMandatory)
        this.#changes.breaking('property-added', placeOf(member(at, name)), 'It is new, and required.')
      else this.#changes.harmless('property-added', placeOf(member(at, name)), 'It is new.')
    }
  }

  #compareRequired(was: boolean, is: boolean, at: Position): void {
    if (was === is) return
    const isBreaking = at.side === 'in' ? is : was
    const kind = is ? 'property-required' : 'property-optional'
    const message = is
      ? at.side === 'in'
        ? 'It is now required.'
        : 'It is now always there.'
      : at.side === 'in'
        ? 'It may now be left out.'
        : 'It may now be missing.'
    if (isBreaking) this.#changes.breaking(kind, placeOf(at), message)
    else this.#changes.harmless(kind, placeOf(at), message)
  }

  #compareOthers(before: JsonSchemaObject, after: JsonSchemaObject, at: Position): void {
    const [was, is] = [openness(before), openness(after)]
    if (was === false && is !== false)
      this.#report({ effect: 'widened', message: 'It may now have further members.' }, at)
    else if (was !== false && is === false)
      this.#report({ effect: 'narrowed', message: 'It can no longer have further members.' }, at)
    else if (isRecord(was) || isRecord(is))
      this.#compare(was, is, { ...at, path: `${at.path}.*`.replace(/^\./, '') })
  }

  #compareItems(before: JsonSchemaObject, after: JsonSchemaObject, at: Position): void {
    const [was, is] = [listOf(before['prefixItems']), listOf(after['prefixItems'])]
    for (let i = 0; i < Math.max(was.length, is.length); i++) {
      const [one, other] = [was[i] ?? before['items'], is[i] ?? after['items']]
      this.#compare(one as JsonSchema | undefined, other as JsonSchema | undefined, {
        ...at,
        path: `${at.path}[${i}]`,
      })
    }
    const [items, newItems] = [before['items'], after['items']]
    if (items !== undefined || newItems !== undefined) {
      this.#compare(items as JsonSchema | undefined, newItems as JsonSchema | undefined, {
        ...at,
        path: `${at.path}[]`,
      })
    }
  }

  /** Branches are told apart by what they are; what is left over was removed, or added. One of each is one that changed. */
  #compareUnions(before: JsonSchema | undefined, after: JsonSchema | undefined, at: Position): void {
    const { base, head } = this.#pair
    const was = branchesOf(before)
    const is = [...branchesOf(after)]
    const gone = was.filter((one) => {
      const names = namesOfBranch(base, one)
      const twin = is.findIndex((other) => namesOfBranch(head, other).some((name) => names.includes(name)))
      if (twin === -1) return true
      this.#compare(one, is.splice(twin, 1)[0], at)
      return false
    })
    if (gone.length === 1 && is.length === 1) return this.#compare(gone[0], is[0], at)
    for (const one of gone)
      this.#report({ effect: 'narrowed', message: `It can no longer be ${show(base, one)}.` }, at)
    for (const one of is)
      this.#report({ effect: 'widened', message: `It can now be ${show(head, one)}.` }, at)
  }
}

/** What a branch is recognised by: its name, its tag, or all of it. */
function namesOfBranch(document: OpenApiDocument, branch: JsonSchema): readonly string[] {
  const resolved = resolveSchema(document, branch)
  const tag = Object.entries(recordOf(resolved['properties'])).find(
    ([, one]) => isRecord(one) && one['const'] !== undefined,
  )
  return [
    ...(isRecord(branch) && typeof branch['$ref'] === 'string' ? [branch['$ref']] : []),
    ...(tag === undefined ? [] : [`${tag[0]}=${JSON.stringify((tag[1] as JsonSchemaObject)['const'])}`]),
    JSON.stringify(resolved),
  ]
}

function show(document: OpenApiDocument, branch: JsonSchema): string {
  const name = namesOfBranch(document, branch)[0] ?? ''
  return name.startsWith('#')
    ? name.slice(name.lastIndexOf('/') + 1)
    : name.length > 60
      ? `${name.slice(0, 60)}…`
      : name
}

function openness(schema: JsonSchemaObject): JsonSchema {
  return (schema['additionalProperties'] ?? schema['unevaluatedProperties'] ?? true) as JsonSchema
}

function member(at: Position, name: string): Position {
  return { ...at, path: at.path === '' ? name : `${at.path}.${name}` }
}

function placeOf({ place, path }: Position): string {
  return path === '' ? place : `${place}, ${path}`
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : []
}
