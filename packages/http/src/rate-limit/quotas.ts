import {
  CLOCK,
  KEY_VALUE_STORE,
  middleware,
  ServiceUnavailableError,
  TooManyRequestsError,
  type Middleware,
  type WireError,
} from '@keelson/core'
import {
  checkArgument,
  checkOptions,
  refuseCall,
  withDefaults,
  type WithDefaults,
} from '@keelson/core/options'
import { nameProblems, roomProblems } from './plan-problems.ts'
import { QUOTAS_ARGUMENT, QUOTAS_OPTIONS, type QuotaSizes, type QuotasOptions } from './quotas-options.ts'
import { prefixOf } from './read-options.ts'
import { quotasOfRequest, type Quotas } from './request-quota.ts'
import { watchOf } from './watch-of.ts'

/**
 * Adds `quotas`, from which a handler takes by itself: for what is known in the handler alone, such as the account that a body
 * names. Each has a bucket of `limit` units for each key, as those of `rateLimit`, in the same store and with the same names.
 *
 * Take before what is guarded is done, and give back what is not to count: of many requests at once none then passes the limit.
 *
 * @param sizes - by name, once in each app: 1 to 32 of letters, digits and `-`
 * @throws {SetupError} `ERR_CORE_OPTION`, also for no quotas; at start for a name that another limit of the app has, and for another `maxBytes`
 * @example
 * const guarded = route.use(quotas({ passwords: { limit: 5, windowMs: 900_000 } }, { onStoreFailure: 'closed' }))
 * const signIn = guarded.post('/sign-in/:account', { access: 'public' }, async ({ params, quotas, header }) => {
 *   await quotas.passwords.take(params.account)
 *   if (header('x-password') !== 'pear') throw new UnauthorizedError()
 *   await quotas.passwords.giveBack(params.account)
 *   return 'Welcome'
 * })
 */
export function quotas<
  const TName extends string,
  const TAs extends string = 'quotas',
  const TFailure extends 'open' | 'closed' = 'open',
>(
  sizes: QuotaSizes<TName>,
  options?: QuotasOptions<TAs, TFailure>,
): Middleware<
  { [K in TAs]: Quotas<TName> },
  {},
  | WireError<'ERR_CORE_TOO_MANY_REQUESTS'>
  | ('closed' extends TFailure ? WireError<'ERR_CORE_UNAVAILABLE'> : never)
>
export function quotas(
  sizes: QuotaSizes<string>,
  options: QuotasOptions = {},
): Middleware<
  { [as: string]: Quotas<string> },
  {},
  WireError<'ERR_CORE_TOO_MANY_REQUESTS'> | WireError<'ERR_CORE_UNAVAILABLE'>
> {
  const place = { name: 'quotas', below: quotas as never }
  checkArgument(QUOTAS_ARGUMENT, sizes, { ...place, argument: 'quotas' })
  checkOptions(QUOTAS_OPTIONS, options, place)
  if (Object.keys(sizes).length === 0)
    refuseCall(
      [
        {
          message: 'It has no quotas.',
          remedy: 'Name them: { passwords: { limit: 5, windowMs: 900_000 } }.',
        },
      ],
      place,
    )
  const { as } = withDefaults<WithDefaults<QuotasOptions, 'as'>>(QUOTAS_OPTIONS, options)
  const isClosed = options.onStoreFailure === 'closed'
  const all = Object.entries(sizes).map(([name, { limit, windowMs }]) => {
    return { name, limit, windowMs, prefix: prefixOf(name, limit, windowMs) }
  })
  return middleware({
    name: 'quotas',
    stage: 'receive',
    inject: { store: KEY_VALUE_STORE, clock: CLOCK },
    state: ({ store, clock }) => watchOf(store, clock, options),
    adds: [as],
    for: ({ app }) => {
      const problems = [...nameProblems(app, all, sizes), ...roomProblems(app, options)]
      return problems.length > 0 ? { problems } : undefined
    },
    run: (ctx, { state }) => ({ [as]: quotasOfRequest(ctx, all, { watch: state, isClosed }) }),
    describe: {
      errors: isClosed ? [TooManyRequestsError, ServiceUnavailableError] : [TooManyRequestsError],
      explain: all
        .map(({ name, limit, windowMs }) => `${name}: ${limit} in ${windowMs / 1000} s, taken by the handler`)
        .join('; '),
    },
  })
}
