// At set-up: what a jar is made of.
import type { Clock } from '@keelson/core'
import {
  checkArgument,
  integer,
  nested,
  ofKind,
  oneOf,
  optionTable,
  recordOf,
  refuseCall,
  text,
  withMethods,
  type OptionPlace,
} from '@keelson/core/options'
import { ATTRIBUTE_ENTRIES, MAX_AGE_SECONDS, readCookieOptions } from './cookie-options.ts'
import { contextNameOption } from '../context-name/context-name.ts'
import { cookieProblems } from './cookie-rules.ts'
import type { JarCookieOptions } from './protected-cookie.ts'

/** The cookies of a jar by name, without prefixes. */
export type JarCookies<TName extends string> = { readonly [K in TName]: JarCookieOptions }

/** Options of `cookieJar`. */
export interface CookieJarOptions<TAs extends string = string> {
  /** Name of the jar on the context: a route with two jars tells them apart by it. Default `jar`. */
  readonly as?: TAs | undefined
  /**
   * Tells jars of different routes apart that have cookies of one name: what one made is nothing for another. 1 to 20 of `a-z`, `0-9` and `-`. Default: none,
   * the same for all jars without.
   */
  readonly purpose?: string | undefined
}

const JAR_COOKIE_OPTIONS = optionTable<JarCookieOptions>({
  ...ATTRIBUTE_ENTRIES,
  protection: oneOf(['sealed', 'signed'], 'Whether others can read it.', { default: 'sealed' }),
  maxAgeSeconds: integer('How long it is kept and believed, s.', { minimum: 1, maximum: MAX_AGE_SECONDS }),
})

const COOKIES_ARGUMENT = recordOf(nested(JAR_COOKIE_OPTIONS, 'A cookie of the jar.'))

/** Options of `createCookieJar`. */
export interface CreateCookieJarOptions extends Pick<CookieJarOptions, 'purpose'> {
  /** Default: the clock of the machine. */
  readonly clock?: Clock | undefined
}

const PURPOSE = text('Tells jars apart that have cookies of one name.', { pattern: '^[a-z0-9-]{1,20}$' })

/** Options of `cookieJar`. */
export const JAR_OPTIONS = optionTable<CookieJarOptions>({
  as: contextNameOption('Name of the jar on the context.', 'jar'),
  purpose: PURPOSE,
})

/** Options of `createCookieJar`. */
export const CREATE_JAR_OPTIONS = optionTable<CreateCookieJarOptions>({
  purpose: PURPOSE,
  clock: ofKind(withMethods('a Clock', ['now']), 'The clock of the times in it.'),
})

/** Options of one value that is set. */
export const SET_OPTIONS = optionTable<Pick<JarCookieOptions, 'maxAgeSeconds'>>({
  maxAgeSeconds: integer('How long it is kept and believed, s.', { minimum: 1, maximum: MAX_AGE_SECONDS }),
})

/** @throws {SetupError} `ERR_CORE_OPTION` for what is wrong with the cookies of a jar */
export function checkJar(cookies: JarCookies<string>, place: OptionPlace): void {
  checkArgument(COOKIES_ARGUMENT, cookies, { ...place, argument: 'cookies' })
  const entries = Object.entries(cookies)
  if (entries.length === 0)
    refuseCall([{ message: 'It has no cookies.', remedy: 'Name them: { cart: {} }.' }], place)
  const problems = entries.flatMap(([cookie, attributes]) =>
    cookieProblems(cookie, readCookieOptions(attributes)).map(({ message, remedy }) => ({
      message: `Cookie '${cookie}': ${message}`,
      remedy,
    })),
  )
  refuseCall(problems, place)
}
