// Without this file a new package would need an entry in a list of limits: each has its own in its folder, `size.json`.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Package } from './workspace.ts'

/** What importing a subpath may load. */
export interface SubpathLimit {
  readonly gzipBytes: number
  /** Exactly the outside modules that are loaded, node:http and its kin included. */
  readonly loads: readonly string[]
}

/** What a page would import, bundled for browsers. */
export interface BundleLimit {
  /** `export { createClient } from './fetch.js'`, relative to the package's `dist`. */
  readonly code: string
  readonly gzipBytes: number
}

/** What a package may weigh. */
export interface Limits {
  /** By subpath, `.` the root. */
  readonly subpaths: Readonly<Record<string, SubpathLimit>>
  readonly bundles?: Readonly<Record<string, BundleLimit>>
  /** What the `npm install` of its README puts on the disk: packages, itself included, and megabytes of 1,000,000 bytes. */
  readonly install: { readonly packages: number; readonly megabytes: number }
}

/** The limits of a package, and the file they stand in. */
export function limitsOf({ dir }: Package): { readonly file: string; readonly limits: Limits } {
  const file = join(dir, 'size.json')
  const none = { subpaths: {}, install: { packages: 0, megabytes: 0 } }
  return { file, limits: existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Limits) : none }
}
