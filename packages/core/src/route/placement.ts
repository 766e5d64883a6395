// At set-up: a factory's path and params become those of each route that it makes, so that every reader of a route finds
// them where it looks.
import { SetupError, type SetupProblem } from '../errors/index.ts'
import { isSchema, isStandardSchema, isTypeBoxSchema, kindOf, t, type SchemaLike } from '../schema/index.ts'
import type { FactoryPlace } from './factory-contract.ts'
import { joinPatterns, parsePattern } from '../path/index.ts'
import type { AnyRouteOptions } from './route-contract.ts'

type Schemas = Readonly<Record<string, SchemaLike | undefined>>

/** Where the routes of a factory lie that has no `at`. */
export const AT_ROOT: FactoryPlace = Object.freeze({ path: '', params: Object.freeze({}) })

/**
 * Puts a factory below a path.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` when path and params do not name the same things, or cannot be joined;
 *   `ERR_CORE_ROUTE_PATTERN` for a path that is not a pattern
 */
export function placeBelow(outer: FactoryPlace, path: string, params: unknown): FactoryPlace {
  const place = `at('${path}')`
  const joined = joinPatterns(outer.path, path, place)
  const names = parsePattern(joined, place).paramNames.filter((name) => !Object.hasOwn(outer.params, name))
  const given = params === undefined ? undefined : membersOf(params)
  if (given === undefined && params !== undefined) throw new SetupError([cannotJoin(place)])
  const problems = given === undefined ? [] : compare(names, Object.keys(given), place)
  if (problems.length > 0) throw new SetupError(problems)
  const own: Schemas = given ?? Object.fromEntries(names.map((name) => [name, undefined]))
  return Object.freeze({
    path: joined,
    params: Object.freeze({ ...outer.params, ...own }),
  })
}

/**
 * Path and params of one route below a factory.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` when its params cannot be joined with those of the factory;
 *   `ERR_CORE_ROUTE_PATTERN` for a path that is not a pattern
 */
export function placeRoute(
  outer: FactoryPlace,
  path: string,
  options: AnyRouteOptions,
): { readonly path: string; readonly options: AnyRouteOptions } {
  if (outer === AT_ROOT) return { path, options }
  const joined = joinPatterns(outer.path, path, `route ${path}`)
  return { path: joined, options: withParams(outer, joined, options) }
}

function withParams({ params }: FactoryPlace, path: string, options: AnyRouteOptions): AnyRouteOptions {
  const outer = Object.entries(params)
  const isText = outer.every(([, schema]) => schema === undefined)
  // Nothing to join: there are no params above, or all are texts as they come.
  if (outer.length === 0 || (isText && options.params === undefined)) return options
  const place = `route ${path}`
  const own = options.params === undefined ? {} : membersOf(options.params)
  if (own === undefined) throw new SetupError([cannotJoin(place)])
  const twice = Object.keys(own).filter((name) => name in params)
  if (twice.length > 0) throw new SetupError(twice.map((name) => describedTwice(name, place)))
  // The schemas take only what they declare: a param that none of them names is added as a text.
  const texts = parsePattern(path, place).paramNames.map((name) => [name, undefined])
  const all = Object.entries<SchemaLike | undefined>({ ...Object.fromEntries(texts), ...params, ...own })
  return {
    ...options,
    params: Object.fromEntries(all.map(([name, schema]) => [name, schema ?? t.String()])),
  }
}

/** The schemas by name; `undefined` for a value that is a whole of another kind. */
function membersOf(params: unknown): Schemas | undefined {
  if (isTypeBoxSchema(params)) {
    return kindOf(params) === 'Object' ? (params as unknown as { properties: Schemas }).properties : undefined
  }
  if (typeof params !== 'object' || params === null || isStandardSchema(params)) return undefined
  return Object.values(params).every(isSchema) ? (params as Schemas) : undefined
}

function compare(names: readonly string[], described: readonly string[], place: string): SetupProblem[] {
  const unknown = described
    .filter((name) => !names.includes(name))
    .map((name) => `The path has no ':${name}'.`)
  const missing = names
    .filter((name) => !described.includes(name))
    .map((name) => `The path has ':${name}', which these params do not describe.`)
  const remedy = 'Name the same params in both.'
  return [...unknown, ...missing].map((message) => ({ code: 'ERR_CORE_OPTION', place, message, remedy }))
}

function cannotJoin(place: string): SetupProblem {
  return {
    code: 'ERR_CORE_OPTION',
    place: `${place}, params`,
    message: 'It cannot be joined with other params.',
    remedy: 'Give a plain object of schemas, or t.Object.',
  }
}

function describedTwice(name: string, place: string): SetupProblem {
  return {
    code: 'ERR_CORE_OPTION',
    place: `${place}, params`,
    message: `The factory describes ':${name}' already.`,
    remedy: `Take '${name}' out of the params of the route.`,
  }
}
