import type { BaseContext, Needs } from '@keelson/core'
import { callable, nested, ofKind, optionTable, text, type WithDefaults } from '@keelson/core/options'
import { contextNameOption } from '../context-name/context-name.ts'
import { ORIGIN_TIMEOUT, originRules, type OriginRule } from '../origin/origin-options.ts'

/** Options of `csrf`. */
export interface CsrfOptions<TAs extends string = string, TNeeds = {}> {
  /**
   * Whose pages may send unsafe requests, besides those of the app: one origin as browsers write it (`https://app.example`), a pattern
   * (`https://*.shop.example`), a RegExp, a function, or a list of them, as of `cors`. Default: none.
   */
  readonly origins?: OriginRule | readonly OriginRule[] | undefined
  /** How long functions in `origins` may take for one request, ms; then the origin is refused, and the log says so. Default 2,000. */
  readonly originTimeoutMs?: number | undefined
  /** Has forms carry a token, for browsers that say neither `sec-fetch-site` nor `origin`. Default: without; their forms are refused. */
  readonly token?: CsrfTokenOptions<TAs, TNeeds> | undefined
}

/** A token that a form sends and a cookie must fit (signed double submit). */
export interface CsrfTokenOptions<TAs extends string = string, TNeeds = {}> {
  /** Name on the context of what makes the token: of two on one route each has its own, as it has its own cookie. Default `csrfToken`. */
  readonly as?: TAs | undefined
  /** Name of the cookie, without its prefix. Default `csrf`. */
  readonly cookie?: string | undefined
  /** Request header in which scripts send it. Default `x-csrf-token`. */
  readonly header?: string | undefined
  /** Field of an `application/x-www-form-urlencoded` form that carries it; `form(…)` of the route declares it. Default `csrfToken`. */
  readonly field?: string | undefined
  /** What `session` must find on the context: `needs<{ jar: CookieJar<'session'> }>('jar')`. Default none. */
  readonly needs?: Needs<TNeeds> | undefined
  /**
   * What a token is of, such as the id of the session: with another one it is refused. Of a cookie of a jar it is what `read()` gives: what the
   * browser keeps is another text each time that it is set. Default: the cookie alone, which
   * who can set cookies for the host may replace along with the token.
   */
  readonly session?: ((ctx: BaseContext & TNeeds) => string | undefined) | undefined
}

const NEEDS = {
  what: 'what needs() made',
  test: (value: unknown): boolean => Array.isArray((value as Partial<Needs<unknown>> | null)?.names),
  remedy: () => "Write needs<{ jar: CookieJar<'session'> }>('jar').",
}

/** Options of a token, with what is by default. */
export type ReadyTokenOptions = WithDefaults<CsrfTokenOptions, 'as' | 'cookie' | 'header' | 'field'>

export const TOKEN_OPTIONS = optionTable<CsrfTokenOptions>({
  as: contextNameOption('Name on the context of what makes the token.', 'csrfToken'),
  cookie: text('Name of the cookie.', { default: 'csrf' }),
  header: text('Request header in which scripts send it.', {
    default: 'x-csrf-token',
    pattern: '^[a-z0-9-]{1,64}$',
    what: 'the name of a header in lower case',
  }),
  field: text('Field of a form that carries it.', { default: 'csrfToken', minLength: 1 }),
  needs: ofKind(NEEDS, 'What session must find on the context.'),
  session: callable('Says what a token is of.'),
})

/** Options of `csrf`. */
export const CSRF_OPTIONS = optionTable<CsrfOptions>({
  origins: originRules('Origins besides that of the app.'),
  originTimeoutMs: ORIGIN_TIMEOUT,
  token: nested(TOKEN_OPTIONS, 'Has forms carry a token.'),
})
