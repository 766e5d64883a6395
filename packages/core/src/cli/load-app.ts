import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { App } from '../server/index.ts'
import { CliFault } from './cli-fault.ts'

/** The member of package.json that names the module of the app: `"keelson": { "app": "./src/app.ts" }`. */
const KEY = 'keelson'

/**
 * Finds the module of the app: as the caller says, else as package.json does, here or in a folder above.
 *
 * @param given - path, relative to `cwd`
 * @throws {CliFault} when there is none
 */
export function findAppFile(cwd: string, given: string | undefined): string {
  if (given !== undefined) return existing(resolve(cwd, given), `There is no file ${given}.`)
  for (let dir = cwd; ; dir = join(dir, '..')) {
    const file = join(dir, 'package.json')
    if (existsSync(file)) {
      const named = appOf(file)
      if (named !== undefined)
        return existing(resolve(dir, named), `${file} names the app ${named}, and there is no such file.`)
    }
    if (dir === join(dir, '..')) break
  }
  throw new CliFault(
    `No app was named. Give --app src/app.ts, or write "${KEY}": { "app": "./src/app.ts" } into package.json.`,
  )
}

function appOf(file: string): string | undefined {
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    throw new CliFault(`${file} is not JSON.`)
  }
  const { app } = ((content as Record<string, unknown> | null)?.[KEY] ?? {}) as { readonly app?: unknown }
  if (app === undefined || typeof app === 'string') return app
  throw new CliFault(`${file} names an app that is no path: "${KEY}": { "app": "./src/app.ts" } is meant.`)
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
