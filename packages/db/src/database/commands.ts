// The commands that `database()` adds to `keelson`. Those of all databases of an app are one: `--database` says which.
import type { CheckedApp, CommandIo, Plugin } from '@keelson/core'
import type { CommandDatabase, CommandParts } from '../commands/index.ts'

const databases = new WeakMap<Plugin, CommandDatabase>()

/** Makes a plugin known to the commands. */
export function noteDatabase(plugin: Plugin, database: CommandDatabase): void {
  databases.set(plugin, database)
}

interface Call {
  readonly app: CheckedApp
  readonly args: { readonly database?: string | undefined }
  readonly io: CommandIo
  readonly signal: AbortSignal
}

function partsOf({ app, args, io, signal }: Call): CommandParts {
  return {
    mode: app.mode,
    databases: app.plugins.flatMap((plugin) => databases.get(plugin) ?? []),
    database: args.database,
    io,
    signal,
  }
}

// What runs them is loaded when one is called.
const load = (): Promise<typeof import('../commands/index.ts')> => import('../commands/index.ts')

const database = {
  description: 'Name of the database, where the app has several: that of its token',
} as const
const resumeAfter = {
  description:
    'How many statements are done of the file that ended in the middle, where the message asks for it',
  type: 'integer',
} as const
const inProduction = { description: 'Allows it in production', type: 'flag' } as const

/** By name. */
export const DATABASE_COMMANDS = {
  'db status': {
    description: 'Lists the migrations that are applied and pending; ends with 1 where some are pending',
    args: { database },
    run: async (call: Call): Promise<number> => (await load()).statusCommand(partsOf(call)),
  },
  'db migrate': {
    description: 'Applies the migrations that are pending',
    args: {
      baseline: {
        description: 'The last file whose changes the database had before, where it has no history',
      },
      database,
      resumeAfter,
    },
    run: async (
      call: Call & {
        readonly args: { readonly resumeAfter?: number | undefined; readonly baseline?: string | undefined }
      },
    ): Promise<number> =>
      (await load()).migrateCommand(partsOf(call), {
        resumeAfter: call.args.resumeAfter,
        baseline: call.args.baseline,
      }),
  },
  'db rollback': {
    description: 'Takes back the migration that was applied last',
    args: {
      database,
      steps: { description: 'How many', type: 'integer', default: 1 },
      resumeAfter,
      inProduction,
    },
    run: async (
      call: Call & {
        readonly args: {
          readonly steps: number
          readonly inProduction: boolean
          readonly resumeAfter?: number | undefined
        }
      },
    ): Promise<number> =>
      (await load()).rollbackCommand(partsOf(call), { resumeAfter: undefined, ...call.args }),
  },
  'db create': {
    description: 'Makes the file of the next migration',
    args: {
      words: { description: 'What it does: add notes', isPositional: true, isRequired: true, isList: true },
      ts: { description: 'Makes a file of TypeScript', type: 'flag' },
      database,
    },
    run: async (
      call: Call & { readonly args: { readonly words: readonly string[]; readonly ts: boolean } },
    ): Promise<number> =>
      (await load()).createCommand(partsOf(call), {
        words: call.args.words,
        kind: call.args.ts ? 'ts' : 'sql',
      }),
  },
  'db diff': {
    description: 'Writes the next migration: what makes the tables of what the migrations make',
    args: {
      words: { description: 'What it does: add notes', isPositional: true, isRequired: true, isList: true },
      drop: { description: 'A table, or table.column, that is to go with its data', isList: true },
      database,
    },
    run: async (
      call: Call & { readonly args: { readonly words: readonly string[]; readonly drop: readonly string[] } },
    ): Promise<number> =>
      (await load()).diffCommand(partsOf(call), { words: call.args.words, drops: call.args.drop }),
  },
  'db check': {
    description:
      'Ends with 1 where migrations were altered, or do not make the tables; with 3 where that is not known',
    args: {
      write: { description: 'Notes the checksums of files that have none', type: 'flag' },
      database,
    },
    run: async (call: Call & { readonly args: { readonly write: boolean } }): Promise<number> =>
      (await load()).checkCommand(partsOf(call), { writes: call.args.write }),
  },
  'db pull': {
    description: 'Writes table values for a database that is there',
    args: { out: { description: 'The file; default: what is printed' }, database },
    run: async (call: Call & { readonly args: { readonly out?: string | undefined } }): Promise<number> =>
      (await load()).pullCommand(partsOf(call), { out: call.args.out }),
  },
  'db reset': {
    description: 'Drops all that is in the database, and applies all migrations',
    args: {
      database,
      remote: { description: 'Host and database, where it is on another machine: db.internal/shop' },
      seed: { description: 'Runs all seeds after them', type: 'flag' },
      inProduction,
    },
    run: async (
      call: Call & {
        readonly args: {
          readonly inProduction: boolean
          readonly seed: boolean
          readonly remote?: string | undefined
        }
      },
    ): Promise<number> => (await load()).resetCommand(partsOf(call), { remote: undefined, ...call.args }),
  },
  'db seed': {
    description: 'Puts the rows of the seeds into the database: new ones, and those that have changed',
    args: {
      names: { description: 'The seeds that run; default: all', isPositional: true, isList: true },
      database,
      inProduction,
    },
    run: async (
      call: Call & { readonly args: { readonly names: readonly string[]; readonly inProduction: boolean } },
    ): Promise<number> => (await load()).seedCommand(partsOf(call), call.args),
  },
} as const
