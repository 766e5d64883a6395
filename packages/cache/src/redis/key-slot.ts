// The slot of a key in a cluster (Redis cluster specification, "Key distribution model").

const SLOTS = 16_384
const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8
  for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021
  return crc & 0xffff
})

/** CRC16 (XMODEM) of the key, or of what stands within its first braces, so that `{order:7}:lines` and `{order:7}:price` lie together. */
export function keySlot(key: string): number {
  let crc = 0
  for (const byte of Buffer.from(hashTag(key)))
    crc = ((crc << 8) ^ (TABLE[((crc >> 8) ^ byte) & 0xff] as number)) & 0xffff
  return crc % SLOTS
}

function hashTag(key: string): string {
  const from = key.indexOf('{')
  const to = key.indexOf('}', from + 1)
  return from === -1 || to <= from + 1 ? key : key.slice(from + 1, to)
}
