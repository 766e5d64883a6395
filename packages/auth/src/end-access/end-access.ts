import { optional, ServiceUnavailableError, type Injected, type Provider } from '@keelson/core'
import { checkOptions } from '@keelson/core/options'
import { assertUserId, ISSUED_ACCESS, type AccessHolder } from '../access-holder/index.ts'
import { ApiKeys } from '../api-keys/index.ts'
import { bindWith } from '../provider/index.ts'
import { Sessions } from '../sessions/index.ts'
import { BIND_OPTIONS, givenHolders, type AccessHolders, type BindEndAccessOptions } from './holders.ts'

/** How many were ended, by what they are: `{ sessions: 2, apiKeys: 1, tokens: 0 }`. */
export interface EndedAccess {
  readonly [holder: string]: number
}

/**
 * Ends all access of a user by one call: where somebody is blocked, leaves, or has lost a password. It is a service: a route or a class that
 * injects it has one, which knows the sessions and the API keys of the app, whether or not routes of this process use them, and its tokens where
 * the plugin `tokens` stands in the app. {@link EndAccess.bind} gives it what else holds access.
 *
 * Block the user first, or write the new password, and commit: who can still sign in has access again. What is being made meanwhile, a session, a key,
 * tokens, has ended when both are done.
 *
 * @example
 * const caller = session({ load: (id) => ({ id, roles: ['admin'] }) })
 * const block = route
 *   .use(caller)
 *   .inject({ access: EndAccess })
 *   .delete('/users/:id', { access: role('admin') }, ({ access, params }) => access.endAccess(params.id))
 */
export class EndAccess {
  static readonly inject = [Sessions, ApiKeys, optional(ISSUED_ACCESS)] as const

  /**
   * The provider of an `EndAccess` that ends more than sessions, API keys and tokens, for `providers` of an app.
   *
   * @throws {SetupError} `ERR_CORE_OPTION`, with the place of the call
   * @example
   * class Devices {
   *   static inject = [] as const
   *   revokeAll(userId: string): Promise<number> {
   *     return Promise.resolve(userId === 'ada' ? 1 : 0)
   *   }
   * }
   * const providers = [EndAccess.bind({ inject: { devices: Devices }, others: ({ devices }) => ({ devices }) })]
   */
  static bind<const TServices extends Injected = {}>(options: BindEndAccessOptions<TServices>): Provider {
    const below = EndAccess.bind as never
    checkOptions(BIND_OPTIONS, options, { name: 'EndAccess.bind', below })
    const { inject, others } = options
    return bindWith(EndAccess, {
      ports: EndAccess.inject,
      inject,
      make: (own, services) => new EndAccess(...own, givenHolders(others(services))),
      below,
    })
  }

  readonly #holders: AccessHolders

  /**
   * @param tokens - `undefined` in an app that issues none
   * @param others - what holds access besides, by name
   */
  // oxlint-disable-next-line max-params -- the order of inject, and what is not in it
  constructor(
    sessions: AccessHolder,
    apiKeys: AccessHolder,
    tokens?: AccessHolder,
    others: AccessHolders = {},
  ) {
    this.#holders = { sessions, apiKeys, ...(tokens === undefined ? {} : { tokens }), ...others }
  }

  /**
   * Ends sessions, API keys and what else holds access of a user. What fails keeps none of the others.
   *
   * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for an id that is not a text, or an empty one
   * @throws {ServiceUnavailableError} `ERR_CORE_UNAVAILABLE`, 503, which names what could not be ended, with all errors as its `cause`: call it again
   */
  async endAccess(userId: string): Promise<EndedAccess> {
    assertUserId('EndAccess.endAccess', userId)
    const holders = Object.entries(this.#holders)
    const settled = await Promise.allSettled(holders.map(async ([, one]) => one.revokeAll(userId)))
    const failed: string[] = []
    const errors: unknown[] = []
    const ended: Record<string, number> = {}
    for (const [at, outcome] of settled.entries()) {
      const [name] = holders[at]!
      if (outcome.status === 'fulfilled') ended[name] = outcome.value
      else {
        failed.push(name)
        errors.push(outcome.reason)
      }
    }
    if (failed.length === 0) return ended
    throw new ServiceUnavailableError(`Access could not be ended: ${failed.join(', ')}. Try again.`, {
      retryAfterSeconds: 1,
      cause: new AggregateError(errors, `The access of a user could not be ended: ${failed.join(', ')}.`),
    })
  }
}
