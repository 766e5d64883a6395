import { middleware, type Middleware, type RouteFacts } from '@keelson/core'
import { checkOptions } from '@keelson/core/options'
import { NearestPolicy, type Slot } from '../policy/nearest.ts'
import { CORS_OPTIONS, type CorsOptions } from './cors-options.ts'
import { decideEarly, encodeBy, receive, type CorsParts, type Received } from './cors-parts.ts'
import { toPolicy, type CorsPolicy } from './cors-policy.ts'

const policies = new NearestPolicy<CorsPolicy>()

/**
 * Lets pages of other origins read answers (Fetch standard, CORS protocol), errors and answers that no route gives included, and
 * answers their preflights before callers are authenticated and limits refuse: with the methods that have a route at the path.
 *
 * Of several that cover a route the nearest counts: `cors` of a router says all for its routes, and not in addition to that of the
 * app. It does not refuse requests: see the guide for what it does not protect.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for an origin that no browser sends, and for `'*'` or a pattern of everything with credentials
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 * @example
 * createApp({ routes: { orders }, use: [cors({ origins: ['https://app.example'], credentials: true })] })
 */
export function cors(options: CorsOptions): Middleware {
  checkOptions(CORS_OPTIONS, options, { name: 'cors', below: cors })
  const policy = toPolicy(options, cors)
  return middleware<never, Received>({
    name: 'cors',
    stage: 'receive',
    isFirst: true,
    kinds: ['http'],
    for: (route) => {
      const { slot, isOutermost } = policies.join(route, policy)
      const run = runOf({ slot, policy, isOutermost }, route)
      if (run === undefined && !isOutermost) return null
      return { run, encode: isOutermost ? encodeBy(slot) : undefined }
    },
    describe: {
      headers: {
        'access-control-allow-origin': 'The origin of the page, where it may read the answer.',
        ...Object.fromEntries(
          policy.lines.flatMap((name, at) =>
            at % 2 === 0 ? [[name, `Always \`${policy.lines[at + 1]}\`.`]] : [],
          ),
        ),
      },
    },
  })
}

/** Routes of one method are never asked by OPTIONS: there is nothing to do for them before the answer, unless functions decide. */
function runOf({ slot, policy, isOutermost }: Standing, { method }: RouteFacts): CorsParts['run'] {
  if (method === undefined || method === '*') return isOutermost ? receive(slot, method === '*') : undefined
  return policy.origins.functions.length > 0 ? decideEarly(slot, policy) : undefined
}

/** A `cors()` in a plan. */
interface Standing {
  readonly slot: Slot<CorsPolicy>
  readonly policy: CorsPolicy
  /** Whether it is the one that does what the nearest says. */
  readonly isOutermost: boolean
}
