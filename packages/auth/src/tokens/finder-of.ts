// What finds the caller of a request by an access token of the app itself.
import { TokenFinder, type BearerClaims } from '../jwt/index.ts'
import { MAX_TOKEN_LENGTH, type AccessTokens } from './access-tokens.ts'
import type { ReadyTokensOptions } from './options.ts'
import type { Revocable } from './kept-nothing.ts'

type MaybePromise<T> = T | Promise<T>

/** Finds the user of a token. */
export type FindUser<TUser> = (claims: BearerClaims) => MaybePromise<TUser | undefined | null>

interface Parts {
  readonly access: AccessTokens
  readonly revoked: Revocable
  readonly options: ReadyTokensOptions
}

export async function finderOf<TUser>(
  user: FindUser<TUser>,
  { access, revoked, options }: Parts,
): Promise<TokenFinder<TUser>> {
  const { scheme: authScheme, maxCacheBytes } = options
  const verifier = await access.verifier()
  const { keys } = verifier
  return new TokenFinder<TUser>(
    { authScheme, user, maxTokenBytes: MAX_TOKEN_LENGTH, maxCacheBytes, revocations: revoked },
    {
      ...verifier,
      keys: {
        get revision() {
          return revoked.revision
        },
        isUsable: () => true,
        find: (choice) => keys.find(choice),
      },
    },
  )
}
