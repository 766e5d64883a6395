import { bind, bindRequest, type Provider } from '../di/index.ts'
import { StartError, valueProblems, type SetupProblem } from '../errors/index.ts'
import type { Logger } from '../log/index.ts'
import { createMemoryBus, createMemoryStore, systemClock, systemRandom } from '../port/index.ts'
import { MIDDLEWARE_OPTION, ROUTE_TREE_OPTION, type AnyMiddleware, type RouteTree } from '../routing/index.ts'
import { healthRoutes, type HealthSource } from './health.ts'
import type { ApplicationOptions } from './options.ts'
import { refusePromise, sentence } from './lifecycle.ts'
import { orderPlugins } from './plugin-order.ts'
import type { AppSetup, Plugin } from './plugin.ts'
import { BUS, CLOCK, FRAME, KEY_VALUE_STORE, LOGGER, RANDOM } from './tokens.ts'

/** Everything that options and plugins put together, before it is checked. */
export interface Gathered {
  readonly plugins: readonly Plugin[]
  readonly providers: readonly Provider[]
  readonly use: readonly AnyMiddleware[]
  readonly routes: RouteTree
  readonly problems: SetupProblem[]
}

/** Runs the set-up phase: lets every plugin add its part. Synchronous, no I/O. */
export function gather(options: ApplicationOptions, log: Logger, health: HealthSource): Gathered {
  const { ordered, problems } = orderPlugins(options.plugins ?? [])
  const providers: Provider[] = [...portProviders(options, log), ...(options.providers ?? [])]
  const use: AnyMiddleware[] = [...(options.use ?? [])]
  const routes: Record<string, RouteTree[string]> = { ...options.routes }
  const addRoutes = (by: string, tree: RouteTree): void => {
    for (const [name, node] of Object.entries(tree)) {
      if (Object.hasOwn(routes, name)) problems.push(taken(by, name))
      else routes[name] = node
    }
  }

  for (const plugin of ordered) {
    const { setup, close } = openSetup(plugin, problems, {
      provide: (...added) => void providers.push(...added),
      use: (...added) => void use.push(...added.filter((one) => isUsable(plugin, one, problems))),
      routes: (tree) => {
        if (isTree(plugin, tree, problems)) addRoutes(`plugin ${plugin.name}`, tree)
      },
    })
    try {
      refusePromise(plugin, 'setup', plugin.setup?.(setup))
    } catch (error) {
      if (error instanceof StartError)
        problems.push(...error.problems.filter((one) => !problems.includes(one)))
      else throw new StartError([setupFailed(plugin, error)], error)
    } finally {
      close()
    }
  }
  if (options.health !== false)
    addRoutes('createApp({ health })', { health: healthRoutes(options.health ?? {}, health, log) })
  return { plugins: ordered, providers, use, routes, problems }
}

/** A setup that ends with the call it is given to: what comes later would be lost, a guard among it. */
function openSetup(
  plugin: Plugin,
  problems: SetupProblem[],
  { provide, use, routes }: AppSetup,
): { readonly setup: AppSetup; readonly close: () => void } {
  let isOpen = true
  const assertOpen = (method: keyof AppSetup): void => {
    if (isOpen) return
    const late = tooLate(plugin, method)
    // Where its rejection is handled by nobody who tells, the start does, if it has not been.
    problems.push(late)
    throw new StartError([late])
  }
  const setup: AppSetup = {
    provide: (...added) => {
      assertOpen('provide')
      provide(...added)
    },
    use: (...added) => {
      assertOpen('use')
      use(...added)
    },
    routes: (tree) => {
      assertOpen('routes')
      routes(tree)
    },
  }
  return { setup, close: () => void (isOpen = false) }
}

function portProviders({ ports = {} }: ApplicationOptions, log: Logger): Provider[] {
  return [
    bind(CLOCK, { value: ports.clock ?? systemClock }),
    bind(RANDOM, { value: ports.random ?? systemRandom }),
    bind(LOGGER, { value: log }),
    bindRequest(FRAME),
    ports.store === undefined
      ? bind(KEY_VALUE_STORE, { needs: [CLOCK], make: (clock) => createMemoryStore({ clock }) })
      : bind(KEY_VALUE_STORE, { value: ports.store }),
    ports.bus === undefined ? bind(BUS, { make: () => createMemoryBus() }) : bind(BUS, { value: ports.bus }),
  ]
}

/** Middleware that a plugin adds is looked at once, not for each route that it covers. */
function isUsable(plugin: Plugin, value: unknown, problems: SetupProblem[]): boolean {
  const found = valueProblems(MIDDLEWARE_OPTION, value, {
    name: `plugin ${plugin.name}`,
    argument: 'The middleware that it gives use()',
  })
  problems.push(...found)
  return found.length === 0
}

function isTree(plugin: Plugin, tree: unknown, problems: SetupProblem[]): boolean {
  const found = valueProblems(ROUTE_TREE_OPTION, tree, {
    name: `plugin ${plugin.name}`,
    argument: 'The tree that it gives routes()',
  })
  problems.push(...found)
  return found.length === 0
}

function tooLate({ name }: Plugin, method: keyof AppSetup): SetupProblem {
  return {
    code: 'ERR_CORE_PLUGIN',
    place: `plugin ${name}`,
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

function setupFailed(plugin: Plugin, error: unknown): SetupProblem {
  return {
    code: 'ERR_CORE_PLUGIN',
    place: `plugin ${plugin.name}`,
    message: `Its setup failed: ${sentence(error)}`,
    remedy: 'See the cause.',
  }
}
