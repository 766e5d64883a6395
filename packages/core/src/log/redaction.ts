// On the request path: asked for every field of every line, so decisions about names are kept.
import { LogSetupError } from './setup-error.ts'

/** What is written in place of a redacted value. */
export const REDACTED = '[Redacted]'

/** Header fields that carry credentials; redacted wherever they occur. */
const REDACTED_HEADERS: readonly string[] = ['authorization', 'proxy-authorization', 'cookie', 'set-cookie']

// Field names come from the program, but also from data: a bound keeps a flood of names from filling the memory.
const MAX_KNOWN_NAMES = 2048

/** One step of a redaction path. */
export interface PathStep {
  readonly next: Map<string, PathStep>
  isSecret: boolean
}

/** How callers of an app prove who they are, by what carries it. */
export interface CredentialNames {
  /** Header fields, cookies and query keys. */
  readonly fields: readonly string[]
  /** Those of them that stand in URLs. */
  readonly queryKeys: readonly string[]
}

// A key and its value, wherever a query may begin or go on. Linear: each character is looked at once or twice.
const QUERY_PAIR = /(^|[?&])([^=&#\s?]+)=([^&#\s]*)/g

/** Which fields are secret. Names match at any depth and in any case, paths from the root of the line. */
export class Redaction {
  readonly #names: Set<string>
  readonly #queryKeys = new Set<string>()
  readonly #known = new Map<string, boolean>()
  readonly #root: PathStep = toStep()
  #hasPaths = false

  /** @throws {LogSetupError} `ERR_CORE_LOG_REDACT` for a path that cannot be read */
  constructor(redact: readonly string[]) {
    const names = new Set(REDACTED_HEADERS)
    for (const entry of redact) {
      const steps = parsePath(entry)
      if (steps.length === 1 && steps[0] !== '*') names.add((steps[0] as string).toLowerCase())
      else this.#addPath(steps)
    }
    this.#names = names
  }

  /** Where the paths start; undefined when there are none, so that nobody follows them. */
  get root(): readonly PathStep[] | undefined {
    return this.#hasPaths ? [this.#root] : undefined
  }

  /** Whether a name is secret wherever it occurs. */
  isSecretName(name: string): boolean {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const isSecret = this.#names.has(name.toLowerCase())
    if (this.#known.size < MAX_KNOWN_NAMES) this.#known.set(name, isSecret)
    return isSecret
  }

  /** Adds what is known once the app is checked; a name works from then on. */
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

  #addPath(steps: readonly string[]): void {
    let step = this.#root
    for (const name of steps) {
      let next = step.next.get(name)
      if (next === undefined) step.next.set(name, (next = toStep()))
      step = next
    }
    step.isSecret = true
    this.#hasPaths = true
  }
}

/** The steps that a field leads to; undefined when no path goes on. */
export function follow(steps: readonly PathStep[], name: string): readonly PathStep[] | undefined {
  let found: PathStep[] | undefined
  for (const step of steps) {
    for (const next of [step.next.get(name), step.next.get('*')]) {
      if (next !== undefined) (found ??= []).push(next)
    }
  }
  return found
}

function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '))
  } catch {
    return key
  }
}

function toStep(): PathStep {
  return { next: new Map(), isSecret: false }
}

// `name`, `a.b`, `*.token`, `list[*].token`, `list[0]`, `a["x-y"].b`: the forms that pino takes.
const STEP = /\.?([^.[\]"'`\s]+)|\[(\*|\d+)\]|\[(["'`])(.*?)\3\]/y

/** @throws {LogSetupError} `ERR_CORE_LOG_REDACT` */
function parsePath(path: string): readonly string[] {
  const steps: string[] = []
  STEP.lastIndex = 0
  while (STEP.lastIndex < path.length) {
    const match = STEP.exec(path)
    if (match === null || !isAtStep(path, match.index)) throw toPathError(path)
    steps.push(match[1] ?? match[2] ?? match[4] ?? '')
  }
  if (steps.length === 0) throw toPathError(path)
  return steps
}

// The first step has no dot before it, and a name after a bracket has one.
function isAtStep(path: string, at: number): boolean {
  if (at === 0) return path[0] !== '.'
  return path[at] === '.' || path[at] === '['
}

function toPathError(path: string): LogSetupError {
  return new LogSetupError({
    code: 'ERR_CORE_LOG_REDACT',
    place: 'log redact',
    message: `${JSON.stringify(path)} is neither a field name nor a path.`,
    remedy: `Write it like 'password', 'user.card', '*.token', 'items[*].pin' or 'headers["x-api-key"]'.`,
  })
}
