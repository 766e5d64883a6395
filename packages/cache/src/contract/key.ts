/** Plain data of which a key may consist. */
export type KeyPart =
  | string
  | number
  | boolean
  | bigint
  | null
  | readonly KeyPart[]
  | { readonly [name: string]: KeyPart }

/**
 * What a value is kept under within its namespace: a text, a number, or plain data, such as `['ann', { page: 2 }]`. The order of members does
 * not count. `'1'`, `1` and `1n` are different keys. What is long is hashed (SHA-256), never cut.
 */
export type CacheKey = Exclude<KeyPart, null>
