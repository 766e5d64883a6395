import { servedOptions, toOpenApi, type OpenApiDocument, type OpenApiOptions } from '@keelson/openapi'
import { diffOpenApi, type ContractChange } from '@keelson/openapi/tools'
import { join } from 'node:path'
import type { App } from '@keelson/core'
import { readBaseDocument } from './base-document.ts'
import { UsageError } from './cli-errors.ts'
import { toJson, withApp, write, type AppOption, type ExitCode } from './commands.ts'
import type { CliIo } from './io.ts'
import { readSettings } from './load-app.ts'
import { plural } from './plural.ts'

/** Options of `keelson openapi`. */
export interface OpenApiCommandOptions extends AppOption {
  readonly out?: string
  /** Version of OpenAPI. */
  readonly openapi?: string
  /** A document to compare with: a file, `main:openapi.json`, or `main` for the file that `out` names there. */
  readonly diff?: string
  /** A document that is compared instead of the app's; named like `diff`. */
  readonly head?: string
  readonly json?: boolean
  /** Whether warnings fail as breaking changes do. */
  readonly strict?: boolean
}

/** `keelson openapi`. */
export function openapiCommand(io: CliIo, options: OpenApiCommandOptions): Promise<ExitCode> {
  const { openapi: version } = options
  if (version !== undefined && version !== '3.1' && version !== '3.0')
    throw new UsageError(`OpenAPI ${version} is not supported: use 3.1 or 3.0.`)
  // Read before anything is written: base and output may be one file.
  const base = options.diff === undefined ? undefined : readBaseDocument(io.cwd, options.diff, options.out)
  if (options.head !== undefined) return compareDocuments(io, base, options)
  return withApp(io, options, (app) => {
    const document = toOpenApi(app, { ...documentOptions(app, io.cwd), ...(version && { version }) })
    if (base === undefined) return write(io, options.out, toJson(document))
    if (options.out !== undefined) write(io, options.out, toJson(document))
    return compare(io, { base, document, ...options })
  })
}

/** The options of the document that the app serves, else those of package.json. */
function documentOptions(app: App, cwd: string): OpenApiOptions {
  const { openapi, hasOpenApi, dir } = readSettings(cwd)
  const served = servedOptions(app['~internal'].options.plugins ?? [])
  if (served === undefined) return openapi
  if (hasOpenApi)
    throw new UsageError(
      `The app serves its document by openapi() or docs(), and ${join(dir, 'package.json')} has other options for it: move those of "openapi" there.`,
    )
  return served
}

/** Compares two documents without an app. */
async function compareDocuments(
  io: CliIo,
  base: OpenApiDocument | undefined,
  { head = '', out, ...options }: OpenApiCommandOptions,
): Promise<ExitCode> {
  if (base === undefined)
    throw new UsageError('--head needs --diff BASE: it names the document that is compared with BASE.')
  if (out !== undefined)
    throw new UsageError('--out writes the document of the app, which --head replaces: omit one of them.')
  return compare(io, { base, document: readBaseDocument(io.cwd, head), ...options })
}

interface Comparison {
  readonly base: OpenApiDocument
  readonly document: OpenApiDocument
  readonly json?: boolean
  readonly strict?: boolean
}

function compare(io: CliIo, { base, document, json = false, strict = false }: Comparison): ExitCode {
  const changes = diffOpenApi(base, document)
  io.out(json ? toJson(changes) : `${printChanges(changes)}\n`)
  return changes.some((one) => one.breaking || (strict && one.severity === 'warning')) ? 1 : 0
}

function printChanges(changes: readonly ContractChange[]): string {
  const lines = changes.map(
    ({ severity, kind, place, message }) => `${severity}: ${place}: ${message} [${kind}]`,
  )
  const count = (severity: string): number => changes.filter((one) => one.severity === severity).length
  const warnings = count('warning')
  const also = warnings === 0 ? '' : `, ${plural(warnings, 'warning')}`
  return [...lines, `${plural(changes.length, 'change')}, ${count('breaking')} breaking${also}.`].join('\n')
}
