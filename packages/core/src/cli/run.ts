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

/** Exit code of a wrong call of the command. */
const MISUSED = 2

/**
 * Runs `keelson` with its arguments, without the name of the program.
 *
 * @returns exit code: 0 success; 1 a problem of the app (findings, it cannot start, a response of 400 or above);
 *   2 a wrong call of the command (unknown option or route, no app)
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
  // commander has written the message; a call for help has code 0.
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

/** Resolved by the package's name, since the built file has another depth than its source. */
function packageVersion(): string {
  const { version } = createRequire(import.meta.url)('@keelson/core/package.json') as {
    readonly version: string
  }
  return version
}

function createProgram(io: CliIo, run: (running: Promise<ExitCode>) => Promise<void>): Command {
  const program = new Command('keelson')
    .description('Inspects a Keelson app without deploying it.')
    .version(packageVersion(), '--version', 'prints the version of @keelson/core')
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .addHelpText('after', '\nExit codes: 0 success; 1 a problem of the app; 2 a wrong call of the command.')
  const command = (usage: string, description: string): Command =>
    program
      .command(usage)
      .description(description)
      .option('--app <file>', 'module that exports the app; default: "keelson": { "app": … } of package.json')

  command('routes', 'lists all routes')
    .option('--json', 'as JSON')
    .action((options: object) => run(routesCommand(io, options)))
  command('explain <route>', "describes the steps of a request to NAME or 'GET /path'")
    .option('--json', 'as JSON')
    .action((route: string, options: object) => run(explainCommand(io, route, options)))
  command('check', 'verifies the app, starting nothing')
    .option('--deploy', 'also checks whether it is fit for production')
    .option('--strict', 'warnings and routes without response are problems')
    .option('--manifest <file>', 'also checks whether this manifest matches the routes')
    .option('--json', 'as JSON')
    .action((options: object) => run(checkCommand(io, options)))
  command('manifest', 'writes the manifest for the typed client')
    .option('--out <file>', 'file to write, instead of standard output')
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
    'calls a route in process; input is JSON: {"params":{},"query":{},"headers":{},"cookies":{},"body":{}}',
  )
    .option('--json', 'status, headers and body as JSON')
    .action((route: string, input: string | undefined, options: object) =>
      run(callCommand(io, route, { ...options, input: input ?? '{}' })),
    )
  return program
}
