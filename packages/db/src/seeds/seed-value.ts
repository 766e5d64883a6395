// The value that a file of seeds exports.
const kSeed = Symbol.for('keelson.seed')

/** The function of a seed, whatever its tables are. */
export type SeedWork = (context: never) => Promise<void>

/** A seed, made by `seed()`. */
export interface Seed {
  /** For the framework alone; may change with any version. */
  readonly '~internal': SeedWork
}

/** Marks a function as a seed. */
export function toSeed(work: SeedWork): Seed {
  return Object.freeze({ '~internal': work, [kSeed]: true })
}

/** Whether a value was made by `seed()`, in any copy of the package. */
export function isSeed(value: unknown): value is Seed {
  return typeof value === 'object' && value !== null && kSeed in value
}
