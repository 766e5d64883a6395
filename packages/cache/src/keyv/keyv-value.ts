// Values as texts, which every adapter of keyv keeps: version, end, bytes. Its own serializer is not used, which turns bytes into lists of numbers.

const FORMAT = /^1 (\d*) /

/** @param expires - instant, ms: adapters may keep it in whole seconds, and give what is over until they sweep */
export function encodeValue(value: Uint8Array, expires: number | undefined): string {
  return `1 ${expires ?? ''} ${Buffer.from(value).toString('base64')}`
}

/** `undefined` for what is not there, what is over, and what is of another format. */
export function decodeValue(stored: unknown, now: number): Uint8Array | undefined {
  if (typeof stored !== 'string') return undefined
  const head = FORMAT.exec(stored)
  if (head === null) return undefined
  const [all, expires = ''] = head
  if (expires !== '' && Number(expires) <= now) return undefined
  return new Uint8Array(Buffer.from(stored.slice(all.length), 'base64'))
}
