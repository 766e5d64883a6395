import {
  callSite,
  ofKind,
  SetupError,
  text,
  valueProblems,
  type OptionPlace,
  type OptionSchema,
  type SetupProblem,
} from '../errors/index.ts'
import { shared } from '../frame/index.ts'
import { createRoute } from './factory.ts'
import type { ContextOf, ResultOf, RouteDefinition } from './factory-contract.ts'
import type { Route, RouteMethod, Router } from '@keelson/contract'
import { router } from './router.ts'

interface MethodEntry {
  readonly method: RouteMethod
  readonly path: string
  readonly definition: RouteDefinition
  readonly source: () => string | undefined
}

interface ControllerEntry {
  readonly prefix: string
}

type ControllerClass = abstract new (...args: never[]) => object
type Prototype = object

// Decorated by one copy of this package, a class may be made into routes by another.
const methods = shared('controllerMethods', () => new WeakMap<Prototype, Map<string, MethodEntry>>())
const controllers = shared('controllers', () => new WeakMap<ControllerClass, ControllerEntry>())

/** Name under which the controller's instance is injected into its routes; no context name can be like it. */
const INSTANCE = '~controller'

/**
 * A method decorator that fits handlers of one route definition only. The method's own type is inferred, since a
 * descriptor, which may set as well as get, takes no other type than exactly its own.
 */
export type HandlerDecorator<TContext, TResult> = <
  THandler extends (ctx: TContext) => TResult | Promise<TResult>,
>(
  prototype: object,
  name: string,
  descriptor: TypedPropertyDescriptor<THandler>,
) => void

/**
 * Says that a class holds handlers, below a path prefix. The class is injected: what it needs is declared as for any service.
 *
 * @example
 * @controller('/orders')
 * class OrdersController {
 *   @get('/:id', SHOW)
 *   show(ctx: ContextOf<typeof SHOW>) { return this.orders.find(ctx.params.id) }
 * }
 */
export function controller(prefix: string): (target: ControllerClass) => void {
  checkArgument(PREFIX, prefix, { name: '@controller', below: controller, argument: 'The prefix' })
  return (target) => void controllers.set(target, { prefix })
}

const PREFIX = text('Prefix of its paths.', { pattern: '^/', what: "a text like '/orders'" })
const PATH = text('Pattern of the path.', { pattern: '^(?:/|$)', what: "a text like '/:id'" })
const DEFINITION = ofKind(
  {
    what: 'a definition, made by route.define',
    test: (value) => (value as Partial<RouteDefinition>)['~internal'] === 'definition',
    remedy: () =>
      "Make it once: const SHOW = route.define({ access: 'public' }), and name it here and in controllerRoutes.",
  },
  'What is declared of the route.',
)

function checkArgument(
  schema: OptionSchema,
  value: unknown,
  place: OptionPlace & { readonly argument: string },
): void {
  const problems = valueProblems(schema, value, place)
  if (problems.length > 0) throw new SetupError(problems)
}

function methodDecorator(method: RouteMethod) {
  const name = `@${method === 'DELETE' ? 'del' : method.toLowerCase()}`
  const decorate = <D extends RouteDefinition>(
    path: string,
    definition: D,
  ): HandlerDecorator<ContextOf<D>, ResultOf<D>> => {
    const at = { name, below: decorate as never }
    checkArgument(PATH, path, { ...at, argument: 'The path' })
    checkArgument(DEFINITION, definition, { ...at, argument: 'The definition' })
    const source = callSite(decorate as never)
    return (prototype, name) => {
      const entries = methods.get(prototype) ?? new Map<string, MethodEntry>()
      if (typeof prototype === 'function') throw new SetupError([notOnInstance(prototype, name)])
      if (entries.has(name)) throw new SetupError([twoRoutes(prototype, name)])
      methods.set(prototype, entries.set(name, { method, path, definition, source }))
    }
  }
  return decorate
}

/** Serves GET requests with the decorated method. Its context and result are checked against the definition. */
export const get: ReturnType<typeof methodDecorator> = methodDecorator('GET')
/** Serves HEAD requests with the decorated method, in place of the GET route of its path. */
export const head: ReturnType<typeof methodDecorator> = methodDecorator('HEAD')
/** Serves QUERY requests with the decorated method. */
export const query: ReturnType<typeof methodDecorator> = methodDecorator('QUERY')
/** Serves POST requests with the decorated method. */
export const post: ReturnType<typeof methodDecorator> = methodDecorator('POST')
/** Serves PUT requests with the decorated method. */
export const put: ReturnType<typeof methodDecorator> = methodDecorator('PUT')
/** Serves PATCH requests with the decorated method. */
export const patch: ReturnType<typeof methodDecorator> = methodDecorator('PATCH')
/** Serves DELETE requests with the decorated method. */
export const del: ReturnType<typeof methodDecorator> = methodDecorator('DELETE')

type DefinitionsOf = { readonly [name: string]: RouteDefinition }
type RoutesOf<TDefinitions extends DefinitionsOf> = {
  readonly [K in keyof TDefinitions]: TDefinitions[K]['~types']['route']
}

/**
 * Makes the route values of a controller. The names are those of its methods, and become operation ids.
 *
 * @param definitions - every decorated method with its definition, so that the client gets the types
 * @throws {SetupError} `ERR_CORE_CONTROLLER` when class and definitions do not agree
 * @example
 * export const orders = controllerRoutes(OrdersController, { show: SHOW })
 */
export function controllerRoutes<C extends ControllerClass, const T extends DefinitionsOf>(
  target: C,
  definitions: T & { readonly [K in Exclude<keyof T, keyof InstanceType<C>>]: never },
): Router<RoutesOf<T>> {
  const entry = controllers.get(target)
  const found = methodsOf(target)
  const listed = new Map(Object.entries(definitions as DefinitionsOf))
  const problems: SetupProblem[] = []
  const add = (message: string, remedy: string) => problems.push(problem(target.name, message, remedy))

  if (entry === undefined)
    add('It has no @controller(prefix).', "Put @controller('/prefix') above the class.")
  for (const name of found.keys()) {
    if (!listed.has(name))
      add(
        `Its method ${name} has a route that is not listed.`,
        `Add ${name} to controllerRoutes(${target.name}, { … }).`,
      )
  }
  const tree: Record<string, Route> = {}
  for (const [name, definition] of listed) {
    const method = found.get(name)
    if (method === undefined)
      add(`It has no decorated method ${name}.`, `Decorate it: @get('/path', …) ${name}(ctx) { … }.`)
    else if (method.definition !== definition)
      add(
        `Its method ${name} is decorated with another definition than the one listed.`,
        'Use the same constant in both places.',
      )
    else tree[name] = toRoute(target, name, method)
  }
  if (entry === undefined || problems.length > 0) throw new SetupError(problems)
  return router(entry.prefix, tree) as unknown as Router<RoutesOf<T>>
}

/** Decorated methods, those of base classes too; of two of one name the nearer counts. */
function methodsOf(target: ControllerClass): Map<string, MethodEntry> {
  const found = new Map<string, MethodEntry>()
  let prototype = target.prototype as Prototype | null
  for (; prototype !== null; prototype = Object.getPrototypeOf(prototype) as Prototype | null) {
    for (const [name, entry] of methods.get(prototype) ?? []) if (!found.has(name)) found.set(name, entry)
  }
  return found
}

function toRoute(
  target: ControllerClass,
  name: string,
  { method, path, definition, source }: MethodEntry,
): Route {
  const { options, place, middleware, injects } = definition
  const handler = (ctx: never): unknown => {
    const instance = (ctx as Record<string, Record<string, (ctx: never) => unknown>>)[INSTANCE]
    return (instance as Record<string, (ctx: never) => unknown>)[name]?.(ctx)
  }
  return createRoute({
    method,
    path,
    options,
    place,
    middleware,
    injects: { ...injects, [INSTANCE]: target },
    handler,
    source,
  })
}

function problem(name: string, message: string, remedy: string): SetupProblem {
  return { code: 'ERR_CORE_CONTROLLER', place: `controller ${name}`, message, remedy }
}

function notOnInstance(target: { readonly name: string }, name: string): SetupProblem {
  return problem(
    target.name,
    `Its method ${name} is static.`,
    'Remove static: handlers are called on the instance.',
  )
}

function twoRoutes(prototype: Prototype, name: string): SetupProblem {
  const message = `Its method ${name} has two routes, but a name can have one.`
  return problem(prototype.constructor.name, message, 'Give the second route a method of its own.')
}
