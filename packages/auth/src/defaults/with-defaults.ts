/** Options of which none is missing. */
export type WithDefaults<T> = { readonly [K in keyof T]-?: Exclude<T[K], undefined> }

/** Options, and for what is not given or `undefined` the default, which the table of the options has from the same place. */
export function withDefaults<T extends object>(options: T, defaults: Partial<T>): WithDefaults<T> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return { ...defaults, ...(Object.fromEntries(given) as {}) } as WithDefaults<T>
}
