import { toStoredText } from '../entry/index.ts'

/** Sign before the name of a namespace where it stands for the tag that all its entries carry. No tag of a user has it. */
const OWN = '\0'

/** The tag that all entries of a namespace carry. */
export function ownTagOf(namespace: string): string {
  return OWN + namespace
}

/** The tag that all entries of all namespaces carry. */
export const EVERYTHING = OWN

/** Key of the stamp of a tag. */
export function stampKey(tag: string): string {
  return tag.startsWith(OWN) ? `n:${tag.slice(OWN.length)}` : `t:${toStoredText(tag)}`
}

/** What keys of entries begin with. */
export const ENTRIES = 'v:'

/** Key of an entry, and of the lock of who computes it. */
export function entryKey(namespace: string, key: string): string {
  return `${ENTRIES}${namespace}:${toStoredText(key)}`
}

export function isEntryKey(key: string): boolean {
  return key.startsWith(ENTRIES)
}

/** Of the key of an entry, without {@link ENTRIES}. */
export function namespaceOfEntry(key: string): string {
  return key.slice(0, key.indexOf(':'))
}

export function lockKey(namespace: string, key: string): string {
  return `l:${namespace}:${toStoredText(key)}`
}

/** Key of what each invalidation changes. */
export const LATEST_KEY = 'latest'
