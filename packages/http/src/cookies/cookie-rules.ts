// What browsers would refuse or read in another way: RFC 6265bis §4.1, §5.6, §5.7.
import type { ReadyCookieOptions } from './cookie-options.ts'

/** One thing that is wrong with a cookie. */
export interface CookieProblem {
  readonly message: string
  readonly remedy: string
}

/** Longest value of an attribute, bytes: browsers pass over a longer one (RFC 6265bis §5.6). */
const MAX_ATTRIBUTE_BYTES = 1024

const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/
const PREFIXED = /^__(?:host|secure|http)-/i
const HOST = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i
/** Printable ASCII but `;`; a space at the end would be cut off. */
const PATH = /^\/(?:[\x20-\x3a\x3c-\x7e]*[\x21-\x3a\x3c-\x7e])?$/

/** Finds what is wrong with a cookie's name and attributes, whose kinds have been checked. */
export function cookieProblems(name: unknown, options: ReadyCookieOptions): CookieProblem[] {
  return [
    ...nameProblems(name),
    ...placeProblems(options),
    ...secureProblems(options),
    ...timeProblems(options),
  ]
}

function nameProblems(name: unknown): CookieProblem[] {
  if (typeof name !== 'string' || !TOKEN.test(name))
    return [
      {
        message: `${JSON.stringify(name) ?? String(name)} is not the name of a cookie.`,
        remedy: "Give letters, digits and !#$%&'*+-.^_`|~ alone.",
      },
    ]
  if (!PREFIXED.test(name)) return []
  return [
    {
      message: `The name '${name}' has its prefix already.`,
      remedy: "Give the name without it: prefix: 'host' puts __Host- before it, 'secure' __Secure-.",
    },
  ]
}

function placeProblems({ prefix, path, domain }: ReadyCookieOptions): CookieProblem[] {
  const problems: CookieProblem[] = []
  const add = (message: string, remedy: string): void => void problems.push({ message, remedy })
  if (!PATH.test(path) || isLong(path))
    add(
      'Its path is not one that browsers keep.',
      `Begin with '/', and escape what is not printable ASCII; at most ${MAX_ATTRIBUTE_BYTES} bytes, without ';'.`,
    )
  if (domain !== undefined) problems.push(...domainProblems(domain))
  if (prefix !== 'host') return problems
  if (path !== '/')
    add(`With the prefix __Host- its path is '/'.`, "Omit path, or give prefix: 'secure' or 'none'.")
  if (domain !== undefined)
    add('With the prefix __Host- it has no domain.', "Omit domain, or give prefix: 'secure' or 'none'.")
  return problems
}

function domainProblems(domain: string): CookieProblem[] {
  if (!HOST.test(domain) || isLong(domain))
    return [
      {
        message: 'Its domain is not the name of a host.',
        remedy:
          "Write 'shop.example': no dot before or after it, no port; encode other letters with domainToASCII of node:url.",
      },
    ]
  if (domain.includes('.')) return []
  // A registry has it, or it is the one host that gets the cookie without it, too (RFC 6265bis §5.7).
  return [
    {
      message: 'Its domain is a top-level domain, for which browsers keep no cookie.',
      remedy: "Omit domain, or name the site: 'shop.example'.",
    },
  ]
}

function isLong(text: string): boolean {
  return Buffer.byteLength(text) > MAX_ATTRIBUTE_BYTES
}

function secureProblems({ prefix, secure, sameSite, partitioned }: ReadyCookieOptions): CookieProblem[] {
  if (secure) return []
  const needs: readonly (readonly [boolean, string, string])[] = [
    [prefix !== 'none', `the prefix __${prefix === 'host' ? 'Host' : 'Secure'}-`, "give prefix: 'none'"],
    [sameSite === 'none', "sameSite: 'none'", "give 'lax' or 'strict'"],
    [partitioned, 'partitioned', 'omit partitioned'],
  ]
  return needs.flatMap(([has, what, else_]) =>
    has
      ? { message: `With ${what} browsers refuse it without secure.`, remedy: `Omit secure, or ${else_}.` }
      : [],
  )
}

function timeProblems({ maxAgeSeconds, expires }: ReadyCookieOptions): CookieProblem[] {
  if (maxAgeSeconds === undefined || expires === undefined) return []
  return [{ message: 'It has two ends, maxAgeSeconds and expires.', remedy: 'Give one of them.' }]
}
