import {
  KEYS,
  middleware,
  RANDOM,
  SetupError,
  type BaseContext,
  type Middleware,
  type RouteFacts,
  type WireError,
} from '@keelson/core'
import { checkOptions, placeOf } from '@keelson/core/options'
import { cookieProblems } from '../cookies/cookie-rules.ts'
import { plainHttpProblem } from '../cookies/plain-http.ts'
import { CsrfError } from './csrf-error.ts'
import { CSRF_OPTIONS, type CsrfOptions, type CsrfTokenOptions } from './csrf-options.ts'
import { CsrfTokens } from './csrf-token.ts'
import { isFormType, SAFE_METHODS, sourceOf } from './request-source.ts'

type CsrfErrors = WireError<'ERR_HTTP_CSRF'>

/**
 * Refuses with 403 what a page of another site has a browser send: requests of unsafe methods (POST, PUT, PATCH, DELETE and others) whose
 * `Sec-Fetch-Site` is not `same-origin` or `none`, or, of browsers that do not say it, whose `Origin` is not that of the app. Where neither is there,
 * forms are refused, and what has no `content-type`; JSON passes, which no page can send elsewhere without being asked.
 *
 * For routes whose caller is known by a cookie, and for those that sign somebody in. See the guide for what it does not protect.
 *
 * With `token` it adds `csrfToken()`, which makes the token for a form of the page, under another name with `token: { as: 'orderToken' }`.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for what is not an origin or a cookie's name; in production the start refuses it where nothing says that
 *   the app is reached over HTTPS
 * @throws {CsrfError} `ERR_HTTP_CSRF`, 403
 * @see https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
 * @example
 * const signIn = route.post('/session', { access: 'public', use: [csrf()] }, () => ({ signedIn: true }))
 */
export function csrf(options?: CsrfOptions & { readonly token?: undefined }): Middleware<{}, {}, CsrfErrors>
export function csrf<const TAs extends string = 'csrfToken'>(
  options: CsrfOptions & { readonly token: CsrfTokenOptions<TAs> },
): Middleware<{ [K in TAs]: () => string }, {}, CsrfErrors>
export function csrf(options: CsrfOptions = {}): Middleware<{}, {}, CsrfErrors> {
  checkOptions(CSRF_OPTIONS, options, { name: 'csrf', below: csrf as never })
  const origins = new Set(options.origins)
  return options.token === undefined ? withoutToken(origins) : withToken(origins, options.token)
}

function withoutToken(origins: ReadonlySet<string>): Middleware<{}, {}, CsrfErrors> {
  return middleware({
    name: 'csrf',
    stage: 'authenticate',
    kinds: ['http'],
    for: (route) => (isSafe(route) ? null : refusalOf(route)),
    run: (ctx) => {
      if (needsProof(ctx, origins)) throw unproven()
    },
    describe: { errors: [CsrfError] },
  })
}

/** By the name that the option `as` gives. */
interface Added {
  readonly [as: string]: () => string
}

function withToken(origins: ReadonlySet<string>, options: CsrfTokenOptions): Middleware<{}, {}, CsrfErrors> {
  const { as = 'csrfToken', header = 'x-csrf-token', field = 'csrfToken', cookie = 'csrf' } = options
  const [wrong] = cookieProblems(cookie, {})
  if (wrong !== undefined)
    throw new SetupError([{ ...wrong, code: 'ERR_CORE_OPTION', place: placeOf('csrf', csrf as never) }])
  return middleware({
    name: 'csrf',
    stage: 'authenticate',
    inject: { keys: KEYS, random: RANDOM },
    state: (services) => new CsrfTokens(services, options),
    adds: [as],
    for: (route) => {
      if (route.kind !== 'http' || isSafe(route))
        return {
          run: (ctx, { state }) => ({ [as]: state.maker(ctx) }),
          describe: {},
          ...refusalOf(route),
        }
      return refusalOf(route)
    },
    run: (ctx, { state }): Added | Promise<Added> => {
      const added = { [as]: state.maker(ctx) }
      if (!needsProof(ctx, origins)) return added
      const token = ctx.header(header)
      if (token === undefined)
        return fieldOf(ctx, field).then((value) => {
          assertRight(state, ctx, value)
          return added
        })
      assertRight(state, ctx, token)
      return added
    },
    describe: {
      errors: [CsrfError],
      requestHeaders: {
        [header]: 'The token of a form, where a browser says neither `sec-fetch-site` nor `origin`.',
      },
    },
  })
}

/** Routes whose methods change nothing; those of a mounted handler may be any. */
function isSafe({ method }: RouteFacts): boolean {
  return method === undefined || SAFE_METHODS.has(method)
}

/** Over plain HTTP browsers do not say where a request comes from, and the app's own origin would be another one than theirs. */
function refusalOf({
  app,
  kind,
}: RouteFacts):
  | { readonly problems: readonly { readonly message: string; readonly remedy: string }[] }
  | undefined {
  const problem =
    kind === 'http' ? plainHttpProblem(app, 'It compares origins, which have a scheme') : undefined
  return problem && { problems: [problem] }
}

/** Whether nothing says that a request was sent by a page that may, and a form may have sent it. */
function needsProof(ctx: BaseContext, origins: ReadonlySet<string>): boolean {
  if (SAFE_METHODS.has(ctx.method)) return false
  const source = sourceOf(ctx, origins)
  if (source === 'other')
    throw new CsrfError({ message: 'A page of another site had the browser send the request.' })
  return source === 'unknown' && isFormType(ctx.header('content-type'))
}

function unproven(): Error {
  return new CsrfError({
    message:
      'Nothing says which page sent the request: it has neither sec-fetch-site nor origin, and a form could send it.',
  })
}

/** @throws {CsrfError} for a token that is missing, changed, or of another cookie or session */
function assertRight(tokens: CsrfTokens, ctx: BaseContext, token: string | undefined): void {
  if (token === undefined || !tokens.isRight(ctx, token)) throw unproven()
}

/** What a form has in the field of the token. */
async function fieldOf(ctx: BaseContext, field: string): Promise<string | undefined> {
  if (!/^application\/x-www-form-urlencoded(?:[ \t]*;|$)/i.test(ctx.header('content-type') ?? ''))
    return undefined
  return new URLSearchParams(new TextDecoder().decode(await ctx.rawBody())).get(field) ?? undefined
}
