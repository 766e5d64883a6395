import type { BaseContext } from '@keelson/core'
import {
  callable,
  either,
  listOf,
  milliseconds,
  ofKind,
  text,
  type OptionSchema,
} from '@keelson/core/options'
import { exactProblem } from './origins.ts'

/**
 * Says of an origin whether its pages are admitted. It is asked once for each request of a page whose origin is well formed, and
 * never about `null`.
 */
export type OriginFunction = (origin: string, ctx: BaseContext) => boolean | Promise<boolean>

/** An origin (`https://app.example`), a pattern (`https://*.shop.example`), a RegExp that is held to the whole origin, or a function. */
export type OriginRule = string | RegExp | OriginFunction

const RULE = either(
  text('An origin or a pattern of origins.'),
  ofKind({ what: 'a RegExp', test: (value) => value instanceof RegExp }, 'A pattern of origins.'),
  callable('Says whether an origin is admitted.', '(origin, ctx) => boolean'),
)

/** One rule or a list of them; `readOrigins` says what is wrong with them. */
export function originRules(description: string): OptionSchema {
  return either(...RULE.anyOf!, listOf(RULE, description))
}

/** How long functions among the rules may take. */
export const ORIGIN_TIMEOUT = milliseconds('How long a function in origins may take.', {
  default: 2000,
  minimum: 1,
})

const EXACT = {
  what: "an origin like 'https://app.example'",
  test: (value: unknown): boolean =>
    typeof value === 'string' && /^https?:/.test(value) && exactProblem(value) === undefined,
  remedy: (value: unknown) =>
    typeof value === 'string' ? exactProblem(value)?.remedy : "Write it as 'https://app.example'.",
}

/** A list of origins alone, each written as browsers write it (RFC 6454 §6.2). */
export function exactOrigins(description: string): OptionSchema {
  return listOf(ofKind(EXACT, description))
}
