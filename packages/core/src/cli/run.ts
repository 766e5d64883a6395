import { createRequire } from 'node:module'
import { Command, CommanderError } from 'commander'
import { FrameworkError, isError } from '../errors/index.ts'
import { AppFault, CliFault } from './cli-fault.ts'
import {
  callCommand,
  checkCommand,
  explainCommand,
  manifestCommand,
  routesCommand,
  type ExitCode,
} from './commands.ts'
import type { CliIo } from './io.ts'
import { openapiCommand } from './openapi-command.ts'

/** `2`: the command itself was used wrongly. */
const MISUSED = 2

/**
 * Runs `keelson` with its arguments, the program's name left out.
 *
 * @returns exit code: 0 all is well; 1 the app is at fault (problems, it cannot start, an answer of 400 or above);
 *   2 the command was used wrongly (unknown option or route, no app)
 */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  let code: number = 0
  const program = createProgram(io, async (running) => {
    code = await running
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    return explainFailure(error, io)
  }
}

function explainFailure(error: unknown, io: CliIo): number {
  // commander has said it already; asking for help is no misuse.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : MISUSED
  if (error instanceof CliFault) {
    io.err(`${error.message}\n`)
    return MISUSED
  }
  if (FrameworkError.is(error) || error instanceof AppFault) io.err(`${error.message}\n`)
  else
    io.err(`The app could not be used: ${isError(error) ? (error.stack ?? error.message) : String(error)}\n`)
  return 1
}

/** Resolved by its own name, since the built file lies at another depth than its source. */
function packageVersion(): string {
  const { version } = createRequire(import.meta.url)('@keelson/core/package.json') as {
    readonly version: string
  }
  return version
}

function createProgram(io: CliIo, run: (running: Promise<ExitCode>) => Promise<void>): Command {
  const program = new Command('keelson')
    .description('Looks into a Keelson app without deploying it.')
    .version(packageVersion(), '--version', 'tells the version of @keelson/core')
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .addHelpText(
      'after',
      '\nExit codes: 0 all is well; 1 the app is at fault; 2 the command was used wrongly.',
    )
  const command = (usage: string, description: string): Command =>
    program
      .command(usage)
      .description(description)
      .option('--app <file>', 'module that exports the app; default: "keelson": { "app": … } of package.json')

  command('routes', 'lists all routes')
    .option('--json', 'as JSON')
    .action((options: object) => run(routesCommand(io, options)))
  command('explain <route>', "tells what a request to NAME or 'GET /path' passes")
    .option('--json', 'as JSON')
    .action((route: string, options: object) => run(explainCommand(io, route, options)))
  command('check', 'verifies the app, starting nothing')
    .option('--deploy', 'also whether it is fit for production')
    .option('--strict', 'warnings and routes without response are problems')
    .option('--manifest <file>', 'also whether this manifest fits the routes')
    .option('--json', 'as JSON')
    .action((options: object) => run(checkCommand(io, options)))
  command('manifest', 'writes the manifest for the typed client')
    .option('--out <file>', 'instead of standard output')
    .action((options: object) => run(manifestCommand(io, options)))
  command('openapi', 'writes the OpenAPI document')
    .option('--out <file>', 'instead of standard output')
    .option('--openapi <version>', 'version of OpenAPI: 3.1 or 3.0')
    .option('--diff <base>', 'what changed since a document: a file, main:openapi.json of git, or main alone')
    .option('--head <document>', "compare this one in the place of the app's document")
    .option('--strict', 'warnings fail as breaking changes do')
    .option('--json', 'the changes as JSON')
    .action((options: object) => run(openapiCommand(io, options)))
  command(
    'call <route> [input]',
    'calls a route in process; input is JSON: {"params":{},"query":{},"headers":{},"cookies":{},"body":{}}',
  )
    .option('--json', 'status, headers and body as JSON')
    .action((route: string, input: string | undefined, options: object) =>
      run(callCommand(io, route, { ...options, input: input ?? '{}' })),
    )
  return program
}
