import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { DestinationLease } from './contract.ts'
import { LogSetupError } from './setup-error.ts'

interface PrettyModule {
  readonly prettyFactory: (options: object) => (line: string) => string
}

/**
 * Puts pino-pretty before a destination. It is looked for where the application is, since only applications install it.
 *
 * @throws {LogSetupError} `ERR_CORE_LOG_PRETTY` when it is not installed
 */
export function prettify(lease: DestinationLease): DestinationLease {
  const format = loadPretty().prettyFactory({ colorize: process.stdout.isTTY === true })
  const { destination } = lease
  return {
    destination: {
      write: (line) => destination.write(attempt(format, line)),
      flush: () => destination.flush(),
      flushSync: () => destination.flushSync(),
    },
    release: () => lease.release(),
  }
}

// A line that cannot be made pretty is still a line.
function attempt(format: (line: string) => string, line: string): string {
  try {
    return format(line)
  } catch {
    return line
  }
}

function loadPretty(): PrettyModule {
  let failure: unknown
  for (const from of [join(process.cwd(), 'package.json'), import.meta.url]) {
    try {
      return createRequire(from)('pino-pretty') as PrettyModule
    } catch (error) {
      failure = error
    }
  }
  throw new LogSetupError(
    {
      code: 'ERR_CORE_LOG_PRETTY',
      place: 'log pretty',
      message: 'pino-pretty cannot be loaded.',
      remedy: 'Install it (npm install --save-dev pino-pretty), or leave out `pretty`.',
    },
    failure,
  )
}
