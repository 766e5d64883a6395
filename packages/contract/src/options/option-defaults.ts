import type { OptionTable } from './option-contract.ts'

/** Options of which these are there in any case, since each must be given or has a default; all of them where no names are said. */
export type WithDefaults<T, K extends keyof T = keyof T> = Omit<T, K> & {
  readonly [P in K]-?: Exclude<T[P], undefined>
}

/**
 * Options that were read, with the default of the table for each that was not given: so a default is written once, where it is checked.
 *
 * `TSettings` says which options have one, often as {@link WithDefaults}. Defaults of options within an option are not filled in.
 *
 * @example
 * const { times } = withDefaults<WithDefaults<GreetingOptions, 'times'>>(GREETING_OPTIONS, options)
 */
export function withDefaults<TSettings extends object>(
  // oxlint-disable-next-line typescript/no-explicit-any -- a table of any options: that of an interface is not one of another
  table: OptionTable<any>,
  options: object,
): TSettings {
  const settings: Record<string, unknown> = { ...table.defaults }
  for (const name of Object.keys(options)) {
    const value = (options as Readonly<Record<string, unknown>>)[name]
    if (value !== undefined) settings[name] = value
  }
  return settings as TSettings
}
