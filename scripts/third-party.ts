// Without this file packages would be published with the code of others and without their licences: writes
// THIRD-PARTY-LICENSES beside a package's manifest when it is built, and tells whose code a built package holds.
import { globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Options } from 'tsup'

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

/** Name of the file. */
export const LICENSES = 'THIRD-PARTY-LICENSES'

/** `node_modules/.pnpm/ajv@8.20.0/node_modules/ajv/lib/core.ts` → the folder `…/ajv`, and `ajv`. */
const PACKAGE_FOLDER = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/

/** Writes the licences of all packages of which anything is in the bundle. A package without one ends the build. */
export function writeLicenses(dir: string): Plugin {
  return {
    name: 'licenses',
    setup: (build) =>
      build.onEnd(({ metafile }) => {
        const inputs = Object.values(metafile?.outputs ?? {}).flatMap((output) => Object.keys(output.inputs))
        const folders = new Set(inputs.flatMap((input) => PACKAGE_FOLDER.exec(resolve(input))?.[0] ?? []))
        const sections = [...folders].map(section).sort()
        writeFileSync(join(dir, LICENSES), `${HEAD}${sections.join('')}`)
      }),
  }
}

const HEAD = `The files in dist hold code of these packages, each under its own licence.\n`

/** Heading of a package in the file. */
export function heading(name: string, version: string): string {
  return `${name} ${version}`
}

function section(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly name: string
    readonly version: string
    readonly license?: string
  }
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|notice|copyrightnotice)\b/i.test(file))
  if (license === undefined || files.length === 0)
    throw new Error(`${name} ${version} has no licence to ship.`)
  const texts = files
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r', '').trim())
  return `\n${'-'.repeat(80)}\n${heading(name, version)} (${license})\n\n${texts.join('\n\n')}\n`
}

/** Names of the packages whose code is in a built package, by its source maps. */
export function bundledPackages(dir: string): ReadonlySet<string> {
  const maps = globSync('dist/**/*.js.map', { cwd: dir })
  const sources = maps.flatMap(
    (file) => (JSON.parse(readFileSync(join(dir, file), 'utf8')) as { readonly sources: string[] }).sources,
  )
  return new Set(sources.flatMap((source) => PACKAGE_FOLDER.exec(source)?.[1] ?? []))
}
