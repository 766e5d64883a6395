import type { CheckedApp, PluginServices, RunningApp } from './plugin-contract.ts'

/** Input and output of a command of `keelson`. On a terminal, characters that would control it are written as `\u001b`. */
export interface CommandIo {
  /** Folder that paths are relative to. */
  readonly cwd: string
  /** Writes output, to standard output. */
  readonly out: (text: string) => void
  /** Writes messages, to standard error. */
  readonly err: (text: string) => void
}

/** One argument of a command: an option, `--dry-run`, or with `isPositional` a word after the command. */
export interface CommandArgument {
  /** Its meaning in a few words, for the help. */
  readonly description: string
  /** Default `text`. A `flag` is an option without a value; omitted, it is `false`. */
  readonly type?: 'text' | 'integer' | 'flag' | undefined
  /** Whether it is given by position instead of by name, in the order of the table; default `false`. */
  readonly isPositional?: boolean | undefined
  /** Whether it must be given; default `false`. */
  readonly isRequired?: boolean | undefined
  /** Whether it may be given several times; of positional arguments, only the last may. Its value is a list, possibly empty. Default `false`. */
  readonly isList?: boolean | undefined
  /** The texts that are accepted; default: any. */
  readonly values?: readonly string[] | undefined
  /** The value of a text or an integer that is omitted. Default: `undefined`. */
  readonly default?: string | number | undefined
}

/** Arguments of a command, by name: `dryRun` is `--dry-run`. */
export interface CommandArguments {
  readonly [name: string]: CommandArgument
}

type One<T> = T extends { readonly type: 'integer' }
  ? number
  : T extends { readonly values: readonly (infer V extends string)[] }
    ? V
    : string

type ValueOf<T> = T extends { readonly type: 'flag' }
  ? boolean
  : T extends { readonly isList: true }
    ? readonly One<T>[]
    : T extends { readonly isRequired: true } | { readonly default: string | number }
      ? One<T>
      : One<T> | undefined

/** The values of a command's arguments, by name. */
export type ArgumentValues<TArguments> = { readonly [K in keyof TArguments]: ValueOf<TArguments[K]> }

/** The argument of `run` of a command. */
export interface CommandCall<TArguments, TApp> {
  /** The checked app, or the started app with the services that the plugin injects. */
  readonly app: TApp
  readonly args: ArgumentValues<TArguments>
  readonly io: CommandIo
  /** Aborts at the first SIGINT or SIGTERM; a second signal ends the process. */
  readonly signal: AbortSignal
}

/** Exit code of a command, 0 to 255; nothing means 0. */
export type CommandResult = number | void | Promise<number | void>

/** Description and arguments of a command. */
export interface CommandAbout<TArguments> {
  /** One line for the help. */
  readonly description: string
  /** Its arguments. Write them above `run`, whose `args` they type. */
  readonly args?: (TArguments & CommandArguments) | undefined
}

/** A command that needs a checked app; nothing is started. */
export interface CheckedRun<TArguments> {
  readonly needs?: 'checked' | undefined
  run(call: CommandCall<TArguments, CheckedApp>): CommandResult
}

/** A command for which plugins and services are started, and stopped afterwards; `started` is not called, and nothing listens. */
export interface StartedRun<TArguments, TServices> {
  readonly needs: 'started'
  run(call: CommandCall<TArguments, RunningApp<TServices>>): CommandResult
}

/** A command that a plugin adds to `keelson`. */
export type PluginCommand<TArguments, TInject> = CommandAbout<TArguments> &
  (CheckedRun<TArguments> | StartedRun<TArguments, PluginServices<TInject>>)

/** A command as `keelson` runs it. */
export interface AnyPluginCommand {
  readonly description: string
  readonly args?: CommandArguments | undefined
  readonly needs?: 'checked' | 'started' | undefined
  run(call: CommandCall<CommandArguments, unknown>): CommandResult
}
