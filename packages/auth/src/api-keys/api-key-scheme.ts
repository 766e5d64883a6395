import { UnauthorizedError, type BaseContext } from '@keelson/core'
import { callable, checkOptions, optionTable, required, text } from '@keelson/core/options'
import { scheme, type Identity, type Scheme } from '../schemes/index.ts'
import { ApiKeys } from './api-keys.ts'
import type { ApiKey } from './contract.ts'

type MaybePromise<T> = T | Promise<T>

/** Options of {@link apiKeys}. */
export interface ApiKeySchemeOptions<TUser> {
  /** The user of a key: `undefined` for one who is gone or blocked, which is a 401. Asked at every request. */
  readonly user: (key: ApiKey, ctx: BaseContext) => MaybePromise<TUser | undefined | null>
  /**
   * The header with the key, in lower case. In `authorization` it follows `Bearer `, and a text without the prefix of the keys is left to
   * other schemes. Default `authorization`; others are usually `x-api-key`.
   */
  readonly header?: string | undefined
  /** Names it in messages, logs and documents. Default `apiKeys`. */
  readonly name?: string | undefined
}

const API_KEY_SCHEME_OPTIONS = optionTable<ApiKeySchemeOptions<unknown>>({
  user: required(callable('The user of a key.', '(key) => user')),
  header: text('The header with the key.', {
    pattern: "^[a-z0-9!#$%&'*+.^_|~-]+$",
    what: 'the name of a header in lower case',
    default: 'authorization',
  }),
  name: text('Names it in messages, logs and documents.', { minLength: 1, default: 'apiKeys' }),
})

/** Far longer than any key: such a text is not looked through. */
const MAX_LENGTH = 256

/**
 * A scheme for API keys that {@link ApiKeys} made, in `authorization: Bearer …` or a header of its own. The caller is the key: the abilities are
 * the scopes that `ability()` asks for, and `user` is whose it is. In `anyOf` it stands before `bearer`, which takes every token for its own.
 *
 * @returns middleware that adds `user`; `principal` has the id of the key and is of kind `key`
 * @throws {SetupError} `ERR_CORE_OPTION`
 * @throws {UnauthorizedError} `ERR_CORE_UNAUTHORIZED`, 401, for a key that is not known, has ended, or was revoked
 * @throws {ServiceUnavailableError} `ERR_CORE_UNAVAILABLE`, 503, where the store cannot be asked
 * @example
 * const api = route.use(apiKeys({ user: (key) => ({ id: key.userId }) }))
 */
export function apiKeys<TUser>(options: ApiKeySchemeOptions<TUser>): Scheme<TUser> {
  checkOptions(API_KEY_SCHEME_OPTIONS, options, { name: 'apiKeys', below: apiKeys as never })
  const { user, header = 'authorization', name = 'apiKeys' } = options
  const isBearer = header === 'authorization'
  const refusal = (): UnauthorizedError =>
    new UnauthorizedError(
      'The API key is not good: it is not known, has ended, or was revoked.',
      isBearer ? { challenge: 'Bearer error="invalid_token"' } : {},
    )
  return scheme<TUser, { readonly keys: typeof ApiKeys }>({
    name,
    security: {
      name,
      scheme: isBearer ? { type: 'http', scheme: 'bearer' } : { type: 'apiKey', in: 'header', name: header },
    },
    inject: { keys: ApiKeys },
    find: (ctx, { keys }): Promise<Identity<TUser>> | undefined => {
      const value = ctx.header(header)
      const key = isBearer ? bearerKeyOf(value, keys.prefix) : value
      if (key === undefined) return undefined
      if (key.length > MAX_LENGTH) throw refusal()
      return identityOf(key, keys, ctx)
    },
  })

  async function identityOf(text: string, keys: ApiKeys, ctx: BaseContext): Promise<Identity<TUser>> {
    const key = await keys.verify(text)
    if (key === undefined) throw refusal()
    const found = await user(key, ctx)
    if (found === undefined || found === null) throw refusal()
    return {
      user: found,
      principal: { id: key.id, kind: 'key', scopes: key.abilities },
      expiresAt: key.expiresAt,
      ...(isBearer ? { authScheme: 'Bearer' } : {}),
    }
  }
}

/** RFC 9110 §11.4: the name of the scheme has no case, and spaces follow it. */
function bearerKeyOf(header: string | undefined, prefix: string): string | undefined {
  const [, text] = /^bearer +(.*)$/i.exec(header?.slice(0, MAX_LENGTH * 2) ?? '') ?? []
  return text?.startsWith(`${prefix}_`) === true ? text : undefined
}
