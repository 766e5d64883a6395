// At set-up: the facts of a route for its middleware.
import { createHash, randomUUID } from 'node:crypto'
import { optionProblems, reasonOf, type SetupProblem } from '../errors/index.ts'
import {
  accessRuleOf,
  bodiesOf,
  isContent,
  META_DESCRIPTION_OPTIONS,
  PROBE,
  responsesOf,
  rulesOf,
  STAGES,
  type AnyMiddleware,
  type AppFacts,
  type FlatRoute,
  type MetaDescription,
  type MetaEntry,
  type MetaKey,
  type RouteFacts,
} from '../route/index.ts'
import { isStandardSchema, standardJsonSchema, type SchemaLike } from '../schema/index.ts'

const INPUT_PLACES = ['params', 'query', 'headers', 'cookies', 'body'] as const

/** Facts by key. */
export type Meta = ReadonlyMap<object, unknown>

/** Sources of the facts of a plan. */
export interface FactsSource {
  readonly kind: string
  readonly app: AppFacts
  /** `undefined` for requests without a route. */
  readonly flat: FlatRoute | undefined
  readonly meta: Meta
  /** Its middleware, in any order. */
  readonly middleware: readonly AnyMiddleware[]
}

/** Collects the facts of a route. Those that take time are made when they are read. */
export function factsOf({ kind, app, flat, meta, middleware }: FactsSource): RouteFacts {
  let hash: string | undefined
  const options = flat?.route.options ?? {}
  return Object.freeze({
    name: flat?.name,
    kind,
    method: flat?.route.method,
    pattern: flat?.pattern,
    get access() {
      if (flat === undefined) return undefined
      return accessRuleOf(flat) === 'public' ? 'public' : rulesOf(flat).map((one) => one.name)
    },
    get stages() {
      return STAGES.filter((stage) => middleware.some((one) => one.stage === stage))
    },
    get authenticates() {
      return middleware
        .filter(({ stage }) => stage === 'authenticate')
        .map(({ name, principal }) => ({ name, saysPrincipal: principal !== undefined }))
    },
    get perCaller() {
      const said = middleware.filter(({ isPerCaller }) => isPerCaller === true)
      return said.flatMap(({ adds, name }) => (adds.length > 0 ? adds : name))
    },
    get inputs() {
      return INPUT_PLACES.filter((place) => options[place] !== undefined)
    },
    get bodies() {
      return bodiesOf(options)
    },
    consumes: options.consumes ?? [],
    upgrades: flat?.route.options.upgrades,
    get responses() {
      return Object.fromEntries(responsesOf(options).map(([status, body]) => [status, body]))
    },
    get responseHeaders() {
      return headersOf(options, middleware)
    },
    get mediaTypes() {
      return mediaTypesOf(options)
    },
    isProbe: meta.get(PROBE) === true,
    app,
    meta: <T>(key: MetaKey<T>) => meta.get(key) as T | undefined,
    get contractHash() {
      return (hash ??= hashOf(options))
    },
  })
}

/** The facts of a route: its own, then those of the nearest router. A key twice in one list is a problem. */
export function metaOf(flat: FlatRoute, problems: SetupProblem[]): Meta {
  const lists = [...flat.routers.map((one) => one.meta), flat.route.options.meta]
  for (const list of lists) {
    const twice = list?.find((one, at) => list.findIndex(({ key }) => key === one.key) !== at)
    if (twice === undefined) continue
    problems.push({
      code: 'ERR_CORE_OPTION',
      place: flat.place,
      message: `One list of meta has '${labelOf(twice)}' twice.`,
      remedy: 'Remove one of them.',
    })
  }
  return mergeMeta(lists)
}

/** Joins lists, outermost first: for each key the nearest value counts. */
export function mergeMeta(lists: readonly (readonly MetaEntry[] | undefined)[]): Meta {
  return new Map(lists.flatMap((list) => list ?? []).map(({ key, value }) => [key, value]))
}

/** What facts add to the description of their route. */
export function describeMeta(meta: Meta, place: () => string, problems: SetupProblem[]): MetaDescription[] {
  return [...meta].flatMap(([key, value]) => {
    const { label, '~describe': describe } = key as MetaKey<unknown>
    if (describe === undefined) return []
    const where = `${place()}, meta ${label}`
    try {
      const description = describe(value as never)
      const found = optionProblems(META_DESCRIPTION_OPTIONS, description, { name: where })
      problems.push(...found)
      return found.length > 0 ? [] : [description]
    } catch (error) {
      const message = `Its describe failed: ${reasonOf(error)}`
      problems.push({ code: 'ERR_CORE_OPTION', place: where, message, remedy: 'Correct it, or the value.' })
      return []
    }
  })
}

function labelOf({ key }: MetaEntry): string {
  return (key as MetaKey<unknown>).label
}

type Responses = Parameters<typeof responsesOf>[0]

function headersOf(options: Responses, middleware: readonly AnyMiddleware[]): readonly string[] {
  const declared = responsesOf(options).flatMap(([, , headers]) => Object.keys(headers ?? {}))
  const described = middleware.flatMap(({ describe: { headers, successHeaders } }) =>
    Object.keys({ ...headers, ...successHeaders }),
  )
  return [...new Set([...declared, ...described].map((name) => name.toLowerCase()))].sort()
}

function mediaTypesOf(options: Responses): readonly string[] {
  const all = responsesOf(options).flatMap(([, body]) =>
    isContent(body) ? body.essences : body === null ? [] : ['application/json'],
  )
  return [...new Set(all)].sort()
}

function hashOf(options: Responses): string {
  const contract = responsesOf(options).map(([status, body, headers]) => [
    status,
    isContent(body) ? { mediaTypes: body.mediaTypes } : jsonOf(body),
    Object.entries(headers ?? {}).map(([name, schema]) => [name, jsonOf(schema)]),
  ])
  const text = canonical([contract, mediaTypesOf(options)])
  return createHash('sha256').update(text).digest('base64url')
}

/** The JSON Schema of what is sent. */
function jsonOf(schema: SchemaLike | null): unknown {
  if (schema === null || !isStandardSchema(schema)) return schema
  // Unique, so that nothing that another process has stored matches this contract.
  return standardJsonSchema(schema, 'output') ?? `unknown ${randomUUID()}`
}

/** JSON with sorted members (RFC 8785 §3.2.3, by UTF-16 code units). */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : typeof member === 'bigint'
        ? `${member}n`
        : member,
  )
}
