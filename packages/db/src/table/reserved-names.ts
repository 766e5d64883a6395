/** Names that a database has beside its tables. `then` would make it a promise. */
export const RESERVED_NAMES = [
  'close',
  'kysely',
  'keyValueStore',
  'name',
  'prepare',
  'select',
  'sql',
  'then',
  'transaction',
  'where',
] as const

/** A name that no table can have. */
export type ReservedName = (typeof RESERVED_NAMES)[number]
