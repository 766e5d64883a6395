import { readFileSync } from 'node:fs'
import type { SetupProblem } from '../errors/index.ts'
import { parseEnvFile } from './env-file.ts'

/** Text of one variable and where it came from. */
export interface SourcedText {
  readonly text: string
  /** `environment`, or `.env line 3`. */
  readonly source: string
}

/** Everything that is set, and what went wrong on the way. */
export interface ConfigSources {
  readonly texts: ReadonlyMap<string, SourcedText>
  readonly problems: readonly SetupProblem[]
}

/** Where configuration is read from. */
export interface ConfigSourceOptions {
  /** Default: `process.env`. Wins over all files. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /**
   * `.env` files, relative to the working directory; a later one wins over an earlier. Each named file must be there.
   * Default: `.env` if there is one. `[]` reads none.
   */
  readonly files?: string | readonly string[] | undefined
}

/** Reads files and environment. Does not throw: what is wrong with a file is a problem among others. */
export function readSources({ env = process.env, files }: ConfigSourceOptions): ConfigSources {
  const texts = new Map<string, SourcedText>()
  const problems: SetupProblem[] = []
  const paths = files === undefined ? ['.env'] : typeof files === 'string' ? [files] : files
  for (const path of paths) {
    const text = readText(path, { isOptional: files === undefined }, problems)
    if (text !== undefined) addFile(path, text, { texts, problems })
  }
  for (const [name, text] of Object.entries(env)) {
    if (text !== undefined) texts.set(name, { text, source: 'environment' })
  }
  return { texts, problems }
}

function addFile(
  path: string,
  text: string,
  into: { texts: Map<string, SourcedText>; problems: SetupProblem[] },
): void {
  const { entries, problems } = parseEnvFile(text)
  for (const [name, { value, line }] of entries)
    into.texts.set(name, { text: value, source: `${path} line ${line}` })
  for (const { line, message, remedy } of problems) {
    into.problems.push({ code: 'ERR_CORE_CONFIG_SYNTAX', place: `${path} line ${line}`, message, remedy })
  }
}

/** The text of a file, `undefined` when it cannot be had; why not is added to the problems. */
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
    problems.push({ code: 'ERR_CORE_CONFIG_FILE', place: path, ...explain(code) })
    return undefined
  }
}

function explain(code: string | undefined): Pick<SetupProblem, 'message' | 'remedy'> {
  switch (code) {
    case 'ENOENT':
      return { message: 'The file does not exist.', remedy: 'Create it, or omit it.' }
    case 'EACCES':
    case 'EPERM':
      return {
        message: `This user may not read the file (${code}).`,
        remedy: 'Give the user who runs the process the right to read it, or omit it.',
      }
    case 'EISDIR':
      return { message: 'This is a directory, not a file.', remedy: 'Rename it, or name another file.' }
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return { message: 'The file is not UTF-8.', remedy: 'Save it as UTF-8.' }
    default:
      return {
        message: `The file cannot be read (${code ?? 'unknown reason'}).`,
        remedy: 'Mend that, or omit it.',
      }
  }
}
