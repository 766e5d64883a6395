// Names of databases that are dropped again, with the time in them, so that those of crashed processes are found.
import { randomBytes } from 'node:crypto'

/** A name that no other has, with the time in it: `keelson_scratch_1796000000_3f9a…`. */
export function datedName(prefix: string): string {
  return `${prefix}${Math.floor(Date.now() / 1000)}_${randomBytes(6).toString('hex')}`
}

/** How long ago a name was made by {@link datedName}, ms; undefined for a name of others. */
export function ageOf(name: string, prefix: string): number | undefined {
  const seconds = /^(\d{9,11})_[0-9a-f]{12}(?:_|$)/.exec(name.slice(prefix.length))?.[1]
  return name.startsWith(prefix) && seconds !== undefined ? Date.now() - Number(seconds) * 1000 : undefined
}
