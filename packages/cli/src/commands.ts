import { isJson } from '@keelson/contract'
import type { App } from '@keelson/core'
import { watchConfig } from '@keelson/core/spi'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import { callRoute, type CallAnswer } from './call-route.ts'
import { checkApp, findingsOf, isSetupError, type CheckReport } from './check-app.ts'
import { UsageError } from './cli-errors.ts'
import { describeRoutes } from './describe-routes.ts'
import { explainRoute } from './explain-route.ts'
import { inspectApp } from './inspect-app.ts'
import type { CliIo } from './io.ts'
import { findAppFile, loadApp, readSettings } from './load-app.ts'
import { printExplanation, printReport, printRoutes } from './print.ts'

/** Options that every command takes. */
export interface AppOption {
  readonly app?: string | undefined
}

/** Exit code of a command: `0` success, `1` a problem of the app. */
export type ExitCode = 0 | 1

/** Imports and checks the app, runs a function with it, and stops it in any case. */
export async function withApp(
  io: CliIo,
  { app: given }: AppOption,
  use: (app: App) => ExitCode | Promise<ExitCode>,
): Promise<ExitCode> {
  const app = await loadApp(findAppFile(io.cwd, given))
  try {
    app.check()
    return await use(app)
  } finally {
    await stopQuietly(app)
  }
}

async function stopQuietly(app: App): Promise<void> {
  app.log.level = 'silent'
  await app.stop()
}

/** `keelson routes`. */
export function routesCommand(
  io: CliIo,
  options: AppOption & { readonly json?: boolean },
): Promise<ExitCode> {
  return withApp(io, options, (app) => {
    const routes = describeRoutes(app)
    io.out(options.json === true ? toJson(routes) : `${printRoutes(routes)}\n`)
    return 0
  })
}

/** `keelson explain`. */
export function explainCommand(
  io: CliIo,
  wanted: string,
  options: AppOption & { readonly json?: boolean },
): Promise<ExitCode> {
  return withApp(io, options, (app) => {
    const route = explainRoute(app, wanted)
    io.out(options.json === true ? toJson(route) : `${printExplanation(route)}\n`)
    return 0
  })
}

/** Options of `keelson check`. */
export interface CheckCommandOptions extends AppOption {
  readonly deploy?: boolean
  readonly strict?: boolean
  readonly offline?: boolean
  readonly replicas?: string
  readonly manifest?: string
  readonly json?: boolean
}

/** `keelson check`. */
export async function checkCommand(io: CliIo, options: CheckCommandOptions): Promise<ExitCode> {
  const { deploy = false, strict = false, offline = false } = options
  const manifest = manifestFile(io, options)
  const replicas = toReplicas(options)
  const config = watchConfig()
  const report = await reportOf(findAppFile(io.cwd, options.app), async (app) =>
    checkApp(app, {
      deploy,
      strict,
      config,
      manifest: manifest === undefined ? undefined : readText(io, manifest),
      // The servers of a deployment are not for checks.
      inspection: await inspectApp(app, {
        isOffline: offline || deploy,
        isForDeployment: deploy,
        replicas,
      }),
    }),
  )
  io.out(options.json === true ? toJson(report) : `${printReport(report, 'The app', strict)}\n`)
  return report.isOk ? 0 : 1
}

/** How many processes will serve the app. */
function toReplicas({ replicas = '1', deploy = false }: CheckCommandOptions): number {
  if (!/^[1-9]\d{0,5}$/.test(replicas))
    throw new UsageError(`--replicas takes a whole number from 1 on, not '${replicas}'.`)
  if (replicas !== '1' && !deploy) throw new UsageError('--replicas belongs to --deploy: add it.')
  return Number(replicas)
}

/** The manifest of the option, else that of package.json. */
function manifestFile(io: CliIo, { app, manifest }: CheckCommandOptions): string | undefined {
  if (manifest !== undefined) return manifest
  // That of package.json belongs to the app that is named there.
  if (app !== undefined) return undefined
  const { dir, manifest: settled } = readSettings(io.cwd)
  return settled === undefined ? undefined : relative(io.cwd, join(dir, settled))
}

/** Checks an app; an error of its configuration or its set-up is a finding, too. */
async function reportOf(file: string, check: (app: App) => Promise<CheckReport>): Promise<CheckReport> {
  let app: App
  try {
    app = await loadApp(file)
  } catch (error) {
    if (!isSetupError(error)) throw error
    return {
      isOk: false,
      findings: findingsOf(error),
      acknowledged: [],
      withoutResponse: [],
      publicRoutes: [],
      unclearRoutes: [],
      signedInRoutes: [],
      notes: [],
      omitted: [],
    }
  }
  try {
    return await check(app)
  } finally {
    await stopQuietly(app)
  }
}

/** `keelson call`. */
export function callCommand(
  io: CliIo,
  wanted: string,
  { input, json, ...options }: AppOption & { readonly input: string; readonly json?: boolean },
): Promise<ExitCode> {
  return withApp(io, options, async (app) => {
    // Without the lines of requests.
    if (app.log.level !== 'silent') app.log.level = 'error'
    const answer = await callRoute(app, wanted, input)
    await (json === true ? printCallAsJson(io, answer) : printCall(io, answer))
    return answer.status < 400 ? 0 : 1
  })
}

async function printCall(io: CliIo, { status, headers, body }: CallAnswer): Promise<void> {
  io.out(`${status}\n`)
  let last = ''
  for await (const text of isStream(body) ? toTexts(body) : [toText(body, headers)]) {
    io.out(text)
    last = text === '' ? last : text
  }
  if (last !== '' && !last.endsWith('\n')) io.out('\n')
}

/** A stream and bytes are written as text. */
async function printCallAsJson(io: CliIo, { status, headers, body }: CallAnswer): Promise<void> {
  const shown = body instanceof Uint8Array ? toText(body, headers) : body
  io.out(toJson({ status, headers, body: isStream(body) ? await readAll(body) : shown }))
}

function isStream(body: unknown): body is AsyncIterable<Uint8Array> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}

async function* toTexts(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  for await (const chunk of stream) yield decoder.decode(chunk, { stream: true })
  yield decoder.decode()
}

/** A value as JSON; bytes, and a text with another media type, as they are. */
function toText(body: unknown, headers: CallAnswer['headers']): string {
  if (body === undefined) return ''
  if (body instanceof Uint8Array) return new TextDecoder().decode(body)
  const { 'content-type': type } = headers
  return typeof body === 'string' && typeof type === 'string' && !isJson(type) ? body : JSON.stringify(body)
}

/** Writes to a file, or without one to the output. @throws {UsageError} when it cannot be written */
export function write(io: CliIo, out: string | undefined, text: string): ExitCode {
  if (out === undefined) {
    io.out(text)
    return 0
  }
  try {
    const file = resolve(io.cwd, out)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  } catch (error) {
    throw new UsageError(`${out} cannot be written: ${(error as Error).message}.`)
  }
  return 0
}

function readText(io: CliIo, file: string): { readonly file: string; readonly text: string } {
  const path = resolve(io.cwd, file)
  if (!existsSync(path))
    throw new UsageError(`There is no file ${file}; keelson manifest --out ${file} makes it.`)
  return { file, text: readFileSync(path, 'utf8') }
}

/** JSON for files under version control: indented, with a line break at the end. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
