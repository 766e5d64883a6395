export { assertJson, deepFreeze } from './json-value.ts'
export { toKeyText, toStoredText } from './key-text.ts'
export { decodeEntry, encodeEntry, payloadOf, type EntryHeader, type StoredEntry } from './stored-entry.ts'
export { ValueCodec, type MadeValue } from './value-codec.ts'
