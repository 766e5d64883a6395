import type { BaseContext, RouteFacts } from '@keelson/core'
import { checkOptions, optionTable, refuseCall, withDefaults, type WithDefaults } from '@keelson/core/options'
import { broadProblems } from '../origin/broad-origins.ts'
import { readOrigins, type Origins } from '../origin/origins.ts'
import { CSRF_OPTIONS, type CsrfOptions } from './csrf-options.ts'
import { needsProof, once, unproven } from './proof.ts'
import { httpsProblems } from './route-problems.ts'

/** Options of {@link createCsrfJudge}: those of `csrf` that say whose pages may send requests. */
export type CsrfJudgeOptions = Pick<CsrfOptions, 'origins' | 'originTimeoutMs'>

/** Says of one request whether a page of another site may have had the browser send it. */
export interface CsrfJudge {
  /**
   * Lets a request pass, or refuses it as `csrf()` does.
   *
   * @param route - what its route switches to, if anything: then handshakes are looked at, though they are GET
   * @returns a promise only where a function in `origins` gives one
   * @throws {CsrfError} `ERR_HTTP_CSRF`, 403
   */
  judge(ctx: BaseContext, route?: Pick<RouteFacts, 'upgrades'>): void | Promise<void>
  /** Why a route cannot be judged: in production nothing says that the app is reached over HTTPS. For `for` of a middleware. */
  problems(route: RouteFacts): readonly { readonly message: string; readonly remedy: string }[]
}

const JUDGE_OPTIONS = optionTable<CsrfJudgeOptions>({
  origins: CSRF_OPTIONS.properties.origins,
  originTimeoutMs: CSRF_OPTIONS.properties.originTimeoutMs,
})

type ReadyJudgeOptions = WithDefaults<CsrfJudgeOptions, 'originTimeoutMs'>

const SWITCHES_NOTHING = { upgrades: undefined }

/**
 * Makes what `csrf()` judges requests by, for middleware that decides by itself which requests are judged: a scheme whose callers are
 * known by a cookie. Where nothing but the route decides, `csrf()` does it.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for what is not an origin, or admits everybody
 * @see https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
 * @example
 * const judge = createCsrfJudge({ origins: ['https://app.example'] })
 * const guarded = middleware({
 *   name: 'device',
 *   stage: 'authenticate',
 *   run: async (ctx) => {
 *     if (ctx.cookie('__Host-device') !== undefined) await judge.judge(ctx)
 *   },
 *   describe: { errors: [CsrfError] },
 * })
 */
export function createCsrfJudge(options: CsrfJudgeOptions = {}): CsrfJudge {
  const place = { name: 'createCsrfJudge', below: createCsrfJudge as never }
  checkOptions(JUDGE_OPTIONS, options, place)
  return judgeOf(toOrigins(options, place))
}

/** A judge by origins that were read. */
export function judgeOf(origins: Origins): CsrfJudge {
  return {
    judge: (ctx, route = SWITCHES_NOTHING) =>
      once(needsProof(ctx, origins, route), (needed) => {
        if (needed) throw unproven()
      }),
    problems: httpsProblems,
  }
}

/** @throws {SetupError} `ERR_CORE_OPTION` for origins that cannot be, and for everybody's */
export function toOrigins(
  options: CsrfJudgeOptions,
  place: { readonly name: string; readonly below: never },
): Origins {
  const { origins: rules = [], originTimeoutMs: timeoutMs } = withDefaults<ReadyJudgeOptions>(
    JUDGE_OPTIONS,
    options,
  )
  const { origins, problems } = readOrigins(rules, { name: place.name, timeoutMs })
  const broad = broadProblems(origins, 'send what changes something for the users of this app')
  refuseCall([...problems, ...broad], place)
  return origins
}
