import { accessRule, needs, refuse, type Middleware, type WireError } from '@keelson/core'
import { refuseCall } from '@keelson/core/options'
import type { SchemeErrors } from '../schemes/index.ts'
import { publishDenied } from './attempt.ts'
import { assertUser } from './signed-in.ts'

/** A caller with roles. */
export interface UserWithRoles {
  readonly roles: readonly string[]
}

interface MaybeRoles {
  readonly user: UserWithRoles | undefined
}

/** An access rule for some of those who are signed in. */
export type RoleRule = Middleware<
  {},
  MaybeRoles,
  SchemeErrors | WireError<'ERR_CORE_FORBIDDEN', undefined, 403>
> & {
  readonly '~types': { readonly narrows: { readonly user: {} } }
}

/**
 * An access rule for callers whose `user.roles` has one of these: 401 where nobody is signed in, 403 for others.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` without a role
 * @example
 * const purge = web.delete('/orders', { access: role('admin'), response: { 204: null } }, () => reply(204))
 */
export function role(...roles: readonly [string, ...string[]]): RoleRule {
  if (roles.length === 0 || roles.some((one) => typeof one !== 'string' || one === ''))
    refuseCall([{ message: 'It takes names of roles.', remedy: "Write role('admin')." }], {
      name: 'role',
      below: role as never,
    })
  const rule = `role ${roles.join(' or ')}`
  const reason = `None of the roles ${roles.join(', ')}.`
  return accessRule({
    name: rule,
    needs: needs<MaybeRoles>('user'),
    narrows: ['user'],
    allow: (ctx) => {
      const { user } = ctx
      assertUser(user)
      if (hasOne(user.roles, roles)) return true
      publishDenied(ctx, { by: rule, reason })
      return refuse(reason)
    },
  }) as never
}

/** Of a single role as a text, which some issuers send, a part is not a role. */
function hasOne(given: readonly string[] | string, roles: readonly string[]): boolean {
  return Array.isArray(given) && roles.some((one) => given.includes(one))
}
