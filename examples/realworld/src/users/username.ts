import { UnfitUsername } from './users.contract.ts'

/** Controls, separators of lines, what is not shown, and what turns the direction of the text around it. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u
/** Servers and clients resolve such parts of a path: nobody would find the profile. */
const RESOLVED = /(?:^|\/)\.\.?(?:\/|$)/

/**
 * A user name as it is stored: composed (NFC), so that one that looks the same is the same, whichever keyboard wrote it.
 *
 * @throws {UnfitUsername}
 * @see RFC 8265 §3.4
 */
export function usernameOf(text: string): string {
  const username = text.normalize('NFC')
  if (UNSEEN.test(username) || RESOLVED.test(username)) throw new UnfitUsername()
  return username
}
