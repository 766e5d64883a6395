import { refuseCall } from '@keelson/core/options'
import { authentication } from './authentication.ts'
import type { AnySchemeDefinition, Scheme } from './contract.ts'

type UserOf<S> = S extends Scheme<infer TUser, unknown> ? TUser : never
type ErrorsOf<S> = S extends Scheme<unknown, infer TErrors> ? TErrors : never

/**
 * Several schemes side by side. They are asked in this order, and the first whose kind of credential a request brings decides: one that
 * is wrong is a 401, and the others are not asked. Without any, `user` is `undefined`. A 401 has the challenges of all.
 *
 * Schemes that share the header `authorization`, such as two `bearer` of two issuers and `apiKeys`, are told apart by what the credential
 * says of itself, in whatever order they stand; whom it names verifies it, and no other.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for what is not a scheme, none at all, and two of one name
 * @example
 * const tokens = bearer({ issuer: 'https://id.example.com', audience: 'orders', user: ({ sub }) => ({ id: sub }) })
 * const web = route.use(anyOf(tokens, apiKeys({ user: (key) => ({ id: key.userId }) })))
 */
export function anyOf<const S extends readonly [Scheme<unknown, unknown>, ...Scheme<unknown, unknown>[]]>(
  ...schemes: S
): Scheme<UserOf<S[number]>, ErrorsOf<S[number]>> {
  const at = { name: 'anyOf', below: anyOf as never }
  const found = schemes.flatMap((one) => (one as Partial<Scheme<unknown>> | undefined)?.['~schemes'] ?? [])
  if (found.length < schemes.length || found.length === 0)
    refuseCall(
      [
        {
          message: 'It takes schemes.',
          remedy: 'Give what bearer(), session(), apiKeys() or scheme() made.',
        },
      ],
      at,
    )
  const twice = found.find(({ name }, place) =>
    found.some((other, before) => before < place && other.name === name),
  )
  if (twice !== undefined) refuseCall([sameName(twice)], at)
  return authentication(found) as Scheme<UserOf<S[number]>, ErrorsOf<S[number]>>
}

function sameName({ name }: AnySchemeDefinition): { readonly message: string; readonly remedy: string } {
  return { message: `Two of its schemes are named '${name}'.`, remedy: 'Give one of them another name.' }
}
