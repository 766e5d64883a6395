import { isRecord, type JsonSchema, type JsonSchemaObject } from '@keelson/core/spi'
import type { OpenApiDocument } from '../contract.ts'
import { listOf, namesOf, recordOf } from '../json-values.ts'
import { Changes } from './change.ts'
import {
  constraintChanges,
  discriminatorChanges,
  mappingOf,
  NONE_BEFORE,
  NONE_NOW,
  type ConstraintChange,
} from './constraint-changes.ts'
import { refusedByTwo } from './exclusive-union.ts'
import { openness, patternOf, type Located } from './overlap.ts'
import { branchesOf, isNothing, isUnion, resolveSchema } from './resolved-schema.ts'

/** Two documents that are compared. */
export interface DocumentPair {
  readonly base: OpenApiDocument
  readonly head: OpenApiDocument
}

interface Position {
  /** Whether it is sent or received. */
  readonly side: 'in' | 'out'
  readonly place: string
  /** Path of members within the place: `items[].total`. */
  readonly path: string
  /** Whether it may be omitted: then a new or removed default changes the behaviour. */
  readonly isOptional?: boolean
}

/** The position of a union, with the branches of its discriminators' values. */
interface UnionPosition {
  readonly at: Position
  readonly mappings: readonly [ReadonlyMap<string, string>, ReadonlyMap<string, string>]
}

/** Result of a comparison that is not reported. */
interface Trial {
  readonly isEqual: boolean
  readonly isBreaking: boolean
}

/**
 * Compares two schemas of requests (`in`: the head must accept all that the base accepted) or of responses (`out`: the head must
 * not send what the base did not).
 */
export class SchemaDiff {
  readonly #pair: DocumentPair
  #changes: Changes
  /** Pairs that are being compared, since schemas may contain themselves. */
  readonly #open = new Set<string>()
  /** Pairs that were found equal: components are shared, and many references may lead to one. */
  readonly #equal = new Set<string>()

  /** Whether it only finds out if one schema accepts all values of another. */
  readonly #isQuestion: boolean

  constructor(pair: DocumentPair, changes: Changes, isQuestion = false) {
    this.#pair = pair
    this.#changes = changes
    this.#isQuestion = isQuestion
  }

  compare(base: JsonSchema | undefined, head: JsonSchema | undefined, at: Omit<Position, 'path'>): void {
    this.#compare(base, head, { ...at, path: '' })
  }

  #compare(base: JsonSchema | undefined, head: JsonSchema | undefined, at: Position): void {
    const key = `${at.side} ${at.isOptional === true} ${JSON.stringify(base)} ${JSON.stringify(head)}`
    if (this.#open.has(key) || this.#equal.has(key)) return
    this.#open.add(key)
    const count = this.#changes.list.length
    const before = resolveSchema(this.#pair.base, base)
    const after = resolveSchema(this.#pair.head, head)
    if (isNothing(before) || isNothing(after)) this.#compareNothing(before, after, at)
    else if (isUnion(before) || isUnion(after)) {
      this.#compareDefault(before, after, at)
      for (const change of discriminatorChanges(before, after)) this.#report(change, at)
      const mappings = [mappingOf(before), mappingOf(after)] as const
      this.#compareUnions(branchesOf(before), [...branchesOf(after)], { at, mappings })
      if (!this.#isQuestion) this.#compareExclusion(before, after, at)
    } else this.#compareKeywords(before, after, at)
    this.#open.delete(key)
    if (this.#changes.list.length === count) this.#equal.add(key)
  }

  /** Compares without a report. */
  #try(base: JsonSchema, head: JsonSchema, at: Position): Trial {
    const reported = this.#changes
    this.#changes = new Changes()
    this.#compare(base, head, at)
    const { list } = this.#changes
    this.#changes = reported
    return { isEqual: list.length === 0, isBreaking: list.some((one) => one.breaking) }
  }

  #compareNothing(before: JsonSchemaObject, after: JsonSchemaObject, at: Position): void {
    if (isNothing(before) && isNothing(after)) return
    if (isNothing(after)) this.#report({ effect: 'narrowed', message: NONE_NOW }, at)
    else this.#report({ effect: 'widened', message: NONE_BEFORE }, at)
  }

  /** A value that matches two branches of a `oneOf` is refused. */
  #compareExclusion(before: JsonSchemaObject, after: JsonSchemaObject, at: Position): void {
    const base = { document: this.#pair.base, schema: before }
    const head = { document: this.#pair.head, schema: after }
    const lost = refusedByTwo(head, base, contains)
    const won = refusedByTwo(base, head, contains)
    const names = ({ branches }: NonNullable<typeof lost>, document: OpenApiDocument): string =>
      branches.map((branch) => show(document, branch)).join(' and ')
    if (lost !== undefined) {
      const message = `A value that matches both ${names(lost, head.document)} is now refused: exactly one must match.`
      this.#reportPerhaps({ effect: 'narrowed', message }, at, lost.certainty === 'sure')
    }
    if (won !== undefined) {
      const message = `It may now match both ${names(won, base.document)}, of which exactly one had to match.`
      this.#reportPerhaps({ effect: 'widened', message }, at, won.certainty === 'sure')
    }
  }

  /** A change that is breaking, but not certain, is a warning. */
  #reportPerhaps(change: ConstraintChange, at: Position, isSure: boolean): void {
    const isHarmless = (at.side === 'in') === (change.effect === 'widened')
    if (isSure || isHarmless) this.#report(change, at)
    else this.#changes.warning(`type-${change.effect}`, placeOf(at), change.message)
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
    if (at.side === 'out' || was === is) return
    // A caller that omits it gets another behaviour. A required one has no default.
    if (was !== undefined && is !== undefined)
      this.#changes.breaking('default-changed', placeOf(at), `Its default was ${was}, now it is ${is}.`)
    else if (at.isOptional === true && is === undefined)
      this.#changes.breaking('default-changed', placeOf(at), `Its default was ${was}, now it has none.`)
    else if (at.isOptional === true)
      this.#changes.harmless('default-changed', placeOf(at), `Its default is now ${is}.`)
  }

  #compareProperties(before: JsonSchemaObject, after: JsonSchemaObject, at: Position): void {
    const [was, is] = [this.#members('base', before, at), this.#members('head', after, at)]
    const [wasRequired, isRequired] = [namesOf(before['required']), namesOf(after['required'])]
    for (const name of Object.keys(was)) {
      const inner = member(at, name)
      if (!Object.hasOwn(is, name)) {
        const rest = spokenOf(after, name)
        if (rest === undefined) this.#removeProperty(isDeclared(after, name) ? false : openness(after), inner)
        if (rest === undefined) continue
        is[name] = rest
      }
      this.#compareRequired(wasRequired.includes(name), isRequired.includes(name), inner)
      const isOptional = !wasRequired.includes(name) && !isRequired.includes(name)
      this.#compare(was[name], is[name], { ...inner, isOptional })
    }
    for (const name of Object.keys(is)) {
      if (Object.hasOwn(was, name)) continue
      const rest = spokenOf(before, name)
      if (isRecord(rest) && Object.keys(rest).length > 0) this.#compare(rest, is[name], member(at, name))
      this.#addProperty(at.side === 'in' && isRequired.includes(name), member(at, name))
    }
  }

  #addProperty(isMandatory: boolean, at: Position): void {
    if (isMandatory) this.#changes.breaking('property-added', placeOf(at), 'It is new, and required.')
    else this.#changes.harmless('property-added', placeOf(at), 'It is new.')
  }

  /** An undeclared member of a request is refused or ignored. */
  #removeProperty(others: JsonSchema, at: Position): void {
    if (at.side === 'out' || others === false)
      this.#changes.breaking('property-removed', placeOf(at), 'It was removed.')
    else this.#changes.warning('property-removed', placeOf(at), 'It is no longer declared, and is ignored.')
  }

  /** Members of this direction: requests have no read-only members, and responses no write-only ones. */
  #members(
    which: 'base' | 'head',
    schema: JsonSchemaObject,
    { side }: Position,
  ): ReturnType<typeof recordOf> {
    const mark = side === 'in' ? 'readOnly' : 'writeOnly'
    const all = Object.entries(recordOf(schema['properties']))
    return Object.fromEntries(all.filter(([, one]) => resolveSchema(this.#pair[which], one)[mark] !== true))
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
        ? 'It may now be omitted.'
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
      this.#compare(was, is, { ...at, isOptional: false, path: `${at.path}.*`.replace(/^\./, '') })
    this.#comparePatterns(before, after, at)
  }

  #comparePatterns(before: JsonSchemaObject, after: JsonSchemaObject, at: Position): void {
    const [was, is] = [before, after].map((one) => recordOf(one['patternProperties'])) as [Members, Members]
    const rest = spokenOf(after)
    const inner = (pattern: string): Position => ({ ...member(at, `/${pattern}/`), isOptional: false })
    for (const [pattern, schema] of Object.entries(was)) {
      const other = Object.hasOwn(is, pattern) ? is[pattern] : rest
      if (other === undefined) this.#removeProperty(openness(after), inner(pattern))
      else this.#compare(schema, other, inner(pattern))
    }
    for (const pattern of Object.keys(is)) {
      if (!Object.hasOwn(was, pattern))
        this.#changes.harmless('property-added', placeOf(inner(pattern)), 'Such members are new.')
    }
  }

  #compareItems(before: JsonSchemaObject, after: JsonSchemaObject, at: Position): void {
    const [was, is] = [listOf(before['prefixItems']), listOf(after['prefixItems'])]
    const inner = (path: string): Position => ({ ...at, isOptional: false, path: `${at.path}[${path}]` })
    const count = Math.min(
      ...[before, after].map(({ maxItems }) => (maxItems as number | undefined) ?? Infinity),
    )
    for (let i = 0; i < Math.min(count, Math.max(was.length, is.length)); i++) {
      const [one, other] = [was[i] ?? before['items'], is[i] ?? after['items']]
      this.#compare(one as JsonSchema | undefined, other as JsonSchema | undefined, inner(String(i)))
    }
    const [items, newItems] = [before['items'], after['items']]
    if (count > Math.max(was.length, is.length) && (items !== undefined || newItems !== undefined))
      this.#compare(items as JsonSchema | undefined, newItems as JsonSchema | undefined, inner(''))
  }

  /**
   * Pairs branches by the discriminator's value, by their tag, by equality, and by their name. Those that remain were removed
   * or added, unless another branch includes them. If one of each remains, it was changed.
   */
  #compareUnions(was: readonly JsonSchema[], is: JsonSchema[], { at, mappings }: UnionPosition): void {
    const { base, head } = this.#pair
    const [oldNames, newNames] = mappings
    let gone = was
    const pair = (isTwin: (one: JsonSchema, other: JsonSchema) => boolean): void => {
      gone = gone.filter((one) => {
        const twin = is.findIndex((other) => isTwin(one, other))
        if (twin === -1) return true
        this.#compare(one, is.splice(twin, 1)[0], at)
        return false
      })
    }
    const before = [...is]
    pair((one, other) => isSame(valueOf(oldNames, one), valueOf(newNames, other)))
    pair((one, other) => isSame(tagOf(base, one), tagOf(head, other)))
    pair((one, other) => this.#try(one, other, at).isEqual)
    pair((one, other) => isSame(referenceOf(one), referenceOf(other)))
    if (gone.length === 1 && is.length === 1) return this.#compare(gone[0], is[0], at)
    // Those that no other branch includes.
    const lost = gone.filter(
      (one) => !before.some((other) => !this.#try(one, other, { ...at, side: 'in' }).isBreaking),
    )
    const won = is.filter(
      (other) => !was.some((one) => !this.#try(one, other, { ...at, side: 'out' }).isBreaking),
    )
    for (const one of lost)
      this.#report({ effect: 'narrowed', message: `It can no longer be ${show(base, one)}.` }, at)
    for (const one of won)
      this.#report({ effect: 'widened', message: `It can now be ${show(head, one)}.` }, at)
  }
}

/** The member that distinguishes a branch from the others, with its value: `kind="card"`. */
function tagOf(document: OpenApiDocument, branch: JsonSchema): string | undefined {
  for (const [name, member] of Object.entries(recordOf(resolveSchema(document, branch)['properties']))) {
    const { enum: values } = resolveSchema(document, member)
    if (Array.isArray(values) && values.length === 1) return `${name}=${JSON.stringify(values[0])}`
  }
  return undefined
}

/** The values of a discriminator that stand for a branch. */
function valueOf(mapping: ReadonlyMap<string, string>, branch: JsonSchema): string | undefined {
  const name = referenceOf(branch)?.replace(/^.*\//, '')
  const values = [...mapping].filter(([, target]) => target === name).map(([value]) => value)
  return values.length === 0 ? undefined : values.join()
}

function referenceOf(branch: JsonSchema): string | undefined {
  const { $ref, allOf } = isRecord(branch) ? branch : {}
  if (Array.isArray(allOf)) return referenceOf(allOf[0] as JsonSchema)
  return typeof $ref === 'string' ? $ref : undefined
}

function isSame(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && one === other
}

/** Longest text of a branch in a message. */
const MAX_SHOWN = 60

function show(document: OpenApiDocument, branch: JsonSchema): string {
  const reference = referenceOf(branch)
  if (reference !== undefined) return reference.slice(reference.lastIndexOf('/') + 1)
  const schema = resolveSchema(document, branch)
  const text =
    tagOf(document, branch) ??
    (Object.keys(schema).join() === 'type' ? [schema['type']].flat().join(' or ') : JSON.stringify(schema))
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
}

type Members = ReturnType<typeof recordOf>

function isDeclared(schema: JsonSchemaObject, name: string): boolean {
  return Object.hasOwn(recordOf(schema['properties']), name)
}

/** What a schema itself says of members that it does not name; `undefined` where it merely does not refuse them. */
function spokenOf(schema: JsonSchemaObject, name?: string): JsonSchema | undefined {
  // Declared, but for the other direction.
  if (name !== undefined && isDeclared(schema, name)) return undefined
  const pattern = name === undefined ? undefined : patternOf(schema, name)
  if (pattern !== undefined) return pattern
  const others = openness(schema)
  if (isRecord(others)) return others
  const isSaid = schema['additionalProperties'] === true || schema['properties'] === undefined
  return others !== false && isSaid ? true : undefined
}

/** Whether one schema takes all that another one does. A default says nothing of that. */
function contains(outer: Located, inner: Located): boolean {
  const changes = new Changes()
  const pair = { base: inner.document, head: outer.document }
  new SchemaDiff(pair, changes, true).compare(inner.schema, outer.schema, { side: 'in', place: '' })
  return !changes.list.some((one) => one.breaking && one.kind !== 'default-changed')
}

function member(at: Position, name: string): Position {
  return { ...at, path: at.path === '' ? name : `${at.path}.${name}` }
}

function placeOf({ place, path }: Position): string {
  return path === '' ? place : `${place}, ${path}`
}
