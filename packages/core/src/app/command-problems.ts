import type { SetupProblem } from '../errors/index.ts'
import type { AnyPluginCommand } from './plugin-command.ts'
import type { Plugin } from './plugin-contract.ts'
import { partsOf, placeOf } from './plugin-value.ts'

/** First words that `keelson` has commands for itself. */
export const OWN_COMMANDS: readonly string[] = [
  'routes',
  'explain',
  'check',
  'manifest',
  'openapi',
  'call',
  'help',
]

/** A command, and the plugin that it belongs to. */
export interface NamedCommand {
  readonly name: string
  readonly plugin: Plugin
  readonly command: AnyPluginCommand
}

/** The commands of all plugins, in their order. */
export function commandsOf(plugins: readonly Plugin[]): NamedCommand[] {
  return plugins.flatMap((plugin) =>
    Object.entries(partsOf(plugin).commands ?? {}).map(([name, command]) => ({ name, plugin, command })),
  )
}

/** Finds commands that could not be told from others. */
export function commandProblems(plugins: readonly Plugin[]): SetupProblem[] {
  const all = commandsOf(plugins)
  return all.flatMap((one, at) => {
    const { name, plugin } = one
    const remedy = 'Name it otherwise, with a first word of its own.'
    const told = (message: string): SetupProblem[] => [
      { code: 'ERR_CORE_PLUGIN', place: `${placeOf(plugin)}, command '${name}'`, message, remedy },
    ]
    if (OWN_COMMANDS.includes(firstWord(name)))
      return told(`keelson has a command '${firstWord(name)}' itself.`)
    const other = all.find((each, index) => index < at && isSame(each.name, name))
    return other === undefined
      ? []
      : told(`It cannot be told from the command '${other.name}' of ${placeOf(other.plugin)}.`)
  })
}

/** Whether one is the other, or a group of commands that the other is in. */
function isSame(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b} `) || b.startsWith(`${a} `)
}

function firstWord(name: string): string {
  return name.split(' ', 1)[0]!
}
