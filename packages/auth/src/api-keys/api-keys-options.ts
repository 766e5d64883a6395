import type { Injected, KeyValueStore } from '@keelson/core'
import {
  callable,
  integer,
  listOf,
  milliseconds,
  optionTable,
  required,
  SERVICES_OPTION,
  text,
  type WithDefaults,
} from '@keelson/core/options'
import type { SchemeServices } from '../schemes/index.ts'
import type { ApiKeyStore, IssueApiKeyOptions } from './contract.ts'

/** Options of {@link ApiKeys}. */
export interface ApiKeysOptions {
  /**
   * What keys begin with, so that people and scanners see whose they are: up to 24 lower-case letters and digits, parts joined by `_`:
   * `shop_live`. Default `key`.
   */
  readonly prefix?: string | undefined
  /** Most keys of a user; one more is refused with 409, since no program is to lose the key that it works with. Default 50. */
  readonly maxPerUser?: number | undefined
  /** How long the store may take, ms; then it is 503. Default 1000. */
  readonly storeTimeoutMs?: number | undefined
}

/** Options of {@link ApiKeys.bind}. */
export interface BindApiKeysOptions<TServices extends Injected = {}> extends ApiKeysOptions {
  /** Services that `store` needs, by name. */
  readonly inject?: TServices | undefined
  /** Gives the store of the keys. Default: the app's `KEY_VALUE_STORE`. */
  readonly store?: ((services: SchemeServices<TServices>) => KeyValueStore | ApiKeyStore) | undefined
}

export const API_KEYS_OPTIONS = optionTable<ApiKeysOptions>({
  prefix: text('What keys begin with.', {
    pattern: '^(?=.{1,24}$)[a-z0-9]+(?:_[a-z0-9]+)*$',
    what: 'up to 24 lower-case letters and digits, parts joined by _',
    default: 'key',
  }),
  maxPerUser: integer('Most keys of a user.', {
    minimum: 1,
    maximum: 1000,
    default: 50,
  }),
  storeTimeoutMs: milliseconds('How long the store may take, ms.', {
    minimum: 1,
    default: 1000,
  }),
})

/** The options, with what is by default. */
export type ReadyApiKeysOptions = WithDefaults<ApiKeysOptions>

export const BIND_OPTIONS = optionTable<BindApiKeysOptions>({
  ...API_KEYS_OPTIONS.properties,
  inject: SERVICES_OPTION,
  store: callable('Gives the store of the keys.', '(services) => store'),
})

export const ISSUE_OPTIONS = optionTable<IssueApiKeyOptions>({
  userId: required(text('Whose it is.', { pattern: '^[^]{1,200}$', what: 'a text of 1 to 200 characters' })),
  name: required(
    text('What its owner calls it.', { pattern: '^[^]{0,200}$', what: 'a text of up to 200 characters' }),
  ),
  abilities: listOf(
    text('What it allows.', {
      pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,100}$',
      what: 'a scope, without spaces, quotes and backslashes',
    }),
  ),
  expiresAt: integer('When it ends, ms since 1970.'),
})
