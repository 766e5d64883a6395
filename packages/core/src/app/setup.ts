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

/** Everything that options and plugins put together, before it is checked. */
export interface Gathered {
  readonly plugins: readonly Plugin[]
  readonly providers: readonly Provider[]
  /** Which plugin bound a target, of those that plugins did. */
  readonly binders: ReadonlyMap<Injectable, Plugin>
  readonly use: readonly AnyMiddleware[]
  readonly codings: readonly ContentCoding[]
  readonly routes: RouteTree
  /** Whether a plugin calls operations. */
  readonly calls: boolean
  readonly problems: SetupProblem[]
}

/** What the methods of a setup are given. */
const ARGUMENTS = {
  provide: { what: 'provider', schema: PROVIDER_OPTION },
  use: { what: 'middleware', schema: MIDDLEWARE_OPTION },
  routes: { what: 'tree', schema: ROUTE_TREE_OPTION },
  contentCodings: { what: 'coding', schema: CODING_OPTION },
}

/** Runs the set-up phase: lets every plugin add its part. Synchronous, no I/O. */
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
    // Keys that cannot be names are added, too: whoever reads the tree refuses them.
    for (const key of Reflect.ownKeys(tree)) {
      if (Object.hasOwn(routes, key)) problems.push(taken(by, String(key)))
      else Object.defineProperty(routes, key, Object.getOwnPropertyDescriptor(tree, key)!)
    }
  }

  for (const plugin of ordered) {
    const place = placeOf(plugin)
    // What a plugin adds is looked at once, not for each route that it covers.
    const isRight = (method: keyof typeof ARGUMENTS, value: unknown): boolean => {
      const { what, schema } = ARGUMENTS[method]
      const argument = `The ${what} that it gives ${method}()`
      const found = valueProblems(schema, value, { name: place, argument })
      problems.push(...found)
      return found.length === 0
    }
    const { setup, close } = openSetup(plugin, problems, {
      provide: (...added) => {
        for (const one of added) {
          if (!isRight('provide', one)) continue
          providers.push(one)
          binders.set(one.target, plugin)
        }
      },
      use: (...added) => void use.push(...flattenUse(added).filter((one) => isRight('use', one))),
      routes: (tree) => {
        if (isRight('routes', tree)) addRoutes(place, tree)
      },
      contentCodings: (...added) =>
        void codings.push(...added.filter((one) => isRight('contentCodings', one))),
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
  providers.push(...embeddedProviders(providers))
  return { plugins: ordered, providers, binders, use, codings, routes, calls, problems }
}

/** A setup that ends with the call it is given to: what comes later would be lost, a guard among it. */
function openSetup(
  plugin: Plugin,
  problems: SetupProblem[],
  methods: AppSetup,
): { readonly setup: AppSetup; readonly close: () => void } {
  let isOpen = true
  const assertOpen = (method: keyof AppSetup): void => {
    if (isOpen) return
    const late = tooLate(plugin, method)
    // Where its rejection is handled by nobody who tells, the start does, if it has not been.
    problems.push(late)
    throw new SetupError([late])
  }
  const guarded = Object.entries(methods).map(([name, call]: [string, (...args: unknown[]) => void]) => [
    name,
    (...args: unknown[]): void => {
      assertOpen(name as keyof AppSetup)
      call(...args)
    },
  ])
  return { setup: Object.freeze(Object.fromEntries(guarded)) as AppSetup, close: () => void (isOpen = false) }
}

function tooLate(plugin: Plugin, method: keyof AppSetup): SetupProblem {
  return {
    code: 'ERR_CORE_PLUGIN',
    place: placeOf(plugin),
    message: `It called ${method}() after its setup had ended, which would have no effect.`,
    remedy: `Call ${method}() within setup, synchronously; what must wait for something else belongs in start.`,
  }
}

function taken(by: string, name: string): SetupProblem {
  return {
    code: 'ERR_CORE_ROUTE_TREE',
    place: by,
    message: `It adds the routes '${name}', a name that is taken.`,
    remedy: 'Rename yours.',
  }
}
