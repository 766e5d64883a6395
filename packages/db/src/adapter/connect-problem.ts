import { SetupError, type SetupProblem } from '@keelson/core'
import type { Adapter, DriverFailure } from './contract.ts'

/** What to do about a database that cannot be opened, by what the driver says. */
const REMEDIES: Partial<Readonly<Record<DriverFailure['kind'], string>>> = {
  authentication: 'Give the right user and password; a special character of a URL is percent-encoded.',
  'no-database': 'Create the database, or give the name of one that is there.',
  timeout: 'Look whether the server answers, or give connectTimeoutMs more time.',
  busy: 'The server has no free connection: give it more, or the pools fewer (poolSize).',
}

/** The problems of a start that could not connect: with host, user and database, never the password. */
export function connectProblems(
  adapter: Pick<Adapter, 'place' | 'failureOf'>,
  error: unknown,
): readonly SetupProblem[] {
  if (SetupError.is(error)) return error.problems
  const { kind, message, remedy } = adapter.failureOf(error)
  return [
    {
      code: 'ERR_DB_CONNECTION',
      place: adapter.place,
      message: `The database cannot be opened: ${message.replace(/\.$/, '')}.`,
      remedy:
        remedy ?? REMEDIES[kind] ?? 'Look whether the server runs at this address and takes connections.',
    },
  ]
}
