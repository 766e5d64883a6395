import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto'
import { checkArgument, laterPlaceOf } from '../errors/index.ts'
import { readSecrets, SECRETS_OPTION, type AppSecret } from './app-secret.ts'
import { deriveKeys } from './derived-keys.ts'
import type { DerivedKeys, Keys } from './keys.ts'
import { assertShortName } from './key-value-argument.ts'
import { PortArgumentError } from './port-error.ts'

/** A program has a few; one for each user would fill the memory. */
const MAX_PURPOSES = 256

/**
 * Makes keys from secrets, as `createApp({ secrets })` does for the token `KEYS`; for programs without an app.
 *
 * A secret has at least 256 bits and at least 8 different bytes, and more than repetition and the words of templates. A text of hexadecimal digits only is decoded before its
 * bits are counted, another counts as UTF-8. Order matters: the first makes, all verify. To rotate, put a new one in front,
 * and remove the last one when nothing that it made is needed any more.
 *
 * @param secrets - texts, or `Secret` values of `loadConfig`
 * @throws {SetupError} `ERR_CORE_SECRET` for a secret that is too short or listed twice; never with the secret
 * @example
 * const keys = createKeys([config.APP_SECRET, config.OLD_APP_SECRET])
 */
export function createKeys(secrets: readonly AppSecret[]): Keys {
  checkArgument(SECRETS_OPTION, secrets, { name: 'createKeys', argument: 'secrets', below: createKeys })
  return keysOf(readSecrets(secrets, laterPlaceOf('createKeys', createKeys)))
}

/** Keys that end with the process. */
export function createRandomKeys(): Keys {
  return keysOf([randomBytes(32)])
}

function keysOf(secrets: readonly Buffer[]): Keys {
  return new SecretKeys(secrets.map((secret) => createSecretKey(secret)))
}

class SecretKeys implements Keys {
  readonly #secrets: readonly KeyObject[]
  readonly #derived = new Map<string, DerivedKeys>()

  constructor(secrets: readonly KeyObject[]) {
    this.#secrets = secrets
  }

  derive(purpose: string): DerivedKeys {
    const known = this.#derived.get(purpose)
    if (known !== undefined) return known
    assertShortName(purpose, 'purpose of keys')
    if (this.#derived.size === MAX_PURPOSES)
      throw new PortArgumentError(
        `There are ${MAX_PURPOSES} purposes of keys already. Pass what differs by user as the context of seal.`,
      )
    const keys = deriveKeys(this.#secrets, purpose)
    this.#derived.set(purpose, keys)
    return keys
  }
}
