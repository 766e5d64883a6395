import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { NodeMajor } from './options.ts'

export const benchDir = dirname(dirname(fileURLToPath(import.meta.url)))
export const rootDir = dirname(benchDir)
/** The servers as JavaScript. */
export const distDir = join(benchDir, 'dist')
export const scratchDir = join(rootDir, '.cache', 'bench')
/** Where a package of Keelson lies as published; `link:` in package.json points there. */
export function packedDir(name: string): string {
  return join(scratchDir, name)
}

/** Where the copy of examples/realworld lies that W11 measures. */
export const conduitDir = join(scratchDir, 'conduit')

/** TypeScript 6 of the peers; `.bin/tsc` is that of TypeScript 7, which is there for its editor. */
export const typescript = join(benchDir, 'node_modules', 'typescript', 'bin', 'tsc')

/** The Node that the servers run on. */
export function nodeBinary(major: NodeMajor): string {
  return join(benchDir, 'node_modules', `node${major}`, 'bin', 'node')
}

/** A program of ours that needs the peers' packages. */
export function program(name: string): string {
  return join(distDir, 'programs', `${name}.js`)
}
