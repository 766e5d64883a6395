import {
  KEYS,
  middleware,
  RANDOM,
  type BaseContext,
  type Middleware,
  type RouteFacts,
  type WireError,
} from '@keelson/core'
import { checkOptions, refuseCall, withDefaults } from '@keelson/core/options'
import { readCookieOptions } from '../cookies/cookie-options.ts'
import { cookieProblems } from '../cookies/cookie-rules.ts'
import type { Origins } from '../origin/origins.ts'
import { CsrfError } from './csrf-error.ts'
import { judgeOf, toOrigins } from './csrf-judge.ts'
import {
  CSRF_OPTIONS,
  TOKEN_OPTIONS,
  type CsrfOptions,
  type CsrfTokenOptions,
  type ReadyTokenOptions,
} from './csrf-options.ts'
import { CsrfTokens } from './csrf-token.ts'
import { fieldOf, fieldProblems, readsForm } from './form-field.ts'
import { guardsPlan, needsProof, once, unproven } from './proof.ts'
import { httpsProblems, tokenProblems } from './route-problems.ts'

type CsrfErrors = WireError<'ERR_HTTP_CSRF'>

/**
 * Refuses with 403 what a page of another site has a browser send: requests of unsafe methods (POST, PUT, PATCH, DELETE and others) whose
 * `Sec-Fetch-Site` is not `same-origin` or `none`, or, of browsers that do not say it, whose `Origin` is not that of the app. Where neither is there,
 * forms are refused, and what has no `content-type`; JSON passes, which no page can send elsewhere without being asked. Of routes that
 * switch to WebSocket it refuses handshakes of pages of other sites.
 *
 * For routes whose caller is known by a cookie, and for those that sign somebody in; before the middleware that reads who calls. See the guide for what it does not protect.
 *
 * With `token` it adds `csrfToken()`, which makes the token for a form of the page, under another name with `token: { as: 'orderToken' }`.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for what is not an origin, or admits everybody, and for a cookie's name that is not one; the start refuses a form
 *   without a field for its token, two tokens of one cookie, field or header, and in production the start refuses it where nothing says that
 *   the app is reached over HTTPS
 * @throws {CsrfError} `ERR_HTTP_CSRF`, 403
 * @see https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
 * @example
 * const signIn = route.post('/session', { access: 'public', use: [csrf()] }, () => ({ signedIn: true }))
 */
export function csrf(options?: CsrfOptions & { readonly token?: undefined }): Middleware<{}, {}, CsrfErrors>
export function csrf<const TAs extends string = 'csrfToken', TNeeds = {}>(
  options: CsrfOptions<TAs, TNeeds> & { readonly token: {} },
): Middleware<{ [K in TAs]: () => string }, TNeeds, CsrfErrors>
export function csrf(options: CsrfOptions = {}): Middleware<{}, {}, CsrfErrors> {
  checkOptions(CSRF_OPTIONS, options, PLACE)
  const origins = toOrigins(options, PLACE)
  return options.token === undefined ? withoutToken(origins) : withToken(origins, options.token)
}

const PLACE = { name: 'csrf', below: csrf as never }

function withoutToken(origins: Origins): Middleware<{}, {}, CsrfErrors> {
  const { judge, problems } = judgeOf(origins)
  return middleware({
    name: 'csrf',
    stage: 'authenticate',
    kinds: ['http'],
    for: (route) =>
      guardsPlan(route) ? { run: (ctx: BaseContext) => judge(ctx, route), problems: problems(route) } : null,
    run: (ctx) => judge(ctx),
    describe: { isSecurityOptional: true, errors: [CsrfError] },
  })
}

/** By the name that the option `as` gives. */
interface Added {
  readonly [as: string]: () => string
}

function withToken(origins: Origins, options: CsrfTokenOptions): Middleware<{}, {}, CsrfErrors> {
  const ready = withDefaults<ReadyTokenOptions>(TOKEN_OPTIONS, options)
  const { as, header, field, cookie } = ready
  refuseCall(cookieProblems(cookie, readCookieOptions({})), PLACE)
  const token = { header, field, cookie }
  const give = (ctx: BaseContext, tokens: CsrfTokens): Added => ({ [as]: tokens.maker(ctx) })
  const tokenOf = (ctx: BaseContext, route: RouteFacts): string | undefined | Promise<string | undefined> =>
    ctx.header(header) ?? (readsForm(route) ? fieldOf(ctx, field) : undefined)
  return middleware({
    name: 'csrf',
    stage: 'authenticate',
    inject: { keys: KEYS, random: RANDOM },
    state: (services) => new CsrfTokens(services, ready),
    adds: [as],
    needs: options.needs,
    for: (route) => {
      const problems = [...httpsProblems(route), ...tokenProblems(route, token)]
      if (route.kind !== 'http' || !guardsPlan(route))
        return { describe: { isSecurityOptional: true }, problems }
      return {
        run: (ctx, { state }) =>
          once(needsProof(ctx, origins, route), (needed) =>
            needed
              ? once(tokenOf(ctx, route), (token) => {
                  assertRight(state, ctx, token)
                  return give(ctx, state)
                })
              : give(ctx, state),
          ),
        problems: [...problems, ...fieldProblems(route, field)],
      }
    },
    run: (ctx, { state }): Added | Promise<Added> => give(ctx, state),
    describe: {
      isSecurityOptional: true,
      errors: [CsrfError],
      requestHeaders: {
        [header]: 'The token of a form, where a browser says neither `sec-fetch-site` nor `origin`.',
      },
    },
  })
}

/** @throws {CsrfError} for a token that is missing, changed, or of another cookie or session */
function assertRight(tokens: CsrfTokens, ctx: BaseContext, token: string | undefined): void {
  if (token === undefined || !tokens.isRight(ctx, token)) throw unproven()
}
