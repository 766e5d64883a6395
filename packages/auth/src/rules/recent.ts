import {
  CLOCK,
  defineError,
  middleware,
  needs,
  type BaseContext,
  type Clock,
  type Middleware,
  type WireError,
} from '@keelson/core'
import { checkOptions, integer, listOf, optionTable, refuseCall, required, text } from '@keelson/core/options'
import { identityOf, type SchemeErrors } from '../schemes/index.ts'
import { refusalHeaders } from './refusal.ts'
import { ruleAt } from './rule-at.ts'
import { assertUser, type MaybeUser } from './signed-in.ts'

/** `ERR_AUTH_NOT_RECENT`, 401: the caller is known, and has to sign in again, or by another factor. Its message says which. */
export const NotRecentError = defineError('ERR_AUTH_NOT_RECENT', {
  name: 'NotRecentError',
  status: 401,
  title: 'A newer sign-in is needed',
})

/** Options of {@link recent}. */
export interface RecentOptions {
  /** How long ago the caller may have signed in, ms: whole seconds. */
  readonly withinMs: number
  /** Ways of signing in, in the values of `amr` (RFC 8176), of which each was used: `['pwd', 'otp']`. Default: any. */
  readonly factors?: readonly string[] | undefined
  /** Ways of which one was used: `['otp', 'hwk']`. Default: any. */
  readonly anyFactor?: readonly string[] | undefined
}

/** An access rule for callers who signed in lately. */
export type RecentRule = Middleware<
  {},
  MaybeUser,
  SchemeErrors | WireError<'ERR_AUTH_NOT_RECENT', undefined, 401>
> & {
  readonly '~types': { readonly narrows: { readonly user: {} } }
}

const YEAR_MS = 31_536_000_000

const FACTOR = text('A way of signing in.', { pattern: '^[A-Za-z0-9_-]+$' })

const RECENT_OPTIONS = optionTable<RecentOptions>({
  withinMs: required(
    integer('How long ago the caller may have signed in, ms.', { minimum: 1000, maximum: YEAR_MS }),
  ),
  factors: listOf(FACTOR, 'Ways of signing in, of which each was used.', { minItems: 1 }),
  anyFactor: listOf(FACTOR, 'Ways of signing in, of which one was used.', { minItems: 1 }),
})

/**
 * An access rule for what needs a fresh proof, such as the deletion of an account (step-up): 401 with `ERR_AUTH_NOT_RECENT` where the
 * caller signed in too long ago, or not by these factors, or where the credential does not say. Callers by token get the challenge
 * `insufficient_user_authentication` (RFC 9470 §3).
 *
 * @throws {SetupError} `ERR_CORE_OPTION`
 * @throws {NotRecentError} `ERR_AUTH_NOT_RECENT`, 401
 * @example
 * const close = web.delete('/me', { access: recent({ withinMs: 600_000 }), response: { 204: null } }, () => reply(204))
 */
export function recent(options: RecentOptions): RecentRule {
  const below = recent as never
  checkOptions(RECENT_OPTIONS, options, { name: 'recent', below })
  const seconds = options.withinMs / 1000
  if (!Number.isInteger(seconds))
    refuseCall(
      [
        {
          message: `A sign-in within ${options.withinMs} ms ends within a second, which max_age cannot say.`,
          remedy: 'Give whole seconds.',
        },
      ],
      { name: 'recent', below },
    )
  const by = waysOf(options)
  const rule = `signed in within ${seconds} s${by}`
  const message = `Sign in again${by}: that must not be longer ago than ${seconds} s.`
  const parameters = `error="insufficient_user_authentication", error_description="${message}", max_age="${seconds}"`
  const made = middleware({
    name: rule,
    stage: 'authorize',
    inject: { clock: CLOCK },
    needs: needs<MaybeUser>('user'),
    narrows: ['user'],
    describe: { errors: [NotRecentError] },
    run: (ctx: BaseContext & MaybeUser, { clock }: { readonly clock: Clock }) => {
      assertUser(ctx.user)
      const reason = lackOf(ctx, { ...options, now: clock.now() })
      if (reason === undefined) return
      throw new NotRecentError({ message, headers: refusalHeaders(ctx, { rule, reason, parameters }) })
    },
  })
  return ruleAt(made as never, below) as RecentRule
}

function waysOf({ factors = [], anyFactor = [] }: RecentOptions): string {
  const ways = [...factors, ...(anyFactor.length === 0 ? [] : [anyFactor.join(' or ')])]
  return ways.length === 0 ? '' : ` by ${ways.join(' and ')}`
}

/** What is not known is not recent. */
function lackOf(
  { frame }: BaseContext,
  { withinMs, factors = [], anyFactor, now }: RecentOptions & { readonly now: number },
): string | undefined {
  const { authenticatedAt, factors: used = [] } = identityOf(frame) ?? {}
  if (authenticatedAt === undefined) return 'The credential does not say when its owner signed in.'
  // One in the future would be recent for longer than was asked for.
  if (Math.abs(now - authenticatedAt) > withinMs) return 'The sign-in is too long ago.'
  if (!factors.every((one) => used.includes(one))) return 'The sign-in was not by all of the factors.'
  if (anyFactor !== undefined && !anyFactor.some((one) => used.includes(one)))
    return 'The sign-in was by none of the factors.'
  return undefined
}
