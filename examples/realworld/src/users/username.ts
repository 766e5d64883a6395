import { UnfitUsername } from './users.contract.ts'

/** Controls, separators of lines, what is not shown, and what turns the direction of the text around it. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u
/** Where what is not shown makes what is: emoji of several parts, conjuncts (RFC 5892 A.1, A.2), and the ends of Arabic letters. */
const JOINED = new RegExp(
  String.raw`\p{RGI_Emoji}|(?<=\p{M})[\u200C\u200D]|(?<=\p{Script=Arabic})\u200C(?=\p{Script=Arabic})`,
  'gv',
)
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
  const isUnseen = UNSEEN.test(username.replaceAll(JOINED, ''))
  if (isUnseen || RESOLVED.test(username)) throw new UnfitUsername()
  return username
}
