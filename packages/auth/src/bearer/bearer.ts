import { CLOCK, LOGGER, type Injected } from '@keelson/core'
import { loadJose, TokenFinder } from '../jwt/index.ts'
import { scheme, tokenSecurity, type Scheme } from '../schemes/index.ts'
import type { BearerOptions } from './options.ts'
import { readOptions } from './read-options.ts'

/**
 * A scheme for JSON Web Tokens in the header `authorization` (RFC 6750 §2.1): those of an identity provider, whose keys it reads by itself,
 * or of any issuer whose key the app has. Signature, `iss`, `aud`, `exp`, `nbf` and type are checked (RFC 8725); a token that is not good is a
 * 401 with an error code (RFC 6750 §3.1), and while its keys are not known the answer is 503 with `retry-after`.
 *
 * Verified tokens are kept by their hash, never past their end and never longer than their key is published; then a request costs no
 * promise.
 *
 * @returns middleware that adds `user`; `principal` has `sub` as its id and the scopes of the token
 * @throws {SetupError} `ERR_CORE_OPTION` for no keys or several sources of them, an audience with `*`, an issuer without TLS, a private or too
 * short key; `ERR_CORE_SECRET` for a secret under 256 bits
 * @throws {UnauthorizedError} `ERR_CORE_UNAUTHORIZED`, 401
 * @throws {ServiceUnavailableError} `ERR_CORE_UNAVAILABLE`, 503
 * @example
 * const api = route.use(bearer({ issuer: 'https://id.example.com', audience: 'orders', user: ({ sub }) => ({ id: sub }) }))
 */
export function bearer<TUser extends object, const TServices extends Injected = {}>(
  options: BearerOptions<TUser, TServices>,
): Scheme<TUser> {
  const {
    options: ready,
    rules,
    makeKeys,
  } = readOptions(options as never, { name: 'bearer', below: bearer as never })
  const { inject, user } = options
  const { name, scheme: authScheme, maxTokenBytes, maxCacheBytes } = ready
  return scheme<TUser, OwnServices, Promise<TokenFinder<TUser>>>({
    name,
    security: tokenSecurity(name, authScheme),
    inject: { ...inject, '~clock': CLOCK, '~log': LOGGER },
    state: async (services) => {
      const { '~clock': clock, '~log': log } = services
      const jose = await loadJose()
      return new TokenFinder(
        {
          authScheme,
          user: (claims, ctx) => user(claims, services as never, ctx),
          maxTokenBytes,
          maxCacheBytes,
        },
        { jose, keys: makeKeys({ clock, log }), rules, clock },
      )
    },
    recognises: (ctx, { state }) => state.recognises(ctx),
    find: (ctx, { state }) => state.find(ctx),
  })
}

/** Beside those that `user` needs, under names that these have not. */
interface OwnServices extends Injected {
  readonly '~clock': typeof CLOCK
  readonly '~log': typeof LOGGER
}
