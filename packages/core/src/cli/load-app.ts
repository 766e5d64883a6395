import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { OpenApiOptions } from '../openapi/index.ts'
import type { App } from '../server/index.ts'
import { CliFault } from './cli-fault.ts'

/** The member of package.json that belongs to the command: `"keelson": { "app": "./src/app.ts" }`. */
const KEY = 'keelson'

/** What package.json says to the command. */
export interface PackageSettings {
  /** Its folder, which `app` is relative to. */
  readonly dir: string
  /** Module that exports the app. */
  readonly app: string | undefined
  /** Options of the OpenAPI document; the version of the API is that of the package where they say none. */
  readonly openapi: OpenApiOptions
}

/**
 * Reads the nearest package.json that has a member `keelson`, here or in a folder above; else nothing.
 *
 * @throws {CliFault} when it cannot be read
 */
export function readSettings(cwd: string): PackageSettings {
  for (let dir = cwd; ; dir = join(dir, '..')) {
    const file = join(dir, 'package.json')
    const found = existsSync(file) ? settingsOf(dir, file) : undefined
    if (found !== undefined) return found
    if (dir === join(dir, '..')) return { dir, app: undefined, openapi: {} }
  }
}

function settingsOf(dir: string, file: string): PackageSettings | undefined {
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    throw new CliFault(`${file} is not JSON.`)
  }
  const { [KEY]: own, version } = (content ?? {}) as {
    readonly keelson?: unknown
    readonly version?: unknown
  }
  if (own === undefined) return undefined
  const { app, openapi = {} } = (own ?? {}) as { readonly app?: unknown; readonly openapi?: OpenApiOptions }
  if (app !== undefined && typeof app !== 'string') {
    throw new CliFault(`${file} names an app that is no path: "${KEY}": { "app": "./src/app.ts" } is meant.`)
  }
  const info = { ...(typeof version === 'string' ? { version } : {}), ...openapi.info }
  return { dir, app, openapi: { ...openapi, info } }
}

/**
 * Finds the module of the app: as the caller says, else as package.json does.
 *
 * @param given - path, relative to `cwd`
 * @throws {CliFault} when there is none
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
  throw new CliFault(
    `No app was named. Give --app src/app.ts, or write "${KEY}": { "app": "./src/app.ts" } into package.json.`,
  )
}

function existing(file: string, message: string): string {
  if (!existsSync(file)) throw new CliFault(message)
  return file
}

/**
 * Imports the app's module. What it throws, a {@link StartError} of its configuration too, comes through.
 *
 * @throws {CliFault} when it exports no app, or starts the app while it is imported
 */
export async function loadApp(file: string): Promise<App> {
  const module = (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>
  const app = [module['default'], module['app']].find(isApp)
  if (app === undefined) {
    throw new CliFault(
      `${file} exports no app: write export const app = createApp({ … }), and listen in another file.`,
    )
  }
  if (app.phase !== 'setup' && app.phase !== 'checked') {
    await app.stop()
    throw new CliFault(
      `${file} starts the app while it is imported: export the app there, and listen in another file.`,
    )
  }
  return app
}

/** By its shape: the application's copy of the package need not be the command's. */
function isApp(value: unknown): value is App {
  if (typeof value !== 'object' || value === null || !('~internal' in value)) return false
  const { check, fetch, stop } = value as Partial<App>
  return [check, fetch, stop].every((one) => typeof one === 'function')
}
