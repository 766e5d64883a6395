import { isError } from '@keelson/contract'
import { createRequire } from 'node:module'
import { Command, CommanderError } from 'commander'
import { FrameworkError } from '@keelson/core'
import { OWN_COMMANDS } from '@keelson/core/spi'
import { APP_FLAG } from './app-flag.ts'
import { AppFailure, UsageError } from './cli-errors.ts'
import { callCommand, checkCommand, explainCommand, routesCommand, type ExitCode } from './commands.ts'
import type { CliIo } from './io.ts'
import { findAppFile, loadApp } from './load-app.ts'
import { manifestCommand } from './manifest-command.ts'
import { openapiCommand } from './openapi-command.ts'
import { addPluginCommands, runPluginCommand } from './plugin-commands.ts'

/** Exit code of a command that was called wrongly. */
const MISUSED = 2

/**
 * Runs `keelson` with its arguments, without the name of the program.
 *
 * @param onPluginCommand - is told that the command is one of a plugin, once it runs
 * @returns exit code: 0 success; 1 a problem of the app (findings, it cannot start, a response of 400 or above);
 *   2 the command was called wrongly (unknown option or route, no app); or the code of a plugin's command
 */
export async function runCli(
  args: readonly string[],
  io: CliIo,
  onPluginCommand: () => void = () => undefined,
): Promise<number> {
  let code: number = 0
  const program = createProgram(io, async (running) => {
    code = await running
  })
  try {
    assertOneRoute(takeAppOption(args).rest)
    const rest = await addAppCommands({ program, io, args }, async (running) => {
      onPluginCommand()
      code = await running
    })
    await program.parseAsync(rest, { from: 'user' })
    return code
  } catch (error) {
    return explainFailure(error, io)
  }
}

const METHOD = /^(?:get|head|query|post|put|patch|delete|options)$/i

/** @throws {UsageError} for a route in two words, as a shell gives one that is not quoted */
function assertOneRoute(args: readonly string[]): void {
  const [command = '', method = '', path = ''] = args.filter((one) => !one.startsWith('-'))
  if (!['explain', 'call'].includes(command) || !METHOD.test(method) || !path.startsWith('/')) return
  throw new UsageError(`Quote the route, which is one word: keelson ${command} '${method} ${path}'.`)
}

interface Called {
  readonly program: Command
  readonly io: CliIo
  readonly args: readonly string[]
}

/**
 * Adds the commands of the app's plugins. Imports the app for these commands and for the help only, not for the commands of
 * `keelson` itself.
 *
 * @returns the arguments for the program to parse
 */
async function addAppCommands(
  { program, io, args }: Called,
  run: (running: Promise<number>) => Promise<void>,
): Promise<readonly string[]> {
  const { file, rest } = takeAppOption(args)
  const [first = 'help'] = rest
  if (first === '--version' || (first !== 'help' && OWN_COMMANDS.includes(first))) return args
  const isHelp = first.startsWith('-') || first === 'help'
  try {
    const app = await loadApp(findAppFile(io.cwd, file))
    addPluginCommands(program, app['~internal'].commands, (one, values) =>
      run(runPluginCommand({ io, app, one }, values)),
    )
  } catch (error) {
    if (!isHelp && !(error instanceof UsageError)) throw error
    // The reason why a command may be missing.
    const note = `Commands of the app are not known: ${isError(error) ? error.message : String(error)}`
    program.addHelpText('after', `\n${note}`)
    if (!isHelp) program.configureOutput({ writeErr: (text) => io.err(`${text}${note}\n`) })
  }
  return rest
}

/** Removes `--app FILE` from the arguments, at any position. */
function takeAppOption(args: readonly string[]): {
  readonly file: string | undefined
  readonly rest: readonly string[]
} {
  const end = args.indexOf('--')
  const own = end === -1 ? args : args.slice(0, end)
  const at = own.findLastIndex((one) => one === '--app' || one.startsWith('--app='))
  if (at === -1) return { file: undefined, rest: args }
  const inOne = own[at]!.startsWith('--app=')
  const file = inOne ? own[at]!.slice('--app='.length) : own[at + 1]
  if (file === undefined) return { file: undefined, rest: args }
  return { file, rest: args.filter((_, index) => index !== at && (inOne || index !== at + 1)) }
}

function explainFailure(error: unknown, io: CliIo): number {
  // commander has written the message; a request for help has code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : MISUSED
  if (error instanceof UsageError) {
    io.err(`${error.message}\n`)
    return MISUSED
  }
  const isKnown = FrameworkError.is(error) || error instanceof AppFailure
  io.err(
    isKnown
      ? `${error.message}\n`
      : `The app failed: ${isError(error) ? (error.stack ?? error.message) : String(error)}\n`,
  )
  return 1
}

/** Resolved by the package's name, since the built file is at another depth than its source. */
function packageVersion(): string {
  const { version } = createRequire(import.meta.url)('@keelson/core/package.json') as {
    readonly version: string
  }
  return version
}

/** Where no name is near, the help has them all. */
function withAllCommands(text: string, write: (text: string) => void): void {
  const isStrange = text.startsWith('error: unknown command') && !text.includes('Did you mean')
  write(isStrange ? `${text}keelson --help lists all.\n` : text)
}

function createProgram(io: CliIo, run: (running: Promise<ExitCode>) => Promise<void>): Command {
  const program = new Command('keelson')
    .description('Inspects a Keelson app without deploying it.')
    .version(packageVersion(), '--version', 'prints the version of @keelson/core')
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err, outputError: withAllCommands })
    .addHelpText(
      'after',
      '\nExit codes: 0 success; 1 a problem of the app; 2 the command was called wrongly.',
    )
  const command = (usage: string, description: string): Command =>
    program
      .command(usage)
      .description(description)
      .option(...APP_FLAG)

  command('routes', 'lists all routes')
    .option('--json', 'as JSON')
    .action((options: object) => run(routesCommand(io, options)))
  command('explain <route>', "describes the steps of a request to NAME or 'GET /path'")
    .option('--json', 'as JSON')
    .action((route: string, options: object) => run(explainCommand(io, route, options)))
  command('check', 'verifies the app without starting it')
    .option('--deploy', 'also checks whether it is ready for production')
    .option('--replicas <count>', 'with --deploy: how many processes will serve the app')
    .option('--strict', 'warnings and routes without response are problems')
    .option('--offline', 'omits what needs a server, as --deploy does')
    .option('--manifest <file>', 'also checks whether this manifest matches the routes')
    .option('--json', 'as JSON')
    .action((options: object) => run(checkCommand(io, options)))
  command('manifest', 'writes the manifest for the typed client, and its types')
    .option('--out <file>', 'file of the manifest, instead of standard output')
    .option('--types <file>', 'file of the types, a module of TypeScript without imports')
    .option('--check', 'checks whether the files are up to date, instead of writing them')
    .action((options: object) => run(manifestCommand(io, options)))
  command('openapi', 'writes the OpenAPI document')
    .option('--out <file>', 'file to write, instead of standard output')
    .option('--openapi <version>', 'version of OpenAPI: 3.1 or 3.0')
    .option('--diff <base>', 'what changed since a document: a file, main:openapi.json of git, or main alone')
    .option('--head <document>', "compare this one instead of the app's document")
    .option('--strict', 'warnings fail as breaking changes do')
    .option('--json', 'the changes as JSON')
    .action((options: object) => run(openapiCommand(io, options)))
  command(
    'call <route> [input]',
    'calls the operation of a route; input is JSON with its types: {"params":{},"query":{},"headers":{},"cookies":{},"body":{}}',
  )
    .option('--json', 'status, headers and body as JSON')
    .action((route: string, input: string | undefined, options: object) =>
      run(callCommand(io, route, { ...options, input: input ?? '{}' })),
    )
  return program
}
