import { UnauthorizedError, type BaseContext, type Injected } from '@keelson/core'
import {
  anything,
  callable,
  checkOptions,
  optionTable,
  required,
  text,
  withDefaults,
  type WithDefaults,
} from '@keelson/core/options'
import { isSomebody, scheme, type Identity, type Scheme, type SchemeServices } from '../schemes/index.ts'
import { ApiKeys } from './api-keys.ts'
import type { ApiKey } from './contract.ts'

type MaybePromise<T> = T | Promise<T>

/** Options of {@link apiKeys}. */
export interface ApiKeySchemeOptions<TUser extends object, TServices extends Injected = {}> {
  /** Services that `user` needs, by name. */
  readonly inject?: TServices | undefined
  /** The user of a key: `undefined` for one who is gone or blocked, which is a 401. Asked at every request. */
  readonly user: (
    key: ApiKey,
    services: SchemeServices<TServices>,
    ctx: BaseContext,
  ) => MaybePromise<TUser | undefined | null>
  /**
   * The header with the key, in lower case. In `authorization` it follows `Bearer `, and a text without the prefix of the keys is left to
   * other schemes. Default `authorization`; others are usually `x-api-key`.
   */
  readonly header?: string | undefined
  /** Names it in messages, logs and documents. Default `apiKeys`. */
  readonly name?: string | undefined
}

const API_KEY_SCHEME_OPTIONS = optionTable<ApiKeySchemeOptions<object>>({
  inject: anything('Services that user needs, by name.'),
  user: required(callable('The user of a key.', '(key, services) => user')),
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
 * the scopes that `ability()` asks for, and `user` is whose it is. In `anyOf` its prefix tells a key from the tokens of `bearer`.
 *
 * @returns middleware that adds `user`; `principal` has the id of the key and is of kind `key`
 * @throws {SetupError} `ERR_CORE_OPTION`
 * @throws {UnauthorizedError} `ERR_CORE_UNAUTHORIZED`, 401, for a key that is not known, has ended, or was revoked
 * @throws {ServiceUnavailableError} `ERR_CORE_UNAVAILABLE`, 503, where the store cannot be asked
 * @example
 * const api = route.use(apiKeys({ user: (key) => ({ id: key.userId }) }))
 */
export function apiKeys<TUser extends object, const TServices extends Injected = {}>(
  options: ApiKeySchemeOptions<TUser, TServices>,
): Scheme<TUser> {
  checkOptions(API_KEY_SCHEME_OPTIONS, options, { name: 'apiKeys', below: apiKeys as never })
  const { inject, user, header, name } = withDefaults<
    WithDefaults<ApiKeySchemeOptions<TUser, TServices>, 'header' | 'name'>
  >(API_KEY_SCHEME_OPTIONS, options)
  const isBearer = header === 'authorization'
  const refusal = (): UnauthorizedError =>
    new UnauthorizedError(
      'The API key is not good: it is not known, has ended, or was revoked.',
      isBearer ? { challenge: 'Bearer error="invalid_token"' } : {},
    )
  return scheme<TUser, OwnServices>({
    name,
    security: {
      name,
      scheme: isBearer ? { type: 'http', scheme: 'bearer' } : { type: 'apiKey', in: 'header', name: header },
    },
    inject: { ...inject, '~keys': ApiKeys },
    ...(isBearer
      ? {
          recognises: (ctx, { '~keys': { prefix } }) => bearerKeyOf(ctx.header(header), prefix) !== undefined,
        }
      : {}),
    find: (ctx, held): Promise<Identity<TUser>> | undefined => {
      const keys = held['~keys']
      const value = ctx.header(header)
      const key = isBearer ? bearerKeyOf(value, keys.prefix) : value
      if (key === undefined) return undefined
      if (key.length > MAX_LENGTH) throw refusal()
      return identityOf(key, held, ctx)
    },
  })

  async function identityOf(
    text: string,
    held: SchemeServices<OwnServices>,
    ctx: BaseContext,
  ): Promise<Identity<TUser>> {
    const key = await held['~keys'].verify(text)
    if (key === undefined) throw refusal()
    const found = await user(key, held as never, ctx)
    if (!isSomebody(found)) throw refusal()
    return {
      user: found,
      principal: { id: key.id, kind: 'key', scopes: key.abilities },
      expiresAt: key.expiresAt,
      ...(isBearer ? { authScheme: 'Bearer' } : {}),
    }
  }
}

/** Beside those that `user` needs, under a name that these have not. */
interface OwnServices extends Injected {
  readonly '~keys': typeof ApiKeys
}

/** RFC 9110 §11.4: the name of the scheme has no case, and spaces follow it. */
function bearerKeyOf(header: string | undefined, prefix: string): string | undefined {
  const [, text] = /^bearer +(.*)$/i.exec(header?.slice(0, MAX_LENGTH * 2) ?? '') ?? []
  return text?.startsWith(`${prefix}_`) === true ? text : undefined
}
