/**
 * Keys for one purpose. They verify and open what the first secret of the app or an older one made; new texts
 * are made with the first.
 *
 * Texts consist of `A-Z a-z 0-9 - _ .`, fit for cookies, headers and URLs, and begin with the version of their format and
 * an id of their key: `1.<key id>.<base64url>`.
 */
export interface DerivedKeys {
  /**
   * Makes a signature of 54 characters that stands beside what it signs: HMAC-SHA-256 (RFC 2104).
   *
   * @throws {PortArgumentError} `ERR_CORE_PORT_ARGUMENT` when the data is neither text nor bytes
   */
  sign(data: string | Uint8Array): string

  /** Whether a signature is of this data, this purpose and a current or older secret. Takes the same time wherever it differs. */
  verify(data: string | Uint8Array, signature: string): boolean

  /**
   * Encrypts a text: AES-256-GCM (NIST SP 800-38D) with a random nonce. One secret is good for 2^32 texts of a purpose.
   *
   * @param context - what the text belongs to, such as the id of a user; not part of the sealed text, but `open` needs the same one
   * @throws {PortArgumentError} `ERR_CORE_PORT_ARGUMENT` when text or context is not well-formed text
   */
  seal(text: string, context?: string): string

  /** The text that was sealed; `undefined` when it was changed, or is of another context, purpose or secret. */
  open(sealed: string, context?: string): string | undefined

  /**
   * Whether a signature or a sealed text was made with an older secret and should be made again.
   * Looks only at the key id: call it after `verify` or `open`.
   */
  isOld(text: string): boolean

  /** 32 bytes for each secret, the current one first, for algorithms that this interface does not have. */
  raw(): readonly Uint8Array[]
}

/**
 * Keys of an app, made of its secrets: one set for each purpose, none of which reveals anything about another (HKDF with
 * SHA-256, RFC 5869).
 *
 * @example
 * const cookies = keys.derive('cookie')
 * const signature = cookies.sign('cart=7')
 * cookies.verify('cart=7', signature) // true
 */
export interface Keys {
  /**
   * The keys for a purpose, made at the first call and kept. A purpose is a word in the program, not data: what differs
   * by user is the context of `seal`.
   *
   * @param purpose - 1 to 32 of `a-z`, `0-9` and `-`; packages begin it with their name
   * @throws {PortArgumentError} `ERR_CORE_PORT_ARGUMENT` for an invalid one, and for more than 256 purposes
   */
  derive(purpose: string): DerivedKeys
}
