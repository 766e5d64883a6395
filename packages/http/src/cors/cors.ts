import { middleware, type Middleware, type RouteFacts } from '@keelson/core'
import { checkOptions } from '@keelson/core/options'
import { CORS_OPTIONS, type CorsOptions } from './cors-options.ts'
import { decideEarly, encodeBy, receive, type CorsParts, type Received } from './cors-parts.ts'
import { toPolicy, type CorsPolicy } from './cors-policy.ts'

/**
 * Lets pages of other origins read answers (Fetch standard, CORS protocol), errors and answers that no route gives included, and
 * answers their preflights before callers are authenticated and limits refuse: with the methods that have a route at the path.
 *
 * Of several that cover a route the nearest counts: `cors` of a router says all for its routes, and not in addition to that of the
 * app. It does not refuse requests: see the guide for what it does not protect.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for an origin that no browser sends, and for `'*'`, `'null'` or a pattern of everything with credentials
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 * @example
 * createApp({ routes: { orders }, use: [cors({ origins: ['https://app.example'], credentials: true })] })
 */
export function cors(options: CorsOptions): Middleware {
  checkOptions(CORS_OPTIONS, options, { name: 'cors', below: cors })
  const policy = toPolicy(options, cors)
  const encode = encodeBy(policy)
  return middleware<never, Received>({
    name: 'cors',
    stage: 'receive',
    isFirst: true,
    isSingle: true,
    kinds: ['http'],
    for: (route) => ({ run: runOf(policy, route), encode }),
    describe: {
      headers: {
        ...(policy.origins.isOpen ? {} : { vary: 'Depends on `origin`.' }),
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
function runOf(policy: CorsPolicy, { method }: RouteFacts): CorsParts['run'] {
  if (method === undefined || method === '*') return receive(policy, method === '*')
  return policy.origins.functions.length > 0 ? decideEarly(policy) : undefined
}
