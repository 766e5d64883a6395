import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Options } from 'tsup'
import { withNames } from './scripts/names-of-build.ts'
import { writeLicenses } from './scripts/third-party.ts'

/**
 * Brought along although it is a dependency, for its types: docs/decisions/0041. What is imported and no dependency, as a
 * validator is whose types nobody sees, is brought along in any case.
 */
const BUNDLED = ['@sinclair/typebox']

/** A file, or one for each condition: `types`, `browser`, `default`. */
type ExportTarget = string | { readonly [condition: string]: ExportTarget }

/**
 * How every package is built: one ES module for each file that is published under a name, shared chunks, source maps.
 * The entries come from the `publishConfig` of the package: a subpath may have another file for browsers.
 * Declarations are emitted by tsc (`tsconfig.build.json`): docs/decisions/0002 says why.
 */
export function packageBuild(dir: string): Options {
  const manifest = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as {
    readonly publishConfig: {
      readonly exports: ExportTarget
      readonly bin?: Readonly<Record<string, string>>
    }
  }
  const { exports, bin = {} } = manifest.publishConfig
  const built = [...filesOf(exports), ...Object.values(bin)].filter((file) => file.endsWith('.js'))
  return {
    entry: Object.fromEntries(built.map((file) => [toOutput(file), toSource(file)])),
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
    plugins: [{ name: 'as-written', renderChunk: (code) => ({ code: withNames(withoutFolders(code)) }) }],
    target: 'node22',
    // Every engine has `\p{…}`. Esbuild takes the set of properties for unsettled, and would make the expression anew at each use.
    esbuildOptions: (options) => {
      options.supported = { ...options.supported, 'regexp-unicode-property-escapes': true }
      // Our sources are in the package beside their maps.
      options.sourcesContent = false
    },
  }
}

/** Without the bundler's comments on the folders that packages of others have here: nobody else has those. Lines stay, for source maps. */
function withoutFolders(code: string): string {
  return code.replace(/^\/\/ (?:\.\.\/)+node_modules\/.*$/gm, '')
}

function filesOf(target: ExportTarget): string[] {
  return typeof target === 'string' ? [target] : Object.values(target).flatMap(filesOf)
}

/** `./dist/client/index.js` → `client/index`. */
function toOutput(file: string): string {
  return file.replace(/^\.\/dist\//, '').replace(/\.js$/, '')
}

/** The output mirrors the source, as the declarations do. */
function toSource(file: string): string {
  return `./src/${toOutput(file)}.ts`
}
