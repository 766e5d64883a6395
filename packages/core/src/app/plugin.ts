import type { Need } from '../di/index.ts'
import {
  callable,
  checkOptions,
  listOf,
  ofKind,
  optionTable,
  recordOf,
  required,
  text,
} from '../errors/index.ts'
import { isNeed } from '../di/index.ts'
import type { AnyPluginDefinition, Plugin, PluginDefinition } from './plugin-contract.ts'

const kPlugin = Symbol.for('keelson.plugin')

/** Parts of a plugin. It may be an instance of a class, with members of its own. */
const PLUGIN_OPTIONS = optionTable<AnyPluginDefinition>(
  {
    name: required(text('Names it in messages and in the needs of others.', { minLength: 1 })),
    needs: listOf(text('Names of plugins that start before this one.')),
    inject: recordOf(
      ofKind(
        {
          what: 'a class, a token, lazy(…) or optional(…)',
          test: isNeed,
          remedy: (value) =>
            typeof value === 'string' ? `Make a token once, token<…>('${value}'), and name that.` : undefined,
        },
        'Services that it uses, by name.',
      ),
    ),
    setup: callable('Adds providers, middleware and routes; synchronous.'),
    check: callable('Looks at the frozen plans; synchronous.'),
    start: callable('Connects.'),
    started: callable('Begins to work by itself.'),
    health: callable('Tells how it is.'),
    stop: callable('Closes.'),
  },
  { isInstance: true },
)

/**
 * Makes a part of an app with a life of its own: a database, a broker, a scheduler.
 *
 * Phases: `setup` → `check` → `start` → `started` → … → `stop`. Plugins and services are one graph: a plugin starts after
 * the plugins it `needs`, after what it injects and after the plugins that bound that; a service is made after the start of the plugin
 * that bound what it needs, unless the same plugin bound both. `stop` is the exact reverse. All starts together have
 * `phases.startMs`, all stops `phases.stopMs`.
 *
 * @throws {StartError} `ERR_CORE_OPTION` for names and values that are no parts of a plugin
 * @example
 * interface Database { connect(signal: AbortSignal): Promise<void>; ping(): Promise<boolean>; close(): Promise<void> }
 * declare function openDatabase(url: string): Database
 * const DB = token<Database>('db')
 * const database = (url: string) =>
 *   plugin({
 *     name: 'database',
 *     inject: { db: DB },
 *     setup: (app) => app.provide(bind(DB, { make: () => openDatabase(url) })),
 *     start: ({ services, signal }) => services.db.connect(signal),
 *     health: async ({ db }) => ({ status: (await db.ping()) ? 'up' : 'down' }),
 *     stop: ({ db }) => db.close(),
 *   })
 */
export function plugin<const TInject extends { readonly [name: string]: Need } = {}>(
  definition: PluginDefinition<TInject>,
): Plugin {
  checkOptions(PLUGIN_OPTIONS, definition, { name: 'plugin', below: plugin as never })
  return makePlugin(definition as AnyPluginDefinition)
}

/** Makes a plugin of parts that are known to be right, with what else the framework reads of it. */
export function makePlugin<T extends object>(definition: AnyPluginDefinition, more?: T): Plugin {
  const value = { name: definition.name, '~internal': Object.freeze({ ...more, definition }) }
  return Object.freeze(Object.defineProperty(value, kPlugin, { value: true }))
}

/** Whether a value was made by {@link plugin}, in any copy of the package. */
export function isPlugin(value: unknown): value is Plugin {
  return typeof value === 'object' && value !== null && kPlugin in value
}

/** The parts of a plugin. */
export function partsOf(one: Plugin): AnyPluginDefinition {
  return one['~internal'].definition
}
