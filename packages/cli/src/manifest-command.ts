import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { toClientTypes } from '@keelson/openapi/tools'
import { toManifest, type App } from '@keelson/core'
import { UsageError } from './cli-errors.ts'
import { toJson, withApp, write, type AppOption, type ExitCode } from './commands.ts'
import type { CliIo } from './io.ts'

/** Options of `keelson manifest`. */
export interface ManifestCommandOptions extends AppOption {
  /** File of the manifest. */
  readonly out?: string
  /** File of the types; with it, the manifest is written only if `out` is given. */
  readonly types?: string
  /** Whether the files are compared instead of written. */
  readonly check?: boolean
}

/** A file that clients of the server need. */
interface ClientFile {
  /** `undefined` for the output. */
  readonly file: string | undefined
  readonly text: string
}

/** `keelson manifest`. */
export function manifestCommand(io: CliIo, options: ManifestCommandOptions): Promise<ExitCode> {
  const { out, types, check = false } = options
  if (check && out === undefined && types === undefined)
    throw new UsageError('--check compares files: name them by --out FILE, --types FILE or both.')
  if (out !== undefined && types !== undefined && resolve(io.cwd, out) === resolve(io.cwd, types))
    throw new UsageError(`--out and --types are both ${out}: name two files.`)
  return withApp(io, options, (app) => {
    const files = filesOf(app, options)
    if (check) return compare(io, files, options)
    for (const { file, text } of files) write(io, file, text)
    return 0
  })
}

function filesOf({ routes }: App, { out, types }: ManifestCommandOptions): readonly ClientFile[] {
  const manifest = (): ClientFile => ({ file: out, text: toJson(toManifest(routes)) })
  if (types === undefined) return [manifest()]
  const written = { file: types, text: toClientTypes(routes) }
  return out === undefined ? [written] : [manifest(), written]
}

function compare(io: CliIo, files: readonly ClientFile[], options: ManifestCommandOptions): ExitCode {
  const stale = files.filter(({ file = '', text }) => textOf(io, file) !== text)
  for (const { file = '' } of stale) {
    const why = existsSync(resolve(io.cwd, file))
      ? `${file} does not match the routes`
      : `There is no file ${file}`
    io.err(`${why}.\n`)
  }
  if (stale.length === 0) return 0
  io.err(`Run ${commandOf(options)}, and commit what it writes.\n`)
  return 1
}

/** With the line breaks of the written text, since git may have changed them. */
function textOf(io: CliIo, file: string): string | undefined {
  const path = resolve(io.cwd, file)
  return existsSync(path) ? readFileSync(path, 'utf8').replaceAll('\r\n', '\n') : undefined
}

function commandOf({ out, types }: ManifestCommandOptions): string {
  const words = [out === undefined ? '' : ` --out ${out}`, types === undefined ? '' : ` --types ${types}`]
  return `keelson manifest${words.join('')}`
}
