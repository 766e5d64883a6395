import type { AnyOptionTable, OptionTable } from './option-contract.ts'

/**
 * Options that were read, with the default of the table for each that was not given: so a default is written once, where it is checked.
 *
 * `TSettings` says which options have one. Defaults of options within an option are not filled in.
 *
 * @example
 * const { times } = withDefaults<{ times: number }>(GREETING_OPTIONS, options)
 */
export function withDefaults<TSettings extends object>(
  // oxlint-disable-next-line typescript/no-explicit-any -- a table of any options: that of an interface is not one of another
  table: OptionTable<any>,
  options: object,
): TSettings {
  const { properties } = table as unknown as AnyOptionTable
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  const defaults = Object.entries(properties).map(([name, schema]) => [name, schema.default] as const)
  return Object.fromEntries([...defaults, ...given]) as TSettings
}
