import {
  flag,
  integer,
  ofKind,
  oneOf,
  optionTable,
  text,
  withDefaults,
  type OptionEntries,
  type WithDefaults,
} from '@keelson/core/options'

/** Attributes of a cookie (RFC 6265bis §4.1.2). */
export interface CookieAttributes {
  /**
   * What browsers hold its name to (RFC 6265bis §4.1.3): `host` puts `__Host-` before it, so that no other host, subdomains included, can
   * set it; `secure` puts `__Secure-`, which a cookie with a `domain` can have; `none` nothing. Default `host`.
   */
  readonly prefix?: 'host' | 'secure' | 'none' | undefined
  /** Whether it is sent over TLS alone. Default `true`; `false` only with `prefix: 'none'`. */
  readonly secure?: boolean | undefined
  /** Whether scripts of the page cannot read it. Default `true`. */
  readonly httpOnly?: boolean | undefined
  /**
   * Which requests of other sites carry it: `strict` none, `lax` links and other plain navigation, `none` all, which needs `secure`.
   * Default `lax`.
   */
  readonly sameSite?: 'strict' | 'lax' | 'none' | undefined
  /** Path below which it is sent; begins with `/`. Default `/`, which the prefix `host` demands. */
  readonly path?: string | undefined
  /** Host whose subdomains get it, too. Default: the host that sets it alone, which the prefix `host` demands. */
  readonly domain?: string | undefined
  /** Whether it is kept apart for each site that embeds this one (CHIPS); needs `secure`. Default `false`. */
  readonly partitioned?: boolean | undefined
  /** Which cookies browsers drop first when there are too many. Default: none, which counts as `medium`. */
  readonly priority?: 'low' | 'medium' | 'high' | undefined
}

/** Options of `setCookie`. */
export interface CookieOptions extends CookieAttributes {
  /** How long it is kept, s; at most 34,560,000, the 400 days of browsers. Default: until the browser is closed. */
  readonly maxAgeSeconds?: number | undefined
  /** Until when it is kept, instead of `maxAgeSeconds`. */
  readonly expires?: Date | undefined
  /**
   * How the value is written. `percent` takes any text, and escapes what a cookie cannot hold; `none` takes what a cookie can hold, and
   * writes it as it is, for readers that do not decode. Default `percent`.
   */
  readonly encoding?: 'percent' | 'none' | undefined
}

/** Options of `readCookie`. */
export type ReadCookieOptions = Pick<CookieAttributes, 'prefix'>

/** Longest time that browsers keep a cookie, s: 400 days (RFC 6265bis §5.5). */
export const MAX_AGE_SECONDS = 34_560_000

const DATE = {
  what: 'a Date of the years 1601 to 9999',
  test: (value: unknown) =>
    value instanceof Date && value.getUTCFullYear() >= 1601 && value.getUTCFullYear() <= 9999,
}

/** Entries of {@link CookieAttributes}, for tables of cookies. */
export const ATTRIBUTE_ENTRIES: OptionEntries<CookieAttributes> = {
  prefix: oneOf(['host', 'secure', 'none'], 'What browsers hold its name to.', { default: 'host' }),
  secure: flag('Whether it is sent over TLS alone.', { default: true }),
  httpOnly: flag('Whether scripts of the page cannot read it.', { default: true }),
  sameSite: oneOf(['strict', 'lax', 'none'], 'Which requests of other sites carry it.', { default: 'lax' }),
  path: text('Path below which it is sent.', { default: '/' }),
  domain: text('Host whose subdomains get it, too.'),
  partitioned: flag('Whether it is kept apart for each site that embeds this one.', { default: false }),
  priority: oneOf(['low', 'medium', 'high'], 'Which cookies browsers drop first.'),
}

/** Options of `setCookie`, and of `clearCookie`. */
export const COOKIE_OPTIONS = optionTable<CookieOptions>({
  ...ATTRIBUTE_ENTRIES,
  maxAgeSeconds: integer('How long it is kept, s.', { maximum: MAX_AGE_SECONDS }),
  expires: ofKind(DATE, 'Until when it is kept.'),
  encoding: oneOf(['percent', 'none'], 'How the value is written.', { default: 'percent' }),
})

/** Options of a cookie, with what is by default. */
export type ReadyCookieOptions = WithDefaults<
  CookieOptions,
  'prefix' | 'secure' | 'httpOnly' | 'sameSite' | 'path' | 'partitioned' | 'encoding'
>

/** Options that were checked, with what is by default. */
export function readCookieOptions(options: CookieOptions): ReadyCookieOptions {
  return withDefaults(COOKIE_OPTIONS, options)
}

/** Options of `readCookie`. */
export const READ_OPTIONS = optionTable<ReadCookieOptions>({ prefix: ATTRIBUTE_ENTRIES.prefix })
