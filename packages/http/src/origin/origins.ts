// At set-up: the one reading of origins in options.
import type { OriginFunction, OriginRule } from './origin-options.ts'

/** Origins as the request path asks for them. */
export interface Origins {
  /** Whether all are admitted, whatever they are. */
  readonly isOpen: boolean
  readonly exact: ReadonlySet<string>
  /** Held to the whole origin. */
  readonly patterns: readonly RegExp[]
  readonly functions: readonly OriginFunction[]
  /** How long the functions may take for one request, ms. */
  readonly timeoutMs: number
  /** What the log says that they belong to: `cors`. */
  readonly name: string
}

/** What is wrong with an origin, and what to write. */
export interface OriginProblem {
  readonly message: string
  readonly remedy: string
}

/** Longest origin that a pattern or a function is asked about: a scheme, a host name of 253 characters, a port. */
const MAX_ORIGIN = 320

const LABELS = '[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?'
const PORT = '(?::[0-9]{1,5})?'
/** RFC 6454 §6.2, as browsers write it: lower case, no dot at the end, no list. */
const WELL_FORMED = new RegExp(`^[a-z][a-z0-9+.-]*://(?:${LABELS}|\\[[0-9a-f:.]+\\])${PORT}$`)
const PATTERN = new RegExp(`^([a-z][a-z0-9+.-]*)://(\\*\\.)?(${LABELS})(:\\*|:[0-9]{1,5})?$`)

/** Whether a text may be the origin of a page that is not `null`. */
export function isOrigin(text: string): boolean {
  return text.length <= MAX_ORIGIN && WELL_FORMED.test(text)
}

/** Reads rules; what is wrong with them is in `problems`. */
export function readOrigins(
  option: OriginRule | readonly OriginRule[],
  setting: Pick<Origins, 'name' | 'timeoutMs'>,
): { origins: Origins; problems: OriginProblem[] } {
  const rules = (Array.isArray(option) ? option : [option]) as readonly OriginRule[]
  const problems: OriginProblem[] = []
  const exact = new Set<string>()
  const patterns: RegExp[] = []
  const functions: OriginFunction[] = []
  for (const rule of rules) {
    if (typeof rule === 'function') functions.push(rule)
    else if (typeof rule !== 'string') patterns.push(toWhole(rule))
    else if (rule === '*' && rules.length === 1) continue
    else {
      const problem = problemOf(rule)
      if (problem !== undefined) problems.push(problem)
      else if (rule.includes('*')) patterns.push(toPattern(rule))
      else exact.add(rule)
    }
  }
  const isOpen = rules.length === 1 && rules[0] === '*'
  return { origins: { isOpen, exact, patterns, functions, ...setting }, problems }
}

function problemOf(rule: string): OriginProblem | undefined {
  if (rule === 'null') return undefined
  if (rule === '*')
    return { message: "'*' stands in a list with others.", remedy: "Write origins: '*' alone, or omit it." }
  return rule.includes('*') ? patternProblem(rule) : exactProblem(rule)
}

/** What is wrong with a text that is to be one origin, as browsers write it. */
export function exactProblem(rule: string): OriginProblem | undefined {
  const normal = normalOf(rule)
  if (normal === rule) return undefined
  return {
    message: `${JSON.stringify(rule)} is not an origin as browsers write it.`,
    remedy: normal === undefined ? "Write it as 'https://app.example'." : `Write '${normal}'.`,
  }
}

function patternProblem(rule: string): OriginProblem | undefined {
  const [, , subdomains, host = ''] = PATTERN.exec(rule) ?? []
  const isBroad = subdomains !== undefined && !host.includes('.') && host !== 'localhost'
  if (host !== '' && !isBroad) return undefined
  const what = isBroad ? 'admits a whole top-level domain' : 'is not a pattern of origins'
  return {
    message: `${JSON.stringify(rule)} ${what}.`,
    remedy: "Write it as 'https://*.shop.example' or 'http://localhost:*'.",
  }
}

/** An origin as browsers write it; `undefined` for what is not an origin. */
function normalOf(rule: string): string | undefined {
  const url = URL.parse(rule)
  if (url === null || url.host === '') return undefined
  // Of schemes like `capacitor:` the URL standard knows no origin.
  const origin = url.origin === 'null' ? `${url.protocol}//${url.host}`.toLowerCase() : url.origin
  return isOrigin(origin) ? origin : undefined
}

function toPattern(rule: string): RegExp {
  const [, scheme = '', subdomains, host = '', port = ''] = PATTERN.exec(rule) ?? []
  const escape = (text: string): string => text.replace(/[.+]/g, '\\$&')
  const before = subdomains === undefined ? '' : '(?:[a-z0-9_-]+\\.)+'
  return new RegExp(`^${escape(scheme)}://${before}${escape(host)}${port === ':*' ? PORT : port}$`)
}

/** A match within an origin would admit `https://app.example.evil.com`. */
function toWhole({ source, flags }: RegExp): RegExp {
  return new RegExp(`^(?:${source})$`, flags.replace(/[gmy]/g, ''))
}
