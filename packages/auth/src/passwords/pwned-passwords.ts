import { createHash } from 'node:crypto'
import { currentFrame, ServiceUnavailableError, type Clock } from '@keelson/core'
import {
  callable,
  checkOptions,
  milliseconds,
  ofKind,
  oneOf,
  optionTable,
  text,
  withDefaults,
  withMethods,
  type WithDefaults,
} from '@keelson/core/options'
import { systemClock, within } from '@keelson/core/ports'

/** Options of {@link pwnedPasswords}. */
export interface PwnedPasswordsOptions {
  /** Sends the request. Default: `fetch` of Node. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined
  /** What the first five digits are put after. Default `https://api.pwnedpasswords.com/range/`. */
  readonly url?: string | undefined
  /** How long a password waits for the answer, ms. Default 2000. */
  readonly timeoutMs?: number | undefined
  /**
   * What becomes of a password when there is no answer: `accept` takes it, `refuse` answers 503. Default `accept`: sign-up does not depend
   * on another service.
   */
  readonly onFailure?: 'accept' | 'refuse' | undefined
  /** Told what failed, never the password. Default: nobody is told. */
  readonly onError?: ((error: unknown) => void) | undefined
  /** Says how long an answer may take. Default: that of the system. */
  readonly clock?: Clock | undefined
}

const PWNED_PASSWORDS_OPTIONS = optionTable<PwnedPasswordsOptions>({
  fetch: callable('Sends the request.'),
  url: text('What the first five digits are put after.', {
    pattern: '^https?://\\S+$',
    what: 'a URL',
    default: 'https://api.pwnedpasswords.com/range/',
  }),
  timeoutMs: milliseconds('How long a password waits for the answer, ms.', { minimum: 1, default: 2000 }),
  onFailure: oneOf(['accept', 'refuse'], 'What becomes of a password without an answer.', {
    default: 'accept',
  }),
  onError: callable('Told what failed.'),
  clock: ofKind(
    withMethods('a Clock', ['now', 'monotonic', 'setTimeout', 'sleep']),
    'Says how long an answer may take. Default: that of the system.',
  ),
})

type ReadyOptions = WithDefaults<PwnedPasswordsOptions, 'url' | 'timeoutMs' | 'onFailure'>

const PREFIX_LENGTH = 5
/** An answer has some 1000 lines of 40 bytes. */
const MAX_ANSWER_BYTES = 1_048_576

/**
 * Asks Pwned Passwords, or a service like it, whether a password is known from a breach. It sends the first five of the 40 hexadecimal digits of the
 * SHA-1 hash, and compares the rest here (k-anonymity); the answer is padded, so that its length tells nothing.
 *
 * @returns a function for `isBreached` of the rules
 * @throws {SetupError} `ERR_CORE_OPTION` for options that do not exist
 * @example
 * const RULES: PasswordRules = { words: ['shop'], isBreached: pwnedPasswords({ onFailure: 'refuse' }) }
 */
export function pwnedPasswords(options: PwnedPasswordsOptions = {}): (password: string) => Promise<boolean> {
  checkOptions(PWNED_PASSWORDS_OPTIONS, options, { name: 'pwnedPasswords', below: pwnedPasswords as never })
  const {
    fetch = globalThis.fetch,
    url,
    timeoutMs,
    onFailure,
    onError,
    clock = systemClock,
  } = withDefaults<ReadyOptions>(PWNED_PASSWORDS_OPTIONS, options)
  return async (password) => {
    const hash = createHash('sha1').update(password).digest('hex').toUpperCase()
    const frame = currentFrame()?.signal
    const { host } = new URL(url)
    try {
      const answer = await within((signal) => ask(fetch, `${url}${hash.slice(0, PREFIX_LENGTH)}`, signal), {
        clock,
        limitMs: timeoutMs,
        signal: frame,
        what: host,
      })
      return isListed(answer, hash.slice(PREFIX_LENGTH))
    } catch (error) {
      frame?.throwIfAborted()
      onError?.(error)
      if (onFailure === 'accept') return false
      throw new ServiceUnavailableError('Passwords cannot be checked now.', {
        retryAfterSeconds: 5,
        cause: error,
      })
    }
  }
}

async function ask(
  fetch: NonNullable<PwnedPasswordsOptions['fetch']>,
  url: string,
  signal: AbortSignal,
): Promise<string> {
  const answer = await fetch(url, { signal, redirect: 'error', headers: { 'add-padding': 'true' } })
  if (answer.status !== 200) throw new Error(`${new URL(url).host} answered ${answer.status}.`)
  let length = 0
  const decoder = new TextDecoder()
  let text = ''
  for await (const piece of answer.body ?? []) {
    length += piece.byteLength
    if (length > MAX_ANSWER_BYTES) throw new Error(`${new URL(url).host} answered more than 1 MiB.`)
    text += decoder.decode(piece, { stream: true })
  }
  return text
}

/** Lines are `<35 digits>:<times>`; those that pad the answer have 0 times. */
function isListed(text: string, rest: string): boolean {
  return text.split('\n').some((line) => {
    const [digits, times] = line.trim().split(':')
    return digits?.toUpperCase() === rest && Number(times) > 0
  })
}
