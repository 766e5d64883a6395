import { callSite, checkOptions, flag, optionTable, text } from '../errors/index.ts'

/**
 * Name of something that can be injected and is not a class: a symbol branded with the type it stands for.
 *
 * @example
 * const CLOCK = token<Clock>('clock')
 */
export type Token<T> = symbol & { readonly '~token': T }

/** Options of {@link token}. */
export interface TokenOptions {
  /**
   * Whether two tokens of this name are the same token, also when two copies of a package made them. For tokens that
   * a package exports; the name then carries the package: `acme.mailer`. Default: `false`, every call makes a new token.
   */
  readonly shared?: boolean | undefined
  /** What provides it, for the message when nothing does: `the plugin database()`. */
  readonly providedBy?: string | undefined
  /** What to do when nothing provides it, one sentence, instead of the advice to bind it. */
  readonly remedy?: string | undefined
  /**
   * For a token that stands for the only one of its kind: what to do where several provide it, one sentence. It then stands for
   * none of them. Default: to provide it several times is a problem.
   */
  readonly ambiguous?: string | undefined
}

/** What is known of a token besides its name; only ever used in messages. */
interface TokenOrigin {
  readonly shared: boolean
  readonly providedBy: string | undefined
  readonly remedy: string | undefined
  readonly ambiguous: string | undefined
  readonly place: () => string | undefined
}

// Registered symbols cannot be keys of a WeakMap; shared tokens are few, named by packages and live as long as the process.
const uniqueOrigins = new WeakMap<symbol, TokenOrigin>()
const sharedOrigins = new Map<symbol, TokenOrigin>()
const SHARED_PREFIX = 'keelson.token.'

/**
 * Makes a token: stands for a `T` in `static inject`, `bind`, `route.inject` and `@inject`.
 *
 * @param name - how messages call it; need not be unique unless `shared`
 * @example
 * interface Mailer { send(to: string, text: string): Promise<void> }
 * const MAILER = token<Mailer>('mailer')
 * class Welcome {
 *   static inject = [MAILER] as const
 *   readonly #mailer: Mailer
 *   constructor(mailer: Mailer) {
 *     this.#mailer = mailer
 *   }
 * }
 */
export function token<T>(name: string, options: TokenOptions = {}): Token<T> {
  checkOptions(TOKEN_OPTIONS, options, { name: `token('${name}')`, below: token })
  const shared = options.shared === true
  const symbol = shared ? Symbol.for(SHARED_PREFIX + name) : Symbol(name)
  const { providedBy, remedy, ambiguous } = options
  const origin: TokenOrigin = { shared, providedBy, remedy, ambiguous, place: callSite(token) }
  if (!shared) uniqueOrigins.set(symbol, origin)
  else if (!sharedOrigins.has(symbol) || (providedBy ?? remedy) !== undefined)
    sharedOrigins.set(symbol, origin)
  return symbol as Token<T>
}

const TOKEN_OPTIONS = optionTable<TokenOptions>({
  shared: flag('Whether two tokens of this name are the same token.', { default: false }),
  providedBy: text('What provides it, for the message when nothing does.'),
  remedy: text('What to do when nothing provides it.'),
  ambiguous: text('What to do where several provide it.'),
})

/** Name that the token was made with. */
export function tokenName(symbol: symbol): string {
  const description = symbol.description ?? ''
  return description.startsWith(SHARED_PREFIX) && Symbol.keyFor(symbol) !== undefined
    ? description.slice(SHARED_PREFIX.length)
    : description
}

/** The token as its constant is written: `requestId` and `acme.request-id` are `REQUEST_ID`. */
export function tokenConstant(symbol: symbol): string {
  const own =
    tokenName(symbol)
      .split('.')
      .findLast((part) => part !== '') ?? ''
  // The engine builds tables for Unicode classes at their first use: 1 ms of a start.
  const isAscii = /^[ -~]*$/.test(own)
  const words = isAscii
    ? own.replaceAll(/([a-z\d])([A-Z])/g, '$1_$2').replaceAll(/[^a-zA-Z\d]+/g, '_')
    : own.replaceAll(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1_$2').replaceAll(/[^\p{L}\p{N}]+/gu, '_')
  return words.toUpperCase() || 'TOKEN'
}

/** What provides the token, as its author said. */
export function tokenProvidedBy(symbol: symbol): string | undefined {
  return originOf(symbol)?.providedBy
}

/** What to do when nothing provides the token, as its author said. */
export function tokenRemedy(symbol: symbol): string | undefined {
  return originOf(symbol)?.remedy
}

/** What to do where several provide the token; undefined where that is a problem in itself. */
export function tokenAmbiguity(target: unknown): string | undefined {
  return typeof target === 'symbol' ? originOf(target)?.ambiguous : undefined
}

/** Tells apart two tokens of one name: where it was made, or that it is shared. */
export function tokenOrigin(symbol: symbol): string {
  const origin = originOf(symbol)
  if (origin === undefined) return 'a plain symbol'
  if (origin.shared) return 'shared'
  const place = origin.place()
  return place === undefined ? 'made in a package' : `made at ${place}`
}

function originOf(symbol: symbol): TokenOrigin | undefined {
  return uniqueOrigins.get(symbol) ?? sharedOrigins.get(symbol)
}
