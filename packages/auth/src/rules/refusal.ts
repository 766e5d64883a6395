// How a rule refuses a caller who can mend it: with another scope, with a new sign-in.
import type { BaseContext } from '@keelson/core'
import { publish } from '../events/index.ts'
import { identityOf } from '../schemes/index.ts'

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
  { log, routeName, frame }: BaseContext,
  { rule, reason, parameters }: RuleRefusal,
): Readonly<Record<string, string>> {
  log.info({ event: 'access-refused', rule, reason }, 'An access rule refused.')
  publish('denied', { by: rule, reason, routeName })
  const authScheme = identityOf(frame)?.authScheme
  return authScheme === undefined ? {} : { 'www-authenticate': `${authScheme} ${parameters}` }
}
