import type { SetupProblem } from '../errors/index.ts'
import type { AnyPluginCommand } from './plugin-command.ts'
import type { Plugin } from './plugin-contract.ts'
import { partsOf, placeOf } from './plugin-value.ts'

/** First words of the commands of `keelson` itself. */
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

/** The commands of all plugins, in their order. One that several plugins add, the same value, is one command: that of the first. */
export function commandsOf(plugins: readonly Plugin[]): NamedCommand[] {
  const all = plugins.flatMap((plugin) =>
    Object.entries(partsOf(plugin).commands ?? {}).map(([name, command]) => ({ name, plugin, command })),
  )
  return all.filter(
    ({ name, command }, at) =>
      all.findIndex((other) => other.name === name && other.command === command) === at,
  )
}

/** Finds commands whose names clash with others. */
export function commandProblems(plugins: readonly Plugin[]): SetupProblem[] {
  const all = commandsOf(plugins)
  return all.flatMap((one, at) => {
    const { name, plugin } = one
    const remedy = 'Choose another name, with a first word of its own.'
    const problem = (message: string): SetupProblem[] => [
      { code: 'ERR_CORE_PLUGIN', place: `${placeOf(plugin)}, command '${name}'`, message, remedy },
    ]
    if (OWN_COMMANDS.includes(firstWord(name)))
      return problem(`keelson itself has a command '${firstWord(name)}'.`)
    const other = all.find((each, index) => index < at && isSame(each.name, name))
    return other === undefined
      ? []
      : problem(`Its name clashes with the command '${other.name}' of ${placeOf(other.plugin)}.`)
  })
}

/** Whether names are equal, or one is a group of commands that holds the other. */
function isSame(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b} `) || b.startsWith(`${a} `)
}

function firstWord(name: string): string {
  return name.split(' ', 1)[0]!
}
