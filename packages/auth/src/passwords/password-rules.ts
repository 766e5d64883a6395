import { callable, either, flag, integer, listOf, ofKind, optionTable, text } from '@keelson/core/options'

/** What a new password is held to by {@link passwordFlaws}. */
export interface PasswordRules {
  /** Whether the user signs in with something else besides, such as a passkey or a code. 8 characters are then enough. Default `false`. */
  readonly hasSecondFactor?: boolean | undefined
  /** Fewest characters (code points), from 8 to 64. Default 15, and 8 with a second factor (NIST SP 800-63B-4 §3.1.1.2). */
  readonly minLength?: number | undefined
  /** Names that it must not be made of: of the user, the address, the service. Default: none. */
  readonly words?: readonly string[] | undefined
  /**
   * Passwords that are refused besides the common ones that are built in; case does not count. A long list is a `Set`, in lower case, which is
   * looked up and not looked through. Default: none.
   */
  readonly blocklist?: readonly string[] | ReadonlySet<string> | undefined
  /** Whether it is known from a breach, as {@link pwnedPasswords} finds out. Asked last. Default: nobody is asked. */
  readonly isBreached?: ((password: string) => boolean | Promise<boolean>) | undefined
}

export const PASSWORD_RULES = optionTable<PasswordRules>({
  hasSecondFactor: flag('Whether the user signs in with something else besides.', { default: false }),
  minLength: integer('Fewest characters.', { minimum: 8, maximum: 64 }),
  words: listOf(text('Names that it must not be made of.')),
  blocklist: either(
    listOf(text('Passwords that are refused besides the common ones.')),
    ofKind({ what: 'a Set', test: (value) => value instanceof Set }, 'Passwords that are refused.'),
  ),
  isBreached: callable('Whether it is known from a breach.', '(password) => true or false'),
})
