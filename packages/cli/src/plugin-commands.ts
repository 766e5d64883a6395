import { isError } from '@keelson/contract'
import { Argument, type Command, InvalidArgumentError, Option } from 'commander'
import { FrameworkError, type App, type CommandArgument } from '@keelson/core'
import { handleSignals, OWN_COMMANDS, type NamedCommand } from '@keelson/core/spi'
import { APP_FLAG } from './app-flag.ts'
import { AppFailure } from './cli-errors.ts'
import type { CliIo } from './io.ts'

/** Runs a command that the user called. */
export type RunNamed = (one: NamedCommand, args: Readonly<Record<string, unknown>>) => Promise<void>

/** Heading of the help above the commands of plugins. */
const HEADING = 'Commands of the app:'

/** Adds the commands of plugins to the program, but for those that stop the start: the check reports them. */
export function addPluginCommands(program: Command, commands: readonly NamedCommand[], run: RunNamed): void {
  for (const one of commands) {
    const words = one.name.split(' ')
    if (OWN_COMMANDS.includes(words[0]!)) continue
    const group = words
      .slice(0, -1)
      .reduce<Command | undefined>((above, word) => above && groupOf(above, word), program)
    const word = words.at(-1)!
    if (group === undefined || group.commands.some((other) => other.name() === word)) continue
    addCommand(group, word, { ...one, run })
  }
}

/** The group of a word, made with its first command; `undefined` where a command has the word already. */
function groupOf(above: Command, word: string): Command | undefined {
  const known = above.commands.find((one) => one.name() === word)
  if (known !== undefined) return known.commands.length > 0 ? known : undefined
  const group = above.command(word).helpCommand(false)
  return above.parent === null ? group.helpGroup(HEADING) : group
}

function addCommand(
  group: Command,
  word: string,
  { run, ...one }: NamedCommand & { readonly run: RunNamed },
): void {
  const { description, args = {} } = one.command
  const command = group.command(word).description(description)
  if (group.parent === null) command.helpGroup(HEADING)
  const words = Object.entries(args).filter(([, argument]) => argument.isPositional === true)
  for (const [name, argument] of words) command.addArgument(toArgument(name, argument))
  for (const [name, argument] of Object.entries(args))
    if (argument.isPositional !== true) command.addOption(toOption(name, argument))
  command.option(...APP_FLAG)
  const lines = words.map(([, argument]) => `\n  ${argument.description}`)
  if (words.length > 0) command.showHelpAfterError(`keelson ${one.name} ${command.usage()}${lines.join('')}`)
  command.action(async (...given: unknown[]) => {
    const options = command.opts<Record<string, unknown>>()
    const values = Object.entries(args).map(([name, argument]) => {
      const at = words.findIndex(([other]) => other === name)
      const value = at === -1 ? options[name] : given[at]
      return [name, value ?? emptyOf(argument)]
    })
    await run(one, Object.fromEntries(values) as Record<string, unknown>)
  })
  // A group of commands says what is in it.
  if (group.parent !== null) group.description(group.commands.map((each) => each.name()).join(', '))
}

/** The value of an argument that is not given. */
function emptyOf({ type, isList }: CommandArgument): unknown {
  if (type === 'flag') return false
  return isList === true ? [] : undefined
}

function toArgument(name: string, argument: CommandArgument): Argument {
  const { isRequired = false, isList = false, default: initial } = argument
  const label = `${kebab(name)}${isList ? '...' : ''}`
  const made = new Argument(isRequired ? `<${label}>` : `[${label}]`, textOf(argument))
  made.argParser(createReader(argument))
  return initial === undefined ? made : made.default(initial)
}

function toOption(name: string, argument: CommandArgument): Option {
  const { type = 'text', isRequired = false, default: initial } = argument
  const flags = type === 'flag' ? `--${kebab(name)}` : `--${kebab(name)} <${type}>`
  const made = new Option(flags, textOf(argument)).makeOptionMandatory(isRequired)
  if (type === 'flag') return made
  made.argParser(createReader(argument))
  return initial === undefined ? made : made.default(initial)
}

function textOf({ description, values, isList }: CommandArgument): string {
  const notes = [
    ...(values === undefined ? [] : [values.join(' | ')]),
    ...(isList === true ? ['repeatable'] : []),
  ]
  return notes.length === 0 ? description : `${description} (${notes.join('; ')})`
}

/** Returns a function that reads the texts given for an argument, one after another. */
function createReader({ type, values, isList }: CommandArgument): (text: string) => unknown {
  const given: unknown[] = []
  return (text) => {
    given.push(type === 'integer' ? readInteger(text) : readText(text, values))
    if (isList === true) return [...given]
    if (given.length > 1) throw new InvalidArgumentError('It is given twice.')
    return given[0]
  }
}

function readInteger(text: string): number {
  const value = Number(text)
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('It must be an integer.')
  return value
}

function readText(text: string, values: readonly string[] | undefined): string {
  if (values !== undefined && !values.includes(text))
    throw new InvalidArgumentError(`It must be one of ${values.join(', ')}.`)
  return text
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** 128 and the number of the signal (signal(7)), as shells report it. */
const SIGNAL_CODES = { SIGINT: 130, SIGTERM: 143 }

/**
 * Runs a command of a plugin: checks the app, starts it if the command needs that, and stops it in any case.
 *
 * @returns exit code of the command, or of the signal that ended it
 * @throws {SetupError} when the app is not in order, or cannot start
 * @throws {AppFailure} for what the command threw
 */
export async function runPluginCommand(
  { io, app, one }: { readonly io: CliIo; readonly app: App; readonly one: NamedCommand },
  args: Readonly<Record<string, unknown>>,
): Promise<number> {
  const ends = new AbortController()
  let code = 0
  const release = handleSignals({
    onStop: (signal) => {
      code = SIGNAL_CODES[signal]
      ends.abort(new DOMException(`The process was told to end by ${signal}.`, 'AbortError'))
      // Aborts a start that is under way.
      if (app.phase === 'starting') return app.stop()
      return undefined
    },
  })
  const { command, plugin, name } = one
  const inspection = app['~internal']
  try {
    const isStarted = command.needs === 'started'
    if (isStarted) await inspection.startForCommand()
    const given = isStarted ? inspection.appOf(plugin) : inspection.checkedApp()
    const result: unknown = await command.run({ app: given, args: args as never, io, signal: ends.signal })
    return exitCodeOf(name, result)
  } catch (error) {
    if (ends.signal.aborted) return code
    throw FrameworkError.is(error) || error instanceof AppFailure ? error : failed(name, error)
  } finally {
    release()
    app.log.level = 'silent'
    await app.stop()
  }
}

function exitCodeOf(name: string, result: unknown): number {
  if (result === undefined) return 0
  if (typeof result === 'number' && Number.isInteger(result) && result >= 0 && result <= 255) return result
  throw new AppFailure(
    `keelson ${name} returned ${JSON.stringify(result)}, which is not an exit code: return a number from 0 to 255, or nothing.`,
  )
}

function failed(name: string, error: unknown): AppFailure {
  const why = isError(error) ? (error.stack ?? error.message) : String(error)
  return new AppFailure(`keelson ${name} failed: ${why}`, { cause: error })
}
