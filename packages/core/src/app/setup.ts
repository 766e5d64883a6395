import type { Injectable, Provider } from '../di/index.ts'
import { SetupError, valueProblems, type SetupProblem } from '../errors/index.ts'
import type { Logger } from '../log/index.ts'
import {
  flattenUse,
  MIDDLEWARE_OPTION,
  ROUTE_TREE_OPTION,
  type AnyMiddleware,
  type RouteTree,
} from '../route/index.ts'
import { commandProblems } from './command-problems.ts'
import { healthRoutes, type HealthSource } from './health.ts'
import type { ApplicationOptions } from './options.ts'
import type { ContentCoding } from './content-coding.ts'
import { CODING_OPTION, PROVIDER_OPTION } from './option-tables.ts'
import { orderPlugins } from './plugin-order.ts'
import type { AppSetup, Plugin } from './plugin-contract.ts'
import { phaseFailed, refusePromise } from './plugin-phases.ts'
import { partsOf, placeOf } from './plugin-value.ts'
import { embeddedProviders, portProblems, portProviders } from './ports.ts'

/** What options and plugins add up to, before it is checked. */
export interface Gathered {
  readonly plugins: readonly Plugin[]
  readonly providers: readonly Provider[]
  /** Ports that nothing provides but the app itself. */
  readonly embedded: readonly Injectable[]
  /** Targets that plugins bound, and by which plugin. */
  readonly binders: ReadonlyMap<Injectable, Plugin>
  readonly use: readonly AnyMiddleware[]
  readonly codings: readonly ContentCoding[]
  readonly routes: RouteTree
  /** Whether a plugin calls operations. */
  readonly calls: boolean
  readonly problems: SetupProblem[]
}

/** Arguments of the methods of `AppSetup`. */
const ARGUMENTS = {
  provide: { what: 'provider', schema: PROVIDER_OPTION },
  use: { what: 'middleware', schema: MIDDLEWARE_OPTION },
  routes: { what: 'tree', schema: ROUTE_TREE_OPTION },
  contentCodings: { what: 'coding', schema: CODING_OPTION },
}

/** Runs the set-up phase, in which every plugin adds its part. Synchronous, no I/O. */
export function gather(options: ApplicationOptions, log: Logger, health: HealthSource): Gathered {
  const { ordered, problems } = orderPlugins(options.plugins ?? [])
  const providers: Provider[] = [...portProviders(options, log), ...(options.providers ?? [])]
  problems.push(...portProblems(options), ...commandProblems(ordered))
  const codings: ContentCoding[] = []
  const binders = new Map<Injectable, Plugin>()
  const use: AnyMiddleware[] = [...flattenUse(options.use ?? [])]
  const routes: RouteTree = { ...options.routes }
  let calls = false
  const addRoutes = (by: string, tree: RouteTree): void => {
    // Keys that cannot be names are added as well: the check of the tree refuses them.
    for (const key of Reflect.ownKeys(tree)) {
      if (Object.hasOwn(routes, key)) problems.push(taken(by, String(key)))
      else Object.defineProperty(routes, key, Object.getOwnPropertyDescriptor(tree, key)!)
    }
  }

  for (const plugin of ordered) {
    const place = placeOf(plugin)
    // What a plugin adds is checked once, not for each route.
    const isValid = (method: keyof typeof ARGUMENTS, value: unknown): boolean => {
      const { what, schema } = ARGUMENTS[method]
      const argument = `The ${what} given to ${method}()`
      const found = valueProblems(schema, value, { name: place, argument })
      problems.push(...found)
      return found.length === 0
    }
    const { setup, close } = openSetup(plugin, problems, {
      prefix: prefixOf(options.name ?? 'app'),
      provide: (...added) => {
        for (const one of added) {
          if (!isValid('provide', one)) continue
          providers.push(one)
          binders.set(one.target, plugin)
        }
      },
      use: (...added) => void use.push(...flattenUse(added).filter((one) => isValid('use', one))),
      routes: (tree) => {
        if (isValid('routes', tree)) addRoutes(place, tree)
      },
      contentCodings: (...added) =>
        void codings.push(...added.filter((one) => isValid('contentCodings', one))),
      calls: () => void (calls = true),
    })
    try {
      refusePromise(plugin, 'setup', partsOf(plugin).setup?.(setup))
    } catch (error) {
      if (SetupError.is(error)) problems.push(...error.problems.filter((one) => !problems.includes(one)))
      else throw new SetupError([phaseFailed(plugin, 'setup', error)], error)
    } finally {
      close()
    }
  }
  if (options.health !== false)
    addRoutes('createApp({ health })', { health: healthRoutes(options.health ?? {}, health, log) })
  const own = embeddedProviders(providers, options, log)
  providers.push(...own)
  const embedded = own.map(({ target }) => target)
  return { plugins: ordered, providers, embedded, binders, use, codings, routes, calls, problems }
}

/** A colon within a name would make it the beginning of another, and braces put all keys on one node of a cluster. */
function prefixOf(name: string): string {
  return `keelson:${name.replaceAll(/[:%{}]/g, encodeURIComponent)}:`
}

/** A setup that can be closed: what a plugin adds later would be lost, such as middleware that guards routes. */
function openSetup(
  plugin: Plugin,
  problems: SetupProblem[],
  methods: AppSetup,
): { readonly setup: AppSetup; readonly close: () => void } {
  let isOpen = true
  const assertOpen = (method: keyof AppSetup): void => {
    if (isOpen) return
    const late = tooLate(plugin, method)
    // The start reports it as well, since nobody may see the rejection of asynchronous code.
    problems.push(late)
    throw new SetupError([late])
  }
  const { prefix, ...adding } = methods
  const guarded = Object.entries(adding).map(([name, call]: [string, (...args: never[]) => void]) => [
    name,
    (...args: never[]): void => {
      assertOpen(name as keyof AppSetup)
      call(...args)
    },
  ])
  const setup = Object.freeze({ prefix, ...Object.fromEntries(guarded) }) as AppSetup
  return { setup, close: () => void (isOpen = false) }
}

function tooLate(plugin: Plugin, method: keyof AppSetup): SetupProblem {
  return {
    code: 'ERR_CORE_PLUGIN',
    place: placeOf(plugin),
    message: `It called ${method}() after its setup had ended, which would have no effect.`,
    remedy: `Call ${method}() synchronously in setup; move asynchronous work to start.`,
  }
}

function taken(by: string, name: string): SetupProblem {
  return {
    code: 'ERR_CORE_ROUTE_TREE',
    place: by,
    message: `It adds the routes '${name}', but the tree has that name already.`,
    remedy: 'Rename one of them.',
  }
}
