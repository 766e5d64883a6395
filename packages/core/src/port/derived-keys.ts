// On the request path where a plan signs, verifies, seals or opens: cookies, tokens, cursors.
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto'
import type { DerivedKeys } from './keys.ts'
import { isWellFormed } from './key-value-argument.ts'
import { PortArgumentError } from './port-error.ts'

/** Version of the format of all texts. */
const VERSION = '1'
const ID_BYTES = 6
const ID_LENGTH = 8
const HEAD_LENGTH = VERSION.length + 1 + ID_LENGTH + 1
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const CIPHER = 'aes-256-gcm'

/** The keys that one secret gives for one purpose. */
interface KeySet {
  /** What texts begin with. */
  readonly head: string
  readonly mac: KeyObject
  readonly seal: KeyObject
  readonly secret: KeyObject
}

/**
 * Makes the keys of a purpose.
 *
 * @param secrets - at least one, the current one first
 */
export function deriveKeys(secrets: readonly KeyObject[], purpose: string): DerivedKeys {
  const sets = secrets.map((secret): KeySet => {
    const id = Buffer.from(expand(secret, purpose, 'id', ID_BYTES)).toString('base64url')
    const key = (use: string): KeyObject => createSecretKey(expand(secret, purpose, use, KEY_BYTES))
    return { head: `${VERSION}.${id}.`, mac: key('sign'), seal: key('seal'), secret }
  })
  return new PurposeKeys(purpose, sets)
}

/** HKDF with SHA-256 (RFC 5869); purpose and use are its info, so that no key reveals anything about another. */
// oxlint-disable-next-line max-params -- the inputs of RFC 5869 §2
function expand(secret: KeyObject, purpose: string, use: string, length: number): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', `keelson/${VERSION}/${purpose}/${use}`, length))
}

class PurposeKeys implements DerivedKeys {
  readonly #purpose: string
  readonly #current: KeySet
  readonly #byHead: ReadonlyMap<string, KeySet>
  readonly #secrets: readonly KeyObject[]

  constructor(purpose: string, sets: readonly KeySet[]) {
    this.#purpose = purpose
    this.#current = sets[0]!
    this.#byHead = new Map(sets.map((set) => [set.head, set]))
    this.#secrets = sets.map((set) => set.secret)
  }

  sign(data: string | Uint8Array): string {
    if (!isSignable(data))
      throw new PortArgumentError('sign takes a text without lone surrogates, or a Uint8Array.')
    return signWith(this.#current, data)
  }

  verify(data: string | Uint8Array, signature: string): boolean {
    const set = this.#setOf(signature)
    if (set === undefined || !isSignable(data)) return false
    const [expected, given] = [Buffer.from(signWith(set, data)), Buffer.from(signature)]
    return expected.byteLength === given.byteLength && timingSafeEqual(expected, given)
  }

  seal(text: string, context = ''): string {
    assertText(text, 'text')
    assertText(context, 'context')
    const { head, seal } = this.#current
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv(CIPHER, seal, nonce, { authTagLength: TAG_BYTES })
    cipher.setAAD(Buffer.from(head + context))
    const sealed = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]
    return head + Buffer.concat(sealed).toString('base64url')
  }

  open(sealed: string, context = ''): string | undefined {
    assertText(context, 'context')
    const set = this.#setOf(sealed)
    if (set === undefined) return undefined
    const encoded = sealed.slice(HEAD_LENGTH)
    const bytes = Buffer.from(encoded, 'base64url')
    // The decoder skips other characters, so one text would have many forms.
    if (bytes.byteLength < NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== encoded)
      return undefined
    const nonce = bytes.subarray(0, NONCE_BYTES)
    const decipher = createDecipheriv(CIPHER, set.seal, nonce, { authTagLength: TAG_BYTES })
    decipher.setAAD(Buffer.from(set.head + context))
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES))
    try {
      // Throws only when the tag does not match; no text is returned before.
      return Buffer.concat([text, decipher.final()]).toString()
    } catch {
      return undefined
    }
  }

  isOld(text: string): boolean {
    const set = this.#setOf(text)
    return set !== undefined && set !== this.#current
  }

  raw(): readonly Uint8Array[] {
    return this.#secrets.map((secret) => expand(secret, this.#purpose, 'raw', KEY_BYTES))
  }

  #setOf(text: string): KeySet | undefined {
    return typeof text === 'string' ? this.#byHead.get(text.slice(0, HEAD_LENGTH)) : undefined
  }
}

function signWith({ head, mac }: KeySet, data: string | Uint8Array): string {
  return head + createHmac('sha256', mac).update(data).digest('base64url')
}

/** A text that UTF-8 cannot hold would have the signature of another text. */
function isSignable(data: unknown): boolean {
  return typeof data === 'string' ? isWellFormed(data) : data instanceof Uint8Array
}

function assertText(text: string, what: string): void {
  if (typeof text !== 'string' || !isWellFormed(text))
    throw new PortArgumentError(`A ${what} to seal or open must be a text without lone surrogates.`)
}
