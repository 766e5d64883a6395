import { readFileSync } from 'node:fs'
import type { SetupProblem } from '../errors/index.ts'
import { parseEnvFile } from './env-file.ts'

/** Text and source of one variable. */
export interface SourcedText {
  readonly text: string
  /** `environment`, or `.env line 3`. */
  readonly source: string
}

/** All variables that are set, and the problems of reading them. */
export interface ConfigSources {
  readonly texts: ReadonlyMap<string, SourcedText>
  readonly problems: readonly SetupProblem[]
}

/** Where configuration is read from. */
export interface ConfigSourceOptions {
  /** Default: `process.env`. Wins over all files. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /**
   * `.env` files, relative to the working directory; a later one wins over an earlier one. Each named file must exist.
   * Default: `.env` if there is one. `[]` reads none.
   */
  readonly files?: string | readonly string[] | undefined
}

/** Reads files and environment. Does not throw: an unreadable file is one of the problems. */
export function readSources({ env = process.env, files }: ConfigSourceOptions): ConfigSources {
  const texts = new Map<string, SourcedText>()
  const problems: SetupProblem[] = []
  const paths = files === undefined ? ['.env'] : typeof files === 'string' ? [files] : files
  for (const path of paths) {
    const text = readText(path, { isOptional: files === undefined }, problems)
    if (text === undefined) continue
    const file = parseEnvFile(text)
    for (const [name, { value, line }] of file.entries)
      texts.set(name, { text: value, source: `${path} line ${line}` })
    for (const { line, ...problem } of file.problems)
      problems.push({ code: 'ERR_CORE_CONFIG_SYNTAX', place: `${path} line ${line}`, ...problem })
  }
  for (const [name, text] of Object.entries(env)) {
    if (text !== undefined) texts.set(name, { text, source: 'environment' })
  }
  return { texts, problems }
}

/** The text of a file; `undefined` when it is not available, with the reason in the problems. */
export function readText(
  path: string,
  { isOptional }: { readonly isOptional: boolean },
  problems: SetupProblem[],
): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' && isOptional) return undefined
    const unknown = [
      `The file cannot be read (${code ?? 'unknown reason'}).`,
      'Correct that, or omit it.',
    ] as const
    const [message, remedy] = REASONS[code ?? ''] ?? unknown
    problems.push({ code: 'ERR_CORE_CONFIG_FILE', place: path, message, remedy })
    return undefined
  }
}

/** Why a file cannot be read, by code of Node: message and remedy. */
const REASONS: Readonly<Record<string, readonly [message: string, remedy: string]>> = {
  ENOENT: ['The file does not exist.', 'Create it, or omit it.'],
  EACCES: ['This process may not read the file (EACCES).', 'Give its user the right to read it, or omit it.'],
  EPERM: ['This process may not read the file (EPERM).', 'Give its user the right to read it, or omit it.'],
  EISDIR: ['This is a directory, not a file.', 'Rename it, or name another file.'],
  ERR_ENCODING_INVALID_ENCODED_DATA: ['The file is not UTF-8.', 'Save it as UTF-8.'],
}
