// A browser's store of cookies as RFC 6265bis §5.6 to §5.8 describes it, for tests of what we write. Public suffixes are those of one label.
import type { App } from '@keelson/core'

interface Stored {
  readonly name: string
  readonly value: string
  readonly domain: string
  readonly isHostOnly: boolean
  readonly path: string
  readonly isSecure: boolean
  readonly isHttpOnly: boolean
  readonly sameSite: string
  /** Unix ms. */
  readonly expires: number
  readonly made: number
}

type Attributes = ReadonlyMap<string, string>

export class UserAgent {
  readonly #now: () => number
  #stored: Stored[] = []
  #made = 0

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** What is kept, oldest first. */
  get stored(): readonly Stored[] {
    return this.#stored
  }

  /** §5.6 and §5.7: takes the value of one `set-cookie` that an answer from this URL had. */
  receive(line: string, from: string): void {
    const parsed = parse(line)
    if (parsed === undefined) return
    const { name, value, attributes } = parsed
    const url = new URL(from)
    const isSecureOrigin = url.protocol === 'https:'
    const domain = (attributes.get('domain') ?? '').replace(/^\./, '').toLowerCase()
    if (
      domain !== '' &&
      (!domain.includes('.') ? domain !== url.hostname : !isDomainMatch(url.hostname, domain))
    )
      return
    const path = attributes.get('path')
    const isSecure = attributes.has('secure')
    if (isSecure && !isSecureOrigin) return
    const sameSite = attributes.get('samesite')?.toLowerCase() ?? 'default'
    if (sameSite === 'none' && !isSecure) return
    if (attributes.has('partitioned') && !isSecure) return
    const isPrefixed = (prefix: string): boolean => `${name}=${value}`.toLowerCase().startsWith(prefix)
    if (isPrefixed('__secure-') && !isSecure) return
    if (isPrefixed('__host-') && (!isSecure || domain !== '' || path !== '/')) return
    if (name === '' && (isPrefixed('=__secure-') || isPrefixed('=__host-'))) return
    this.#store({
      name,
      value,
      domain: domain === '' ? url.hostname : domain,
      isHostOnly: domain === '',
      path: path?.startsWith('/') === true ? path : defaultPath(url.pathname),
      isSecure,
      isHttpOnly: attributes.has('httponly'),
      sameSite,
      expires: endOf(attributes, this.#now()),
      made: this.#made++,
    })
  }

  /** §5.8: the value of `cookie` in a request for this URL. */
  cookieHeader(to: string): string {
    return this.cookiesFor(to)
      .map(({ name, value }) => (name === '' ? value : `${name}=${value}`))
      .join('; ')
  }

  /** What a request for this URL carries, in order. */
  cookiesFor(to: string): readonly Stored[] {
    const url = new URL(to)
    return this.#stored
      .filter(
        (one) =>
          (one.isHostOnly ? url.hostname === one.domain : isDomainMatch(url.hostname, one.domain)) &&
          isPathMatch(url.pathname, one.path) &&
          (!one.isSecure || url.protocol === 'https:') &&
          one.expires > this.#now(),
      )
      .sort((a, b) => b.path.length - a.path.length || a.made - b.made)
  }

  #store(cookie: Stored): void {
    const isSame = (one: Stored): boolean =>
      one.name === cookie.name &&
      one.domain === cookie.domain &&
      one.isHostOnly === cookie.isHostOnly &&
      one.path === cookie.path
    const old = this.#stored.find(isSame)
    this.#stored = this.#stored.filter((one) => one !== old)
    if (cookie.expires > this.#now()) this.#stored.push({ ...cookie, made: old?.made ?? cookie.made })
  }
}

/** §5.6: `undefined` for a line that is dropped whole. */
function parse(line: string): { name: string; value: string; attributes: Attributes } | undefined {
  // eslint-disable-next-line no-control-regex
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(line)) return undefined
  const [pair = '', ...rest] = line.split(';')
  const equals = pair.indexOf('=')
  const name = trim(pair.slice(0, Math.max(0, equals)))
  const value = trim(pair.slice(equals + 1))
  if ((name === '' && value === '') || Buffer.byteLength(name + value) > 4096) return undefined
  const attributes = new Map<string, string>()
  for (const one of rest) {
    const at = one.indexOf('=')
    const key = trim(at === -1 ? one : one.slice(0, at)).toLowerCase()
    const text = at === -1 ? '' : trim(one.slice(at + 1))
    if (Buffer.byteLength(text) > 1024) continue
    if (key === 'expires' && Number.isNaN(Date.parse(toDate(text)))) continue
    if (key === 'max-age' && !/^-?\d+$/.test(text)) continue
    attributes.set(key, text)
  }
  return { name, value, attributes }
}

function trim(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, '')
}

/** §5.1.1, as far as the tests need it: dashes count as spaces. */
function toDate(text: string): string {
  return text.replace(/(\d)-([a-z]{3})-(\d)/i, '$1 $2 $3')
}

/** §5.5: no cookie is kept for more than 400 days. */
function endOf(attributes: Attributes, now: number): number {
  const latest = now + 400 * 86_400_000
  const maxAge = attributes.get('max-age')
  if (maxAge !== undefined) return Number(maxAge) <= 0 ? 0 : Math.min(latest, now + Number(maxAge) * 1000)
  const expires = attributes.get('expires')
  return expires === undefined ? Infinity : Math.min(latest, Date.parse(toDate(expires)))
}

/** §5.1.3 */
function isDomainMatch(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && !/^[\d.]+$/.test(host))
}

/** §5.1.4 */
function defaultPath(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')))
}

function isPathMatch(path: string, cookiePath: string): boolean {
  if (path === cookiePath) return true
  return path.startsWith(cookiePath) && (cookiePath.endsWith('/') || path[cookiePath.length] === '/')
}

/** Has the browser ask an app over HTTPS, by default at `https://shop.example`. */
export async function visit(
  app: { fetch: App['fetch'] },
  agent: UserAgent,
  target: string,
  init: RequestInit = {},
): Promise<Response> {
  const { href } = new URL(target, 'https://shop.example')
  const cookie = agent.cookieHeader(href)
  const headers = { ...(cookie === '' ? {} : { cookie }), ...(init.headers as Record<string, string>) }
  const answer = await app.fetch(new Request(href, { redirect: 'manual', ...init, headers }))
  for (const line of answer.headers.getSetCookie()) agent.receive(line, href)
  return answer
}
