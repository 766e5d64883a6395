import { isRecord, type JsonSchema, type JsonSchemaObject } from '@keelson/core/spi'
import type { OpenApiDocument } from '../contract.ts'
import { Overlaps, type Located, type Overlap } from './overlap.ts'
import { namesOf, recordOf } from '../json-values.ts'
import { branchesOf, isExclusiveUnion, isUnion, resolveSchema } from './resolved-schema.ts'

/** A schema of a document, resolved. */
export interface UnionSide {
  readonly document: OpenApiDocument
  readonly schema: JsonSchemaObject
}

/** Two branches of a `oneOf` that a value matches both, and whether the other schema accepts such a value. */
export interface Refused {
  readonly certainty: Overlap
  readonly branches: readonly [JsonSchema, JsonSchema]
}

/** Whether all values of the second schema match the first. */
export type Contains = (outer: Located, inner: Located) => boolean

/**
 * Finds values that a `oneOf` refuses, since they match two of its branches (JSON Schema 2020-12 §10.2.1.3), and another schema
 * accepts. A value with members that the other one does not declare is not sure. A discriminator itself says which branch is
 * meant.
 */
export function refusedByTwo(one: UnionSide, other: UnionSide, contains: Contains): Refused | undefined {
  if (!isExclusiveUnion(one.schema) || isRecord(one.schema['discriminator'])) return undefined
  const others = branchesOf(other.schema).map((schema) => ({ document: other.document, schema }))
  const question = { others, isExclusive: isExclusiveUnion(other.schema), overlaps: new Overlaps(), contains }
  const found = pairsOf(branchesOf(one.schema)).map((branches) => ({
    certainty: certaintyOf(
      branches.map((schema) => ({ document: one.document, schema })) as [Located, Located],
      question,
    ),
    branches,
  }))
  return (
    found.find(({ certainty }) => certainty === 'sure') ??
    found.find(({ certainty }) => certainty === 'maybe')
  )
}

function pairsOf(branches: readonly JsonSchema[]): [JsonSchema, JsonSchema][] {
  return branches.flatMap((first, i) =>
    branches.slice(i + 1).map((second): [JsonSchema, JsonSchema] => [first, second]),
  )
}

interface Question {
  readonly others: readonly Located[]
  /** Whether exactly one of the others must match as well. */
  readonly isExclusive: boolean
  readonly overlaps: Overlaps
  readonly contains: Contains
}

/** Whether there is a value that matches both, and that the others accept. */
function certaintyOf([first, second]: readonly [Located, Located], question: Question): Overlap {
  const { others, isExclusive, overlaps, contains } = question
  const shared = overlaps.of(first, second)
  if (shared === 'none') return 'none'
  const both = { document: first.document, schema: { allOf: [first.schema, second.schema] } as JsonSchema }
  const taken = others.map((other) => overlaps.of(other, both)).filter((how) => how !== 'none')
  if (taken.length === 0 || (isExclusive && isRefused(others, [first, second, both], contains))) return 'none'
  return shared === 'sure' && taken.includes('sure') && areDeclared(both, others) ? 'sure' : 'maybe'
}

/** Whether two branches of the other `oneOf` accept all such values as well. */
function isRefused(
  others: readonly Located[],
  [first, second, both]: readonly [Located, Located, Located],
  contains: Contains,
): boolean {
  const takers = others.filter((one) => contains(one, first))
  if (others.some((one) => contains(one, second) && takers.some((taker) => taker !== one))) return true
  return others.filter((one) => contains(one, both)).length > 1
}

/** Whether the other schema declares all required members, or none at all. */
function areDeclared({ document, schema }: Located, others: readonly Located[]): boolean {
  const resolved = others.map((one) => resolveSchema(one.document, one.schema))
  if (resolved.some((one) => isUnion(one) || one['properties'] === undefined)) return true
  const names = new Set(resolved.flatMap((one) => Object.keys(recordOf(one['properties']))))
  return namesOf(resolveSchema(document, schema)['required']).every((name) => names.has(name))
}
