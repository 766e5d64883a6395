import type { Arbitrary } from 'fast-check'
import type { BodyAlternative, BodyKind, Place, SchemaLike, FieldSchemas } from '@keelson/core'
import {
  bodiesOf,
  compileInput,
  parsePattern,
  SchemaDocument,
  type JsonSchemaObject,
  type RoutePlan,
} from '@keelson/core/spi'
import type { FastCheck } from './contract-fast-check.ts'
import type { ContractCase, RawBody } from './contract-shape.ts'
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
  const bodies = readBodies(fc, plan)
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
  const texts = Object.fromEntries(TEXT_PLACES.map((at) => [at, places[at]?.valid ?? none]))
  const make = (body: Arbitrary<BodyCase>, changed: object = {}): Arbitrary<unknown> =>
    fc
      .record({ ...texts, ...flags, ...changed, sent: body }, { noNullPrototype: true })
      .map(({ sent, ...input }) => ({ ...input, ...sent }))
  const right = bodies.length === 0 ? fc.constant(NO_BODY) : fc.oneof(...bodies.map((one) => one.valid))
  const whole = make(right)
  const wrong = Object.entries(places).map(([at, { broken }]) => make(right, { [at]: broken }))
  wrong.push(...bodies.map((one) => make(one.broken)))
  if (bodies.length > 0) wrong.push(make(right, { raw: rawBodies(fc, plan) }))
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
    const bodies = readBodies(fc, plan, edge)
    const valid = Object.entries(places).map(([at, one]) => [at, one.valid] as const)
    if (valid.length === 0 && bodies.length === 0) return []
    const limits = { seed: seed + edge, numRuns: 1 }
    const [values = {}] = fc.sample(fc.record(Object.fromEntries(valid)), limits)
    const [sent = NO_BODY] = bodies.length === 0 ? [] : fc.sample(bodies[edge % bodies.length]!.valid, limits)
    return [{ ...NOTHING, ...values, ...sent, isArranged: canArrange }]
  }).flat()
}

/** What is sent as body, and in which format. */
type BodyCase = Pick<ContractCase, 'body' | 'format'>
const NO_BODY: BodyCase = { body: undefined, format: 0 }

const NOTHING: ContractCase = {
  params: undefined,
  query: undefined,
  headers: undefined,
  cookies: undefined,
  ...NO_BODY,
  raw: undefined,
  isArranged: false,
  isAnonymous: false,
  isHead: false,
}

/** What cannot be read, by what is said to be its format. */
const UNREADABLE: Readonly<Record<BodyKind, readonly RawBody['content'][]>> = {
  json: ['{', '[1,', 'nul', '\u0000', ''],
  form: ['%zz', 'a=%ff', '=&=', ''],
  text: [new Uint8Array([0xff]), ''],
  bytes: [''],
  bodyFormat: ['\u0000', '{', new Uint8Array([0xff]), ''],
}

function rawBodies(fc: FastCheck, { flat }: RoutePlan): Arbitrary<RawBody> {
  const own = bodiesOf(flat.route.options).map(({ kind, mediaTypes: [type] }) =>
    fc.constantFrom(...UNREADABLE[kind]).map((content) => ({ content, type: type.replace('*', 'x-any') })),
  )
  return fc.oneof(...own, fc.constant({ content: '{}', type: 'application/x-unheard-of' }))
}

interface PlaceValues {
  readonly valid: Arbitrary<unknown>
  readonly broken: Arbitrary<unknown>
}

function readPlaces(fc: FastCheck, plan: RoutePlan, edge?: number): Record<string, PlaceValues> {
  const { options } = plan.flat.route
  const found: Record<string, PlaceValues> = {}
  for (const place of TEXT_PLACES) {
    const schema = options[place] as SchemaLike | FieldSchemas | undefined
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

interface BodyValues {
  readonly valid: Arbitrary<BodyCase>
  readonly broken: Arbitrary<BodyCase>
}

/** Bodies in each of the formats that a route takes. */
function readBodies(fc: FastCheck, { flat }: RoutePlan, edge?: number): BodyValues[] {
  return bodiesOf(flat.route.options).map((one, format) => {
    const { valid, broken } = bodyValues(fc, one, edge)
    const toCase = (body: unknown): BodyCase => ({ body, format })
    return { valid: valid.map(toCase), broken: broken.map(toCase) }
  })
}

function bodyValues(fc: FastCheck, format: BodyAlternative, edge: number | undefined): PlaceValues {
  const { kind, schema, coerces, write } = format
  // What nobody can write is arranged, or not sent.
  if (kind === 'bodyFormat' && write === undefined)
    return { valid: fc.constant(undefined), broken: fc.constant(undefined) }
  if (schema !== undefined) return placeValues(fc, schema, { place: 'body', edge, isText: coerces })
  const any: Arbitrary<unknown> = kind === 'bytes' ? fc.uint8Array({ maxLength: 100 }) : textOf(fc, {}, edge)
  return { valid: any, broken: any }
}

interface PlaceOptions {
  readonly place: Place
  readonly edge: number | undefined
  readonly isText?: boolean
}

function placeValues(
  fc: FastCheck,
  schema: SchemaLike | FieldSchemas,
  { place, edge, isText }: PlaceOptions,
): PlaceValues {
  const { jsonSchema } = compileInput(schema, place, { isText })
  // The library of the schema has no JSON Schema of it.
  if (jsonSchema === undefined) {
    const any = place === 'body' ? fc.jsonValue() : fc.dictionary(fc.string({ minLength: 1 }), fc.string())
    return { valid: any, broken: any }
  }
  const maker = new ValueMaker(fc, new SchemaDocument(jsonSchema as JsonSchemaObject), edge)
  return { valid: maker.valid(jsonSchema), broken: maker.broken(jsonSchema) }
}
