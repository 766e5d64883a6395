import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { App } from '@keelson/core'
import { nested, optionProblems, optionTable, text } from '@keelson/core/options'
import { DOCUMENT_OPTIONS, type OpenApiOptions } from '@keelson/openapi'
import { UsageError } from './cli-errors.ts'
import { importApp } from './import-app.ts'

/** The member of package.json that belongs to the command: `"keelson": { "app": "./src/app.ts" }`. */
const KEY = 'keelson'

interface Settings {
  readonly app?: string | undefined
  readonly manifest?: string | undefined
  readonly openapi?: OpenApiOptions | undefined
}

const PATH = { minLength: 1, what: 'a path as a text, relative to this file' }
const SETTINGS = optionTable<Settings>({
  app: text('Module that exports the app.', PATH),
  manifest: text('A committed manifest.', PATH),
  openapi: nested(DOCUMENT_OPTIONS, 'Options of the OpenAPI document.'),
})

/** Settings of the command in package.json. */
export interface PackageSettings {
  /** Its folder, which `app` is relative to. */
  readonly dir: string
  /** Module that exports the app. */
  readonly app: string | undefined
  /** A committed manifest that `check` compares with the routes. */
  readonly manifest: string | undefined
  /** Options of the OpenAPI document; default version of the API: that of the package. */
  readonly openapi: OpenApiOptions
  /** Whether it has options of the document. */
  readonly hasOpenApi: boolean
}

/**
 * Reads the nearest package.json with a member `keelson`, in this folder or one above.
 *
 * @throws {UsageError} when it cannot be read
 */
export function readSettings(cwd: string): PackageSettings {
  for (let dir = cwd; ; dir = join(dir, '..')) {
    const file = join(dir, 'package.json')
    const found = existsSync(file) ? settingsOf(dir, file) : undefined
    if (found !== undefined) return found
    if (dir === join(dir, '..'))
      return { dir, app: undefined, manifest: undefined, openapi: {}, hasOpenApi: false }
  }
}

function settingsOf(dir: string, file: string): PackageSettings | undefined {
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    throw new UsageError(`${file} is not JSON.`)
  }
  const { [KEY]: own, version } = (content ?? {}) as {
    readonly keelson?: unknown
    readonly version?: unknown
  }
  if (own === undefined) return undefined
  const wrong = optionProblems(SETTINGS, own, { name: file })
  if (wrong.length > 0)
    throw new UsageError(
      wrong.map(({ message, remedy }) => `${file}, "${KEY}": ${message} ${remedy}`).join('\n'),
    )
  const { app, manifest, openapi } = own as Settings
  const info = { ...(typeof version === 'string' ? { version } : {}), ...openapi?.info }
  return {
    dir,
    app,
    manifest,
    openapi: { ...openapi, info },
    hasOpenApi: openapi !== undefined,
  }
}

/**
 * Finds the module of the app: that of the option, else that of package.json.
 *
 * @param given - path, relative to `cwd`
 * @throws {UsageError} when none is named, or it does not exist
 */
export function findAppFile(cwd: string, given: string | undefined): string {
  if (given !== undefined) return existing(resolve(cwd, given), `There is no file ${given}.`)
  const { dir, app } = readSettings(cwd)
  if (app !== undefined) {
    return existing(
      resolve(dir, app),
      `${join(dir, 'package.json')} names the app ${app}, and there is no such file.`,
    )
  }
  throw new UsageError(
    `No app was named. Give --app src/app.ts, or write "${KEY}": { "app": "./src/app.ts" } into package.json.`,
  )
}

function existing(file: string, message: string): string {
  if (!existsSync(file)) throw new UsageError(message)
  if (!statSync(file).isFile())
    throw new UsageError(`${file} is a folder: name the module that exports the app.`)
  return file
}

/**
 * Imports the app's module.
 *
 * @throws {UsageError} when it exports no app, or starts the app while it is imported
 * @throws {AppFailure} when it cannot be imported
 * @throws {SetupError} of its configuration or its set-up
 */
export async function loadApp(file: string): Promise<App> {
  const module = await importApp(file)
  const app = findApp(module)
  if (app === undefined) {
    throw new UsageError(
      `${file} ${othersOf(module)}: write export const app = createApp({ … }), and listen in another file.`,
    )
  }
  if (app.phase !== 'setup' && app.phase !== 'checked') {
    await app.stop()
    throw new UsageError(
      `${file} starts the app while it is imported: export the app there, and listen in another file.`,
    )
  }
  return app
}

/** The default export or `app`; CommonJS from a compiler has both in the default. */
function findApp(module: Readonly<Record<string, unknown>>): App | undefined {
  const outer = module['default']
  const inner = (typeof outer === 'object' ? outer : undefined) as typeof module | null | undefined
  return [outer, module['app'], inner?.['default'], inner?.['app']].find(isApp)
}

/** What the module exports instead of an app, for a message. */
function othersOf(module: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(module).filter((name) => name !== 'module.exports')
  if (names.length === 0) return 'exports nothing'
  const misnamed = names.find((name) => isApp(module[name]))
  if (misnamed !== undefined) return `exports its app as ${misnamed}, not as app or as its default`
  const isMaker = names.some((name) => typeof module[name] === 'function')
  return `exports ${names.join(', ')}, and no app${isMaker ? '; functions are not called' : ''}`
}

/** Recognises an app by its shape, since it may come from another copy of the package. */
function isApp(value: unknown): value is App {
  if (typeof value !== 'object' || value === null || !('~internal' in value)) return false
  const { check, fetch, stop } = value as Partial<App>
  return [check, fetch, stop].every((one) => typeof one === 'function')
}
