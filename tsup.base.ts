import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Options } from 'tsup'
import { writeLicenses } from './scripts/third-party.ts'

/**
 * Brought along although it is a dependency, for its types: docs/decisions/0041. What is imported and no dependency, as a
 * validator is whose types nobody sees, is brought along in any case.
 */
const BUNDLED = ['@sinclair/typebox']

/**
 * How every package is built: one ES module for each published subpath, shared chunks, source maps.
 * The entries come from the package's `exports` and `bin`, so a new subpath is added in one place.
 * Declarations are emitted by tsc (`tsconfig.build.json`): docs/decisions/0002 says why.
 */
export function packageBuild(dir: string): Options {
  const manifest = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, string>>
    readonly bin?: Readonly<Record<string, string>>
  }
  const targets = [...Object.values(manifest.exports), ...Object.values(manifest.bin ?? {})]
  const sources = targets.filter((target) => target.endsWith('.ts'))
  return {
    entry: Object.fromEntries(sources.map((target) => [toOutput(target), target])),
    format: ['esm'],
    dts: false,
    // `node:sqlite` and its kin exist only with the prefix, and readers tell our dependencies from Node's.
    removeNodeProtocol: false,
    // Not tsconfig.json: `emitDecoratorMetadata` there brings in swc and with it names on every closure (decision 0005).
    tsconfig: 'tsconfig.build.json',
    sourcemap: true,
    clean: true,
    splitting: true,
    noExternal: BUNDLED,
    esbuildPlugins: [writeLicenses(dir)],
    target: 'node22',
  }
}

/** `./src/client/index.ts` → `client/index`: the output mirrors the source, as the declarations do. */
function toOutput(source: string): string {
  return source.replace(/^\.\/src\//, '').replace(/\.ts$/, '')
}
