import type { CheckedApp, PluginServices, RunningApp } from './plugin-contract.ts'

/** Input and output of a command of `keelson`. */
export interface CommandIo {
  /** Folder that paths are relative to. */
  readonly cwd: string
  /** Writes output, to standard output. */
  readonly out: (text: string) => void
  /** Writes messages, to standard error. */
  readonly err: (text: string) => void
}

/** One argument of a command: an option, `--dry-run`, or with `isPositional` a word behind the command. */
export interface CommandArgument {
  /** What it says, in a few words; for the help. */
  readonly description: string
  /** Default `text`. A `flag` is an option without a value; what is not given is `false`. */
  readonly type?: 'text' | 'integer' | 'flag' | undefined
  /** Given by its place instead of its name, in the order of the table; default `false`. */
  readonly isPositional?: boolean | undefined
  /** Whether the command cannot do without it; default `false`. */
  readonly isRequired?: boolean | undefined
  /** Whether it may be given several times, of positional ones the last alone; default `false`. Its value is a list, maybe empty. */
  readonly isList?: boolean | undefined
  /** The texts that it may be; default: any. */
  readonly values?: readonly string[] | undefined
  /** Value of what is not given; of a text or an integer. Default: `undefined`. */
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

/** What a command is run with. */
export interface CommandCall<TArguments, TApp> {
  /** The app: checked, or started with what the plugin injects. */
  readonly app: TApp
  readonly args: ArgumentValues<TArguments>
  readonly io: CommandIo
  /** Aborts at the first SIGINT or SIGTERM; a second one ends the process. */
  readonly signal: AbortSignal
}

/** Exit code of a command, 0 to 255; nothing means 0. */
export type CommandResult = number | void | Promise<number | void>

/** What is said of a command. */
export interface CommandAbout<TArguments> {
  /** One line for the help. */
  readonly description: string
  /** What it is called with. Write it above `run`, whose `args` are typed by it. */
  readonly args?: (TArguments & CommandArguments) | undefined
}

/** Nothing is started for it: the app is only checked. */
export interface CheckedRun<TArguments> {
  readonly needs?: 'checked' | undefined
  run(call: CommandCall<TArguments, CheckedApp>): CommandResult
}

/** Plugins and services are started for it, and stopped afterwards; `started` is not called, and nothing listens. */
export interface StartedRun<TArguments, TServices> {
  readonly needs: 'started'
  run(call: CommandCall<TArguments, RunningApp<TServices>>): CommandResult
}

/** A command that a plugin adds to `keelson`. */
export type PluginCommand<TArguments, TInject> = CommandAbout<TArguments> &
  (CheckedRun<TArguments> | StartedRun<TArguments, PluginServices<TInject>>)

/** A command as `keelson` calls it. */
export interface AnyPluginCommand {
  readonly description: string
  readonly args?: CommandArguments | undefined
  readonly needs?: 'checked' | 'started' | undefined
  run(call: CommandCall<CommandArguments, unknown>): CommandResult
}
