export { toKeyText, toPartText, toStoredText } from './key-text.ts'
export { decodeEntry, encodeEntry, payloadOf, type EntryHeader, type StoredEntry } from './stored-entry.ts'
export { ValueCodec } from './value-codec.ts'
