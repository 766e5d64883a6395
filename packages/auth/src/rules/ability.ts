import {
  accessRule,
  ForbiddenError,
  needs,
  PRINCIPAL,
  type BaseContext,
  type Middleware,
  type Principal,
  type WireError,
} from '@keelson/core'
import { refuseCall } from '@keelson/core/options'
import type { SchemeErrors } from '../schemes/index.ts'
import { refusalHeaders } from './refusal.ts'
import { ruleAt } from './rule-at.ts'
import { assertUser, type MaybeUser } from './signed-in.ts'

/** An access rule for credentials that allow something. */
export type AbilityRule = Middleware<
  {},
  MaybeUser,
  SchemeErrors | WireError<'ERR_CORE_FORBIDDEN', undefined, 403>
> & {
  readonly '~types': { readonly narrows: { readonly user: {} } }
}

/** A scope-token (RFC 6749 §3.3). */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/**
 * An access rule for credentials with all of these scopes: of a token, its `scope`; of an API key, what it may. 401 where nobody is signed in,
 * 403 for others, with the challenge `insufficient_scope` for tokens (RFC 6750 §3.1). Users whose credential has no scopes at all, such as a
 * session, pass: what they may is for other rules, which stand beside it. Keys and services without scopes may nothing that it asks for.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` without a scope, and for what is not one (RFC 6749 §3.3)
 * @example
 * const list = api.get('/orders', { access: ability('orders:read') }, () => [])
 */
export function ability(...scopes: readonly [string, ...string[]]): AbilityRule {
  const below = ability as never
  if (scopes.length === 0 || scopes.some((one) => typeof one !== 'string' || !SCOPE.test(one)))
    refuseCall(
      [
        {
          message: 'It takes scopes, which have no spaces, quotes and backslashes.',
          remedy: "Write ability('orders:read', 'orders:write').",
        },
      ],
      { name: 'ability', below },
    )
  const rule = `ability ${scopes.join(' ')}`
  const parameters = `error="insufficient_scope", scope="${scopes.join(' ')}"`
  const made = accessRule({
    name: rule,
    needs: needs<MaybeUser>('user'),
    narrows: ['user'],
    allow: (ctx: BaseContext & MaybeUser) => {
      assertUser(ctx.user)
      const lacking = lackingOf(ctx.frame.get(PRINCIPAL), scopes)
      if (lacking.length === 0) return true
      const reason = `The credential lacks ${lacking.join(', ')}.`
      throw new ForbiddenError(undefined, { headers: refusalHeaders(ctx, { rule, reason, parameters }) })
    },
  })
  return ruleAt(made as never, below) as AbilityRule
}

/**
 * A person who acts in person is not limited; a program that is given no scopes was given nothing. Of scopes as one text, which `frame.set`
 * may have been given, a part is not a scope.
 */
function lackingOf(principal: Principal | undefined, asked: readonly string[]): readonly string[] {
  const held = principal?.scopes
  if (held === undefined) return principal === undefined || principal.kind === 'user' ? [] : asked
  return Array.isArray(held) ? asked.filter((one) => !held.includes(one)) : asked
}
