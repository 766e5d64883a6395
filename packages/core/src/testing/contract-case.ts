import type { Arbitrary } from 'fast-check'
import { parsePattern } from '../path/index.ts'
import {
  compileInput,
  SchemaDocument,
  type JsonSchemaObject,
  type Place,
  type SchemaLike,
  type Shape,
} from '../schema/index.ts'
import type { FastCheck } from './contract-fast-check.ts'
import type { ContractCase, RawBody, RoutePlan } from './contract-shape.ts'
import { EDGE_COUNT, textOf } from './contract-scalar.ts'
import { ValueMaker } from './contract-value.ts'

/** Options of {@link casesOf}. */
export interface CaseOptions {
  readonly canArrange: boolean
  readonly hasHeaders: boolean
}

const TEXT_PLACES = ['params', 'query', 'headers', 'cookies'] as const

/** Requests of a route: half of them valid, the others invalid in one place. */
export function casesOf(fc: FastCheck, plan: RoutePlan, options: CaseOptions): Arbitrary<ContractCase> {
  const places = readPlaces(fc, plan)
  const rare = fc.oneof(
    { withCrossShrink: true },
    { weight: 9, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  )
  const flags = {
    isArranged: options.canArrange ? fc.boolean() : fc.constant(false),
    isAnonymous: options.hasHeaders ? rare : fc.constant(false),
    isHead: plan.flat.route.method === 'GET' ? rare : fc.constant(false),
    raw: fc.constant(undefined),
  }
  const none = fc.constant(undefined)
  const right = Object.fromEntries([...TEXT_PLACES, 'body'].map((at) => [at, places[at]?.valid ?? none]))
  const whole = fc.record({ ...right, ...flags }, { noNullPrototype: true }) as Arbitrary<unknown>
  const wrong = Object.entries(places).map(
    ([at, { broken }]) => fc.record({ ...right, ...flags, [at]: broken }) as Arbitrary<unknown>,
  )
  if (places['body'] !== undefined) wrong.push(fc.record({ ...right, ...flags, raw: rawBodies(fc) }))
  return fc.oneof(
    { withCrossShrink: true },
    { weight: Math.max(1, wrong.length), arbitrary: whole },
    ...wrong.map((arbitrary) => ({ weight: 1, arbitrary })),
  ) as Arbitrary<ContractCase>
}

/** Valid requests in which every value is at an edge of its schema, one edge after another; none for a route without input. */
export function edgeCases(
  fc: FastCheck,
  plan: RoutePlan,
  {
    canArrange,
    seed,
    most,
  }: Pick<CaseOptions, 'canArrange'> & { readonly seed: number; readonly most: number },
): ContractCase[] {
  return Array.from({ length: Math.min(most, EDGE_COUNT) }, (_, edge) => {
    const places = readPlaces(fc, plan, edge)
    const valid = Object.entries(places).map(([at, one]) => [at, one.valid] as const)
    const [values = {}] = fc.sample(fc.record(Object.fromEntries(valid)), { seed: seed + edge, numRuns: 1 })
    if (valid.length === 0) return []
    return [{ ...NOTHING, ...values, isArranged: canArrange }]
  }).flat()
}

const NOTHING: ContractCase = {
  params: undefined,
  query: undefined,
  headers: undefined,
  cookies: undefined,
  body: undefined,
  raw: undefined,
  isArranged: false,
  isAnonymous: false,
  isHead: false,
}

function rawBodies(fc: FastCheck): Arbitrary<RawBody> {
  const json = fc
    .constantFrom('{', '[1,', 'nul', '\u0000', '')
    .map((text) => ({ text, type: 'application/json' }))
  return fc.oneof(json, fc.constant({ text: '{}', type: 'application/x-unheard-of' }))
}

interface PlaceValues {
  readonly valid: Arbitrary<unknown>
  readonly broken: Arbitrary<unknown>
}

function readPlaces(fc: FastCheck, plan: RoutePlan, edge?: number): Record<string, PlaceValues> {
  const { options } = plan.flat.route
  const found: Record<string, PlaceValues> = {}
  for (const place of [...TEXT_PLACES, 'body'] as const) {
    const schema = options[place] as SchemaLike | Shape | undefined
    if (schema !== undefined) found[place] = placeValues(fc, schema, { place, edge })
  }
  if (found['params'] === undefined) {
    const { paramNames } = parsePattern(plan.pattern, plan.flat.place)
    const text = (): Arbitrary<string> => textOf(fc, { minLength: 1, maxLength: 20 }, edge)
    const params = Object.fromEntries(paramNames.map((name) => [name, text()]))
    if (paramNames.length > 0) found['params'] = { valid: fc.record(params), broken: fc.record(params) }
  }
  return found
}

function placeValues(
  fc: FastCheck,
  schema: SchemaLike | Shape,
  { place, edge }: { readonly place: Place; readonly edge: number | undefined },
): PlaceValues {
  const { jsonSchema } = compileInput(schema, place)
  // The library of the schema has no JSON Schema of it.
  if (jsonSchema === undefined) {
    const any = place === 'body' ? fc.jsonValue() : fc.dictionary(fc.string({ minLength: 1 }), fc.string())
    return { valid: any, broken: any }
  }
  const maker = new ValueMaker(fc, new SchemaDocument(jsonSchema as JsonSchemaObject), edge)
  return { valid: maker.valid(jsonSchema), broken: maker.broken(jsonSchema) }
}
