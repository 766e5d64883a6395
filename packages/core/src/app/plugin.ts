import type { ServiceNeed } from '../di/index.ts'
import {
  callable,
  checkOptions,
  either,
  flag,
  integer,
  listOf,
  nested,
  ofKind,
  oneOf,
  optionTable,
  placeOf,
  recordOf,
  required,
  text,
  toCallError,
} from '../errors/index.ts'
import { isNeed } from '../di/index.ts'
import { argumentProblems } from './argument-problems.ts'
import type { AnyPluginCommand, CommandArgument } from './plugin-command.ts'
import type { AnyPluginDefinition, Plugin, PluginDefinition } from './plugin-contract.ts'
import { makePlugin } from './plugin-value.ts'

const ARGUMENT_OPTIONS = optionTable<CommandArgument>({
  description: required(text('Its meaning, for the help.')),
  type: oneOf(['text', 'integer', 'flag'], 'Type of its value.', { default: 'text' }),
  isPositional: flag('Whether it is given by position.', { default: false }),
  isRequired: flag('Whether it must be given.', { default: false }),
  isList: flag('Whether it may be given several times.', { default: false }),
  values: listOf(text('The texts that are accepted.'), undefined, { minItems: 1 }),
  default: either(
    text('Value if it is omitted.'),
    integer('The same.', { minimum: Number.MIN_SAFE_INTEGER }),
  ),
})

const COMMAND_OPTIONS = optionTable<AnyPluginCommand>({
  description: required(text('One line for the help.', { minLength: 1 })),
  needs: oneOf(['checked', 'started'], 'Whether the app is only checked for it, or started.', {
    default: 'checked',
  }),
  args: recordOf(
    nested(ARGUMENT_OPTIONS, 'Its arguments.'),
    undefined,
    text('Its name.', { pattern: '^[a-z][A-Za-z0-9]*$', what: "a name like 'dryRun'" }),
  ),
  run: required(callable('Runs it.')),
})

/** Definition of a plugin. It may be an instance of a class, with other members. */
const PLUGIN_OPTIONS = optionTable<AnyPluginDefinition>(
  {
    name: required(text('Its name in messages and in needs of others.', { minLength: 1 })),
    needs: listOf(text('Names of plugins that start before this one.')),
    inject: recordOf(
      ofKind(
        {
          what: 'a class, a token, lazy(…) or optional(…)',
          test: isNeed,
          remedy: (value) =>
            typeof value === 'string' ? `Make a token, token<…>('${value}'), and give that.` : undefined,
        },
        'Services that it uses, by name.',
      ),
    ),
    setup: callable('Adds providers, middleware and routes; synchronous.'),
    check: callable('Checks the frozen plans; synchronous.'),
    inspect: callable('Looks at files and servers, for keelson check.'),
    start: callable('Connects.'),
    started: callable('Begins to work by itself.'),
    health: callable('Reports its health.'),
    stop: callable('Closes.'),
    commands: recordOf(
      nested(COMMAND_OPTIONS, 'Commands that it adds to keelson.'),
      undefined,
      text('Its name.', {
        pattern: '^[a-z][a-z0-9-]*( [a-z][a-z0-9-]*)*$',
        what: "lower-case words, like 'db migrate'",
      }),
    ),
  },
  { isInstance: true },
)

/**
 * Makes a part of an app with phases of its own: a database, a broker, a scheduler.
 *
 * Phases: `setup` → `check` → `start` → `started` → … → `stop`. Plugins and services are one graph: a plugin starts after
 * the plugins it `needs`, after what it injects and after the plugins that bound that; a service is made after the start of the plugin
 * that bound what it needs, unless the same plugin bound both. `stop` runs in exactly the reverse order. All starts together have
 * `phases.startMs`, all stops `phases.stopMs`.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for unknown members and invalid values
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
export function plugin<
  const TInject extends { readonly [name: string]: ServiceNeed } = {},
  const TCommands extends { readonly [name: string]: unknown } = {},
>(definition: PluginDefinition<TInject, TCommands>): Plugin {
  const place = { name: 'plugin', below: plugin as never }
  checkOptions(PLUGIN_OPTIONS, definition, place)
  const { commands = {} } = definition as AnyPluginDefinition
  const problems = argumentProblems(commands, placeOf(place.name, place.below))
  if (problems.length > 0) throw toCallError(place.name, problems)
  return makePlugin(definition as AnyPluginDefinition)
}
