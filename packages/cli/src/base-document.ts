import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import type { OpenApiDocument } from '@keelson/openapi'
import { UsageError } from './cli-errors.ts'

/** Documents of large APIs have several megabytes. */
const MAX_BYTES = 0x4000000

/**
 * Reads a document to compare with.
 *
 * @param base - a file, a file of a git revision (`main:openapi.json`), or a revision alone; paths are relative to `cwd`
 * @param usualFile - the file that is read if only a revision is given
 * @throws {UsageError} when it does not exist, or is not an OpenAPI document
 */
export function readBaseDocument(cwd: string, base: string, usualFile = 'openapi.json'): OpenApiDocument {
  let document: unknown
  try {
    document = JSON.parse(readText(cwd, base, relative(cwd, resolve(cwd, usualFile))))
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${base} is not JSON.`)
  }
  const { openapi, paths } = (document ?? {}) as { readonly openapi?: unknown; readonly paths?: unknown }
  if (
    typeof openapi !== 'string' ||
    !openapi.startsWith('3.') ||
    typeof paths !== 'object' ||
    paths === null
  ) {
    throw new UsageError(`${base} is not an OpenAPI 3 document.`)
  }
  return document as OpenApiDocument
}

function readText(cwd: string, base: string, usualFile: string): string {
  const file = resolve(cwd, base)
  if (existsSync(file)) return readFileSync(file, 'utf8')
  // A name that begins with a hyphen would be an option of git.
  const [, revision, path] = /^([^-:][^:]*)(?::([^:]+))?$/.exec(base) ?? []
  if (revision === undefined || (path === undefined && !isRevision(cwd, revision))) {
    throw new UsageError(
      `There is no file and no git revision ${base}. Name a file, or one of a revision: main:openapi.json.`,
    )
  }
  try {
    return git(cwd, ['show', `${revision}:./${path ?? usualFile}`])
  } catch (error) {
    const { stderr, message } = error as { readonly stderr?: string; readonly message: string }
    const why = (stderr || message).trim().split('\n')[0]
    throw new UsageError(`git has no ${revision}:${path ?? usualFile}: ${why}.`)
  }
}

function isRevision(cwd: string, name: string): boolean {
  try {
    git(cwd, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`])
    return true
  } catch {
    return false
  }
}

function git(cwd: string, args: readonly string[]): string {
  return execFileSync('git', args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: MAX_BYTES,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}
