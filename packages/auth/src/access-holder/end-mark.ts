// That all access of a user is ended is written down first: what is being made meanwhile is perhaps in no list yet, and asks for it afterwards.
import { hash } from 'node:crypto'

/** So long nothing is in the making: each question to a store ends long before. */
export const END_MARK_MS = 600_000

/**
 * Under which the mark of a user is kept, beside what is listed of them. No credential has an id that begins so, and none leads to it.
 *
 * @param length - of the ids beside it
 */
export function endMarkId(userId: string, length: number): string {
  return `:${hash('sha256', userId, 'base64url').slice(0, length - 1)}`
}

/** Whether an id is that of a mark. */
export function isEndMark({ id }: { readonly id: string }): boolean {
  return id.startsWith(':')
}
