// How a rule refuses a caller who can mend it: with another scope, with a new sign-in.
import type { BaseContext } from '@keelson/core'
import { identityOf } from '../schemes/index.ts'
import { publishDenied } from './attempt.ts'

/** Why a rule refuses. */
export interface RuleRefusal {
  /** Name of the rule. */
  readonly rule: string
  /** For the log and the event alone. */
  readonly reason: string
  /** Parameters of a challenge, which tell a program what to get. */
  readonly parameters: string
}

/**
 * Logs a refusal and publishes it.
 *
 * @returns headers of the answer: the challenge, where the caller came by a scheme that has such parameters
 */
export function refusalHeaders(
  ctx: BaseContext,
  { rule, reason, parameters }: RuleRefusal,
): Readonly<Record<string, string>> {
  ctx.log.info({ event: 'access-refused', rule, reason }, 'An access rule refused.')
  publishDenied(ctx, { by: rule, reason })
  const authScheme = identityOf(ctx.frame)?.authScheme
  return authScheme === undefined ? {} : { 'www-authenticate': `${authScheme} ${parameters}` }
}
