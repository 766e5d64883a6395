import { isRecord, type JsonSchema, type JsonSchemaObject } from '../../schema/index.ts'
import type { OpenApiDocument } from '../contract.ts'
import { Overlaps, type Located, type Overlap } from './overlap.ts'
import { branchesOf, isExclusiveUnion, isUnion, namesOf, recordOf, resolveSchema } from './resolved-schema.ts'

/** A schema of a document, resolved. */
export interface UnionSide {
  readonly document: OpenApiDocument
  readonly schema: JsonSchemaObject
}

/** Two branches that a value fits, of which exactly one must fit; and whether such a value is taken without that rule. */
export interface Refused {
  readonly certainty: Overlap
  readonly branches: readonly [JsonSchema, JsonSchema]
}

/** Whether all values of the second schema fit the first. */
export type Contains = (outer: Located, inner: Located) => boolean

/**
 * What a `oneOf` refuses since two of its branches fit (JSON Schema 2020-12 §10.2.1.3) that another schema takes. A value
 * that has members which the other one does not declare is less than sure. A discriminator says itself which branch is meant.
 */
export function refusedByTwo(one: UnionSide, other: UnionSide, contains: Contains): Refused | undefined {
  if (!isExclusiveUnion(one.schema) || isRecord(one.schema['discriminator'])) return undefined
  const branches = branchesOf(one.schema)
  const others = branchesOf(other.schema).map((schema) => ({ document: other.document, schema }))
  const overlaps = new Overlaps()
  let found: Refused | undefined
  const at = (schema: JsonSchema): Located => ({ document: one.document, schema })
  for (const [i, first] of branches.entries()) {
    for (const second of branches.slice(i + 1)) {
      const shared = overlaps.of(at(first), at(second))
      if (shared === 'none') continue
      const both = at({ allOf: [first, second] } as JsonSchema)
      const taken = others.map((branch) => overlaps.of(branch, both)).filter((how) => how !== 'none')
      if (taken.length === 0) continue
      if (isExclusiveUnion(other.schema) && isRefused(others, [at(first), at(second), both], contains))
        continue
      const isSure = shared === 'sure' && taken.includes('sure') && areDeclared(both, others)
      if (isSure) return { certainty: 'sure', branches: [first, second] }
      found ??= { certainty: 'maybe', branches: [first, second] }
    }
  }
  return found
}

/** Whether two branches of the other `oneOf` take it all as well. */
function isRefused(
  others: readonly Located[],
  [first, second, both]: readonly [Located, Located, Located],
  contains: Contains,
): boolean {
  const takers = others.filter((one) => contains(one, first))
  if (others.some((one) => contains(one, second) && takers.some((taker) => taker !== one))) return true
  return others.filter((one) => contains(one, both)).length > 1
}

/** Whether the other schema declares what a value must have, or declares nothing. */
function areDeclared({ document, schema }: Located, others: readonly Located[]): boolean {
  const resolved = others.map((one) => resolveSchema(one.document, one.schema))
  if (resolved.some((one) => isUnion(one) || one['properties'] === undefined)) return true
  const names = new Set(resolved.flatMap((one) => Object.keys(recordOf(one['properties']))))
  return namesOf(resolveSchema(document, schema)['required']).every((name) => names.has(name))
}
