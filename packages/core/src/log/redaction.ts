// On the request path: used for every field of every line, so decisions about names are kept.
import type { SetupError } from '../errors/index.ts'
import { toLogError } from './log-problem.ts'

/** The fields of a line. */
export type Fields = Record<string, unknown>

/** Written instead of a redacted value. */
export const REDACTED = '[Redacted]'

/** Header fields that carry credentials; redacted wherever they occur. */
const REDACTED_HEADERS: readonly string[] = ['authorization', 'proxy-authorization', 'cookie', 'set-cookie']

// Field names come from the program, but also from data: a limit, so that many names do not fill the memory.
const MAX_KNOWN_NAMES = 2048

/** Where callers of an app send their credentials. */
export interface CredentialNames {
  /** Header fields, cookies and query keys. */
  readonly fields: readonly string[]
  /** Those of them that are in URLs. */
  readonly queryKeys: readonly string[]
}

// A key and its value, at the start of a query or within. Linear: each character is read once or twice.
const QUERY_PAIR = /(^|[?&])([^=&#\s?]+)=([^&#\s]*)/g

/** Which fields are secret. Names match at any depth and in any case, paths from the root of the line. */
export class Redaction {
  readonly #names = new Set(REDACTED_HEADERS)
  readonly #paths: (readonly string[])[] = []
  readonly #queryKeys = new Set<string>()
  readonly #known = new Map<string, boolean>()

  /** @throws {SetupError} `ERR_CORE_LOG_REDACT` for a path that cannot be read */
  constructor(redact: readonly string[]) {
    for (const entry of redact) {
      const path = parsePath(entry)
      if (path.length === 1 && path[0] !== '*') this.#names.add(path[0]!.toLowerCase())
      else this.#paths.push(path)
    }
  }

  /** Whether a name is secret wherever it occurs. */
  isSecretName(name: string): boolean {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const isSecret = this.#names.has(name.toLowerCase())
    if (this.#known.size < MAX_KNOWN_NAMES) this.#known.set(name, isSecret)
    return isSecret
  }

  /** Adds names that are known only when the app is checked; they work from then on. */
  addCredentials({ fields, queryKeys }: CredentialNames): void {
    for (const name of fields) this.#names.add(name.toLowerCase())
    for (const key of queryKeys) this.#queryKeys.add(key.toLowerCase())
    this.#known.clear()
  }

  /** A text without the secret values of URLs that are in it. */
  hideInUrls(text: string): string {
    if (this.#queryKeys.size === 0 || !text.includes('=')) return text
    return text.replaceAll(QUERY_PAIR, (pair, before: string, key: string) =>
      this.#queryKeys.has(decodeKey(key).toLowerCase()) ? `${before}${key}=${REDACTED}` : pair,
    )
  }

  /** Redacts the values at the paths, in fields that were copied for a line. */
  hidePaths(fields: object): void {
    for (const path of this.#paths) hide(fields, path, 0)
  }
}

function hide(value: unknown, path: readonly string[], at: number): void {
  if (typeof value !== 'object' || value === null) return
  const name = path[at]!
  if (name === '*') for (const key of Object.keys(value)) hideField(value as Fields, key, path, at)
  else if (Object.hasOwn(value, name)) hideField(value as Fields, name, path, at)
}

// oxlint-disable-next-line max-params -- on the path of each line
function hideField(fields: Fields, name: string, path: readonly string[], at: number): void {
  if (at < path.length - 1) hide(fields[name], path, at + 1)
  else if (fields[name] !== undefined) setField(fields, name, REDACTED)
}

/** Sets a field under any name: assigning to `__proto__` would change the object instead. */
export function setField(target: Fields, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true })
  else target[name] = value
}

function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '))
  } catch {
    return key
  }
}

// `.name`, `[*]`, `[0]`, `["x-y"]`: the steps that pino takes.
const STEP = /\.([^.[\]"'`\s]+)|\[(\*|\d+)\]|\[(["'`])(.*?)\3\]/g

/** @throws {SetupError} `ERR_CORE_LOG_REDACT` */
function parsePath(path: string): readonly string[] {
  const text = path.startsWith('[') ? path : `.${path}`
  const steps = [...text.matchAll(STEP)]
  if (path === '' || steps.map(([step]) => step).join('') !== text) throw toPathError(path)
  return steps.map(([, name, index, , quoted]) => name ?? index ?? quoted ?? '')
}

function toPathError(path: string): SetupError {
  return toLogError({
    code: 'ERR_CORE_LOG_REDACT',
    place: 'log redact',
    message: `${JSON.stringify(path)} is neither a field name nor a path.`,
    remedy: `Write it like 'password', 'user.card', '*.token', 'items[*].pin' or 'headers["x-api-key"]'.`,
  })
}
